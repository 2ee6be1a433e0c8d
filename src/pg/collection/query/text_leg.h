// Points by the words of a text, by a bm25 index of the collection's table.
#pragma once

#include "pg/collection/search/text_index.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The index that a query of kind kText means: that of a key of the payload or of a column, or the
/// only one. ERROR 42703 if there is none, 42702 if there are several. An SPI connection must be
/// open.
TextIndex text_index_of(const Query& query);

/// The `count` points of the best scores among those that have a word of the query, equal ones by
/// id. An SPI connection must be open.
Hits best_by_text(const Query& query, const PointSource& source, int64 count);

}  // namespace vecext::pg

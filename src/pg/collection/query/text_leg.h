// Points by the words of a text, by a bm25 index of the collection's table.
#pragma once

#include "pg/collection/search/text_index.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// The `count` points of the best scores among those that have one of the words, equal ones by id.
/// ERROR 42703 if there is no index for them, 42702 if there are several. An SPI connection must be
/// open.
Hits best_by_words(const BestByWords& words, const PointSource& source, int64 count);

}  // namespace vecext::pg

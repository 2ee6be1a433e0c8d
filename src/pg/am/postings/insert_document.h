// INSERT into an index of posting lists.
#pragma once

#include "core/base/ids.h"
#include "pg/sys/pg.h"
#include "pg/text/terms.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Inserts a document. Memory comes from the current context.
void insert_document(Relation index, RowId row, const DocumentTerms& terms);

}  // namespace vecext::pg

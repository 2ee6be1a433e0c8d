// INSERT into an index of posting lists.
#pragma once

#include "core/base/ids.h"
#include "core/postings/segment/document_terms.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Inserts a document. Memory comes from the current context.
void insert_document(Relation index, RowId row, const postings::DocumentTerms& terms);

}  // namespace vecext::pg

// Conditions on what is in a jsonb column of a table that is not a collection: about that column
// alone, they are served by its indexes as those of a payload are.
#pragma once

#include "pg/collection/source/column_filter.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Takes the conditions of "must" that are about one jsonb column each, and false of a row without
/// it, out of a filter, as filters on the column's value in `documents`. Returns the rest, a jsonb;
/// of nothing an empty object.
Datum take_documents(Oid table, const Json& filter, GrowingArray<DocumentFilter>* documents);

}  // namespace vecext::pg

// Conditions on values within a jsonb column of a table that is not a collection. Indexes on the
// column serve a filter of that column alone, as indexes on a payload serve a filter of points.
#pragma once

#include "pg/collection/source/column_filter.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Takes conditions out of the "must" of a filter, and adds them to `documents` as filters on the
/// value of a column. It takes each condition that is about one jsonb column alone and is false if
/// the column is null. Returns the rest of the filter, a jsonb, which is an empty object if nothing
/// is left.
Datum take_documents(Oid table, const Json& filter, GrowingArray<DocumentFilter>* documents);

}  // namespace vecext::pg

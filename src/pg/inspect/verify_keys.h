// Checks the key columns of an index against the table's rows.
#pragma once

#include "core/page/key_page.h"
#include "core/page/verify_finding.h"
#include "pg/sys/pg.h"
#include "pg/sys/growing_array.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// All keys of an index, sorted.
using IndexKeys = GrowingArray<KeyedRow>;

/// Checks the key tree, and returns its keys; none if there are no key columns.
IndexKeys verify_tree(Relation index, VerifyFinding* finding);

/// The first column of the row whose key is missing; 0 if none is.
AttrNumber missing_key(Relation index, const IndexKeys& keys, const Datum* values,
                       const bool* isnull, RowId row);

}  // namespace vecext::pg

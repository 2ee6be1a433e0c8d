// Opens the index whose name or OID a function of schema vecext was called with.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens and locks an index, which must belong to one of this library's access methods. Before
/// that, locks its table in AccessShareLock until the transaction ends. Raises an error if the
/// relation is not such an index, if the index is not built, or if the user may not read the table.
Relation open_index(Oid oid, LOCKMODE lock = AccessShareLock);

/// Returns a list of the index itself or, if the index is partitioned, of the indexes of its
/// partitions.
List* indexes_of(Oid oid);

/// Raises an error if the index may lack rows of its table. Until a concurrent build is complete,
/// an index has the rows that were inserted since the build began, but not all older rows.
void require_valid(Relation index);

/// Raises an error if the index is not on vectors. Recall says nothing about the other indexes,
/// since their searches find all rows that they are asked for.
void require_vectors(Relation index);

/// Raises an error if the active snapshot may see row versions that the index lacks. This is so if
/// the index was made after the snapshot, and if its build found HOT chains whose row versions
/// differ in the index's columns or expressions (indcheckxmin).
void require_usable(Relation index);

}  // namespace vecext::pg

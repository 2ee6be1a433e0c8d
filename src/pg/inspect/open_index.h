// Opens the index that a function of schema vecext is called for.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens and locks an index of one of this library's access methods. Locks its table first, in
/// AccessShareLock until the transaction ends. Raises an error if the relation is not such an
/// index, if the index is not built, or if the user may not read the table.
Relation open_index(Oid oid, LOCKMODE lock = AccessShareLock);

/// Returns the index or, if it is partitioned, the indexes of its partitions.
List* indexes_of(Oid oid);

/// Raises an error if the index may lack rows of its table: until a concurrent build is complete,
/// the index has the rows that were inserted since its start, but not all that were there before.
void require_valid(Relation index);

/// Raises an error if the index has no vectors, because searches of such an index find all rows
/// that they are asked for.
void require_vectors(Relation index);

/// Raises an error if the active snapshot may see row versions that the index lacks: the index is
/// newer than the snapshot, and its build found HOT chains that the index's expressions or columns
/// break (indcheckxmin).
void require_usable(Relation index);

}  // namespace vecext::pg

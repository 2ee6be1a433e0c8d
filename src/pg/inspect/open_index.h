// Opens the index that a function of schema vecext is called for.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pg_list.h"
#include "storage/lockdefs.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Opens and locks an index of one of this library's access methods. Locks its table before it, in
/// AccessShareLock until the transaction ends. Raises an error if the relation is not such an
/// index, is not built, or if the user may not read the table.
Relation open_index(Oid oid, LOCKMODE lock = AccessShareLock);

/// The index, or those of the partitions of a partitioned one.
List* indexes_of(Oid oid);

/// Raises an error if the index may lack rows of its table: until a concurrent build is complete,
/// it has those that were inserted since, but not all that were there before.
void require_valid(Relation index);

/// Raises an error if the index has no vectors, but finds all rows that it is asked for.
void require_vectors(Relation index);

/// Raises an error if the active snapshot may see row versions that the index lacks: the index is
/// newer, and its build found HOT chains that its expressions or columns break (indcheckxmin).
void require_usable(Relation index);

}  // namespace vecext::pg

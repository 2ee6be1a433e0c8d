// Remembers which indexes this backend is building.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Notes that the index is being built, and forgets the errors that were counted of its damage. The
/// note ends with end_build(), which ends the latest note, or when the current memory context is
/// reset, as after an error.
void begin_build(Relation index);
void end_build();

/// Raises an error if this backend is building the index. In that case a function in the index's
/// expression or predicate uses the index, or writes rows into its table, and the build would read
/// these rows a second time. Other backends need no such check: the lock of the table keeps them
/// off, or they do not write into the index yet.
void check_not_being_built(Relation index);

}  // namespace vecext::pg

// Remembers which indexes this backend is building.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// Notes that the index is being built, until end_build(), which is called in reverse order, or
/// until the current memory context is reset, as after an error.
void begin_build(Relation index);
void end_build();

/// Raises an error if this backend is building the index, which means that a function in its
/// expression or predicate uses the index, or writes rows into its table. The build would read such
/// a row a second time. Other backends are kept off by the lock of the table, or do not write into
/// the index yet.
void check_not_being_built(Relation index);

}  // namespace vecext::pg

// Giving the end of an index back to the system.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// May VACUUM give pages of the index back here and now, as far as the table's vacuum_truncate
/// says?
bool may_truncate(Relation index);

/// Ends the index's file before the free pages at its end, if they are worth it and nobody uses the
/// index, as VACUUM does with the table's; not where the table's vacuum_truncate is off. For
/// VACUUM: on a standby this ends queries of the index, as it does for the table.
void truncate_free_end(Relation index);

}  // namespace vecext::pg

// Pages of a relation that were seen in a buffer before.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "storage/buf.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pins a page of the relation's main fork if it is in the buffer `guess` (any number, 0: none) and
/// in steady use; else InvalidBuffer. Saves the look-up in the server's hash table.
Buffer pin_seen(Relation relation, BlockNumber block, Buffer guess);

/// Pins a page of the relation's main fork, the same way if it can be.
Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess);

}  // namespace vecext::pg

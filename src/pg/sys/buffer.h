// Pages of a relation that were seen in a buffer before.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "storage/buf.h"
#include "utils/rel.h"
}

namespace vecext::pg {

/// Pins a page of the relation's main fork, which may be in the buffer `guess` (any number, 0:
/// none); the guess is checked, and saves the look-up in the server's hash table.
Buffer read_buffer(Relation relation, BlockNumber block, Buffer guess);

}  // namespace vecext::pg

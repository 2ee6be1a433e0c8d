// The seed of this backend's hash tables.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Random, and the same as long as the backend lives: for tables of what users choose, so that
/// nobody can choose what collides.
uint64 hash_seed();

}  // namespace vecext::pg

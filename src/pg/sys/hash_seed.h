// The seed of this backend's hash tables.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

/// Returns a random number, which is the same in all calls in a backend. It is the seed of hash
/// tables whose keys are chosen by users, so that nobody can choose keys that collide.
inline uint64 hash_seed() {
  static bool is_set;
  static uint64 seed;
  if (!is_set) {
    if (!pg_strong_random(&seed, sizeof(seed))) {
      seed = static_cast<uint64>(MyProcPid);
    }
    is_set = true;
  }
  return seed;
}

}  // namespace vecext::pg

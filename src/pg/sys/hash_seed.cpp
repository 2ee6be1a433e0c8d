#include "pg/sys/hash_seed.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

uint64 hash_seed() {
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

// The graph of hnswlib that families of queries are also searched by, in this process.
#pragma once

#include <vector>

#include "common/dataset.h"
#include "common/families.h"
#include "common/sweep.h"

namespace bench {

/// For each family, which becomes the one of `data`, a sweep over ef, by one thread; M is 16,
/// efConstruction 200. None where this program is built without hnswlib.
std::vector<Sweep> sweep_hnswlib(const std::vector<Family>& families, Dataset* data);

}  // namespace bench

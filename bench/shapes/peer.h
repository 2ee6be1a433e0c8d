// The peer that every shape is also searched by: a graph of hnswlib, in this process.
#pragma once

#include <string>
#include <vector>

#include "common/dataset.h"
#include "shapes/cell.h"
#include "shapes/queries.h"

namespace bench {

/// A cell for each family and ef of 40 and 100; M is 16, efConstruction 100. None where this
/// program is built without hnswlib.
std::vector<Cell> ask_peer(Setup setup, const Dataset& data,
                           const std::vector<FamilyRange>& families);

}  // namespace bench

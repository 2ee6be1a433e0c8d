// Descriptions of collections in Qdrant's JSON.
#pragma once

#include <string>

#include "service/collections.h"

namespace vecext::gateway {

/// Returns the `result` that describes a collection.
std::string answer_of(const CollectionDescription& description);

}  // namespace vecext::gateway

// What a client or a load balancer asks before it sends requests.
#pragma once

#include <string_view>

#include "base/task.h"

namespace vecext::gateway {

class Pool;

/// The version of Qdrant whose interface is served. Clients warn if it differs from theirs by more
/// than one minor version.
constexpr std::string_view kQdrantVersion = "1.19.0";

/// True if the server answers a statement.
Task<bool> is_ready(Pool& pool);

}  // namespace vecext::gateway

// The execution of calls for a request, and what the server's errors mean to its user.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "pool/pool.h"

namespace vecext::gateway {

/// Executes the calls as one transaction. Throws a Failure in Qdrant's words if the server raises
/// an error; `collection` is the name that they mention.
Task<std::vector<Result>> execute(Pool& pool, std::span<const Call> calls,
                                  std::string_view collection);
Task<Result> execute(Pool& pool, Call call, std::string_view collection);

}  // namespace vecext::gateway

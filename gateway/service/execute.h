// The execution of calls for a request, and what the server's errors mean to its user.
#pragma once

#include <string_view>
#include <vector>

#include "base/task.h"
#include "pool/result.h"
#include "pool/statement.h"
#include "service/context.h"

namespace vecext::gateway {

class SqlError;

/// Executes the calls as one transaction, under the role of the request's key. Throws a Failure in
/// Qdrant's words if the server raises an error; `collection` is the name that they mention.
Task<std::vector<Result>> execute(Context& context, std::vector<Call> calls,
                                  std::string_view collection);
Task<Result> execute(Context& context, Call call, std::string_view collection);

/// Throws a Failure if the token of the request wants a point that is not there. The first
/// `execute` of a request checks that in its transaction; `verify` does it for a request that has
/// executed nothing.
Task<> verify(Context& context);

/// Returns what an error of the server is to the user.
Failure failure_of(const SqlError& error, std::string_view collection);

}  // namespace vecext::gateway

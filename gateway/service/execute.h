// The execution of calls for a request, and what the server's errors mean to its user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "pool/result.h"
#include "pool/statement.h"
#include "service/context.h"

namespace vecext::gateway {

class SqlError;

/// Executes the calls as one transaction, under the role of the request's key. Throws a Failure in
/// Qdrant's words if the server raises an error; `collection` is the name that these words mention.
Task<std::vector<Result>> execute(Context& context, std::vector<Call> calls,
                                  std::string_view collection);
Task<Result> execute(Context& context, Call call, std::string_view collection);
/// Executes a call that returns one row (jsonb), and returns its text.
Task<std::string> execute_json(Context& context, Call call, std::string_view collection);

/// Throws a Failure if the token of the request wants a point that is not there. The first
/// `execute` of a request checks that, too, in its transaction; `verify` is for a request that may
/// not have executed anything yet.
Task<> verify(Context& context);

/// Returns the failure that an error of the server is to the user.
Failure failure_of(const Context& context, const SqlError& error, std::string_view collection);

}  // namespace vecext::gateway

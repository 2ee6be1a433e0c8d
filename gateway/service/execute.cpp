#include "service/execute.h"

#include "pool/pool.h"
#include "pool/sql_error.h"
#include "service/error_words.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

Task<std::vector<Result>> execute(Context& context, std::vector<Call> calls,
                                  std::string_view collection) {
  if (context.time_limit) {
    calls.insert(calls.begin(), sql::limit_time(*context.time_limit));
  }
  std::vector<Result> results;
  try {
    results = co_await context.pool.execute(calls);
  } catch (const SqlError& error) {
    const FailureKind kind = kind_of(error);
    throw Failure(kind, words_of(error, kind, collection));
  }
  if (context.time_limit) {
    results.erase(results.begin());
  }
  co_return results;
}

Task<Result> execute(Context& context, Call call, std::string_view collection) {
  std::vector<Call> calls;
  calls.push_back(std::move(call));
  std::vector<Result> results = co_await execute(context, std::move(calls), collection);
  co_return std::move(results.front());
}

}  // namespace vecext::gateway

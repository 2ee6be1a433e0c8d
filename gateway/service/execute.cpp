#include "service/execute.h"

#include <algorithm>
#include <optional>

#include "pool/pool.h"
#include "pool/sql_error.h"
#include "service/error_words.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

namespace {

// The calls that come before those of the request, in the same transaction.
struct Prelude {
  std::vector<Call> calls;
  std::optional<int> token_check;  // the call that looks for the point that the token wants
  std::optional<int> role;         // the call that takes the role
  std::optional<int> policies;     // the call that makes sure that policies hold for the role
};

Prelude prelude_of(const Context& context) {
  Prelude prelude;
  const auto add = [&](Call call) {
    prelude.calls.push_back(std::move(call));
    return static_cast<int>(prelude.calls.size()) - 1;
  };
  // It is the first call, so that whatever the server logs of the request has its trace.
  if (!context.trace.empty()) {
    add(sql::name_session(context.trace));
  }
  if (const auto limit = context.statement_limit()) {
    add(sql::limit_time(*limit));
  }
  if (!context.grant.namespace_id().empty()) {
    add(sql::choose_namespace(context.grant.namespace_id()));
  }
  // This call comes before the role is taken: the gateway's own role looks for the point, which the
  // role of the request may not be allowed to see.
  const auto& wanted = context.grant.value_exists;
  if (wanted && !context.is_verified) {
    prelude.token_check = add(sql::require_point(wanted->collection, wanted->filter));
  }
  if (!context.grant.role.empty()) {
    prelude.role = add(sql::take_role(context.grant.role));
  }
  // A role for which policies do not hold would see all namespaces.
  if (!context.grant.namespace_id().empty()) {
    prelude.policies = add(sql::require_policies());
  }
  return prelude;
}

// The server itself gives up a statement that takes too long. It has this time more to say so,
// before it counts as one that does not answer.
std::optional<std::chrono::seconds> wait_limit_of(const Context& context, std::size_t calls) {
  constexpr std::chrono::seconds kGrace{5};
  const std::optional<std::chrono::seconds> limit = context.statement_limit();
  if (!limit) {
    return std::nullopt;
  }
  constexpr std::chrono::seconds kLongest = std::chrono::hours(24 * 365);  // what a timer can wait
  return std::min(*limit * static_cast<std::int64_t>(calls) + kGrace, kLongest);
}

Failure failure_behind(const Context& context, const Prelude& prelude, const SqlError& error,
                       std::string_view collection) {
  const FailureKind kind = kind_of(error);
  if (error.call() == prelude.token_check &&
      (error.state() == sql::kUnfulfilled || kind == FailureKind::kNotFound)) {
    return Failure(
        kind == FailureKind::kNotFound ? FailureKind::kForbidden : FailureKind::kUnauthenticated,
        "Invalid JWT, stateful validation failed", std::string(error.state()));
  }
  // There is no such role, or the gateway may not take it.
  if (error.call() == prelude.role &&
      (kind == FailureKind::kBadInput || kind == FailureKind::kForbidden)) {
    return Failure(FailureKind::kForbidden, "The role of the key cannot be taken",
                   std::string(error.state()));
  }
  if (error.call() == prelude.policies && error.state() == sql::kUnfulfilled) {
    return Failure(FailureKind::kForbidden,
                   "Row-level security does not hold for the role of the request, which would see "
                   "all namespaces",
                   std::string(error.state()));
  }
  return failure_of(context, error, collection);
}

}  // namespace

Failure failure_of(const Context& context, const SqlError& error, std::string_view collection) {
  const FailureKind kind = kind_of(error);
  return Failure(kind, words_of(error, kind, collection, context.body_name),
                 std::string(error.state()));
}

Task<std::vector<Result>> execute(Context& context, std::vector<Call> calls,
                                  std::string_view collection) {
  const std::optional<std::chrono::seconds> limit = wait_limit_of(context, calls.size());
  Prelude prelude = prelude_of(context);
  const auto ahead = static_cast<std::ptrdiff_t>(prelude.calls.size());
  calls.insert(calls.begin(), std::make_move_iterator(prelude.calls.begin()),
               std::make_move_iterator(prelude.calls.end()));
  std::vector<Result> results;
  try {
    results = co_await context.pool.execute(calls, context.client, limit, context.may_go_on);
  } catch (const SqlError& error) {
    throw failure_behind(context, prelude, error, collection);
  }
  context.is_verified = true;
  results.erase(results.begin(), results.begin() + ahead);
  co_return results;
}

Task<Result> execute(Context& context, Call call, std::string_view collection) {
  std::vector<Call> calls;
  calls.push_back(std::move(call));
  std::vector<Result> results = co_await execute(context, std::move(calls), collection);
  co_return std::move(results.front());
}

Task<std::string> execute_json(Context& context, Call call, std::string_view collection) {
  const Result rows = co_await execute(context, std::move(call), collection);
  co_return std::string(rows.json(0, 0));
}

Task<> verify(Context& context) {
  if (context.grant.value_exists && !context.is_verified) {
    co_await execute(context, std::vector<Call>(), "");
  }
}

}  // namespace vecext::gateway

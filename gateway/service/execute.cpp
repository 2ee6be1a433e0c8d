#include "service/execute.h"

#include <optional>
#include <regex>

#include "base/failure.h"
#include "pool/pool.h"
#include "pool/sql_error.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

namespace {

struct Meaning {
  std::string_view state;  // an SQLSTATE, or the class that it begins with
  FailureKind kind;
};

// The first row that an SQLSTATE begins with decides.
constexpr Meaning kMeanings[] = {
    {"42P01", FailureKind::kNotFound},      {"P0002", FailureKind::kNotFound},
    {"42P07", FailureKind::kAlreadyExists}, {"42703", FailureKind::kBadInput},
    {"22P02", FailureKind::kBadJson},       {"22", FailureKind::kBadInput},
    {"54", FailureKind::kBadInput},         {"0A000", FailureKind::kBadInput},
    {"42601", FailureKind::kBadInput},      {"23", FailureKind::kBadInput},
    {"42501", FailureKind::kForbidden},     {"25006", FailureKind::kForbidden},
    {"57014", FailureKind::kTimeout},       {"40", FailureKind::kUnavailable},
    {"55P03", FailureKind::kUnavailable},   {"53300", FailureKind::kUnavailable},
    {"57P", FailureKind::kUnavailable},     {"08", FailureKind::kUnavailable},
    {"53100", FailureKind::kOutOfSpace},
};

FailureKind kind_of(const SqlError& error) {
  for (const Meaning& meaning : kMeanings) {
    if (error.state().starts_with(meaning.state)) {
      return meaning.kind;
    }
  }
  return FailureKind::kInternal;
}

std::string about_missing(std::string_view collection) {
  return "Collection `" + std::string(collection) + "` doesn't exist!";
}

// Clients and applications look for some of Qdrant's sentences; the others are ours.
std::string words_of(const SqlError& error, FailureKind kind, std::string_view collection) {
  static const std::regex kDimensions("expected (\\d+) dimensions, not (\\d+)");
  std::smatch found;
  if (kind == FailureKind::kNotFound && error.state() == "42P01") {
    return about_missing(collection);
  }
  if (kind == FailureKind::kAlreadyExists) {
    return "Collection `" + std::string(collection) + "` already exists!";
  }
  if (std::regex_search(error.message(), found, kDimensions)) {
    return "Vector dimension error: expected dim: " + found.str(1) + ", got " + found.str(2);
  }
  std::string words = error.message();
  if (!error.detail().empty() && kind != FailureKind::kInternal) {
    words += " (" + error.detail() + ")";
  }
  return words;
}

// What precedes the calls of a request in its transaction.
struct Prelude {
  std::vector<Call> calls;
  std::optional<int> token_check;  // numbers of calls
  std::optional<int> role;
};

Prelude prelude_of(const Context& context) {
  Prelude prelude;
  const auto add = [&](Call call) {
    prelude.calls.push_back(std::move(call));
    return static_cast<int>(prelude.calls.size()) - 1;
  };
  // What the server then logs of the request has its trace.
  if (!context.trace.empty()) {
    add(sql::name_session(context.trace));
  }
  if (context.time_limit) {
    add(sql::limit_time(*context.time_limit));
  }
  // The gateway looks itself, whatever the role may see.
  const auto& wanted = context.grant.value_exists;
  if (wanted && !context.is_verified) {
    prelude.token_check = add(sql::require_point(wanted->collection, wanted->filter));
  }
  if (!context.grant.role.empty()) {
    prelude.role = add(sql::take_role(context.grant.role));
  }
  return prelude;
}

Failure failure_of(const SqlError& error, const Prelude& prelude, std::string_view collection) {
  const FailureKind kind = kind_of(error);
  if (error.call() == prelude.token_check &&
      (error.state() == sql::kNoPoint || kind == FailureKind::kNotFound)) {
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
  return Failure(kind, words_of(error, kind, collection), std::string(error.state()));
}

}  // namespace

Failure failure_of(const SqlError& error, std::string_view collection) {
  const FailureKind kind = kind_of(error);
  return Failure(kind, words_of(error, kind, collection), std::string(error.state()));
}

Task<std::vector<Result>> execute(Context& context, std::vector<Call> calls,
                                  std::string_view collection) {
  Prelude prelude = prelude_of(context);
  const auto ahead = static_cast<std::ptrdiff_t>(prelude.calls.size());
  calls.insert(calls.begin(), std::make_move_iterator(prelude.calls.begin()),
               std::make_move_iterator(prelude.calls.end()));
  std::vector<Result> results;
  try {
    results = co_await context.pool.execute(calls);
  } catch (const SqlError& error) {
    throw failure_of(error, prelude, collection);
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

Task<> verify(Context& context) {
  if (context.grant.value_exists && !context.is_verified) {
    co_await execute(context, std::vector<Call>(), "");
  }
}

}  // namespace vecext::gateway

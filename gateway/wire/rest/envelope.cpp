#include "wire/rest/envelope.h"

#include <utility>

namespace vecext::gateway::rest {

namespace {

constexpr std::pair<FailureKind, unsigned> kStatuses[] = {
    {FailureKind::kBadInput, 400},      {FailureKind::kBadJson, 400},
    {FailureKind::kValidation, 422},    {FailureKind::kNotFound, 404},
    {FailureKind::kAlreadyExists, 409}, {FailureKind::kUnauthenticated, 401},
    {FailureKind::kForbidden, 403},     {FailureKind::kNotOffered, 405},
    {FailureKind::kTimeout, 408},       {FailureKind::kOutOfSpace, 507},
    {FailureKind::kUnavailable, 503},
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

unsigned status_of(FailureKind kind) {
  for (const auto& [of, status] : kStatuses) {
    if (of == kind) {
      return status;
    }
  }
  return 500;
}

void write_success(JsonWriter& envelope, RawJson result,
                   std::chrono::steady_clock::time_point start) {
  envelope.raw("result", result);
  envelope.string("status", "ok");
  envelope.raw("time", std::to_string(seconds_since(start)));
}

void write_failure(JsonWriter& envelope, const Failure& failure,
                   std::chrono::steady_clock::time_point start) {
  envelope.object("status", [&](JsonWriter& error) {
    error.string("error", std::string(prefix_of(failure.kind())) + failure.message());
  });
  envelope.raw("time", std::to_string(seconds_since(start)));
}

}  // namespace vecext::gateway::rest

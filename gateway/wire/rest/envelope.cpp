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

}  // namespace

unsigned status_of(FailureKind kind) {
  for (const auto& [of, status] : kStatuses) {
    if (of == kind) {
      return status;
    }
  }
  return 500;
}

void write_success(JsonWriter& envelope, RawJson result, double seconds) {
  envelope.raw("result", result);
  envelope.string("status", "ok");
  envelope.raw("time", std::to_string(seconds));
}

void write_failure(JsonWriter& envelope, const Failure& failure, double seconds) {
  envelope.object("status", [&](JsonWriter& error) {
    error.string("error", std::string(prefix_of(failure.kind())) + failure.message());
  });
  envelope.raw("time", std::to_string(seconds));
}

}  // namespace vecext::gateway::rest

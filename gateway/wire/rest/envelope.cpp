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
    {FailureKind::kUnavailable, 503},   {FailureKind::kOverQuota, 429},
    {FailureKind::kTooOften, 429},
};

// Writes the seconds since the start, to the microsecond.
void write_time(JsonWriter& envelope, std::chrono::steady_clock::time_point start) {
  constexpr std::int64_t kSecond = 1'000'000;
  constexpr std::size_t kPlaces = 6;
  const std::int64_t time = std::chrono::duration_cast<std::chrono::microseconds>(
                                std::chrono::steady_clock::now() - start)
                                .count();
  const std::string fraction = std::to_string(time % kSecond);
  std::string& out = envelope.key("time");
  out += std::to_string(time / kSecond);
  out += '.';
  out.append(kPlaces - fraction.size(), '0');
  out += fraction;
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
  write_time(envelope, start);
}

void write_failure(JsonWriter& envelope, const Failure& failure,
                   std::chrono::steady_clock::time_point start) {
  envelope.object("status", [&](JsonWriter& error) {
    error.string("error", std::string(prefix_of(failure.kind())) + failure.message());
  });
  write_time(envelope, start);
}

}  // namespace vecext::gateway::rest

#include "wire/grpc/framing.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/failure.h"
#include "base/gzip.h"

namespace vecext::gateway::grpc {

namespace {

struct Unit {
  char name;
  double seconds;
};
constexpr Unit kUnits[] = {{'H', 3600}, {'M', 60}, {'S', 1}, {'m', 1e-3}, {'u', 1e-6}, {'n', 1e-9}};
constexpr double kLongest = 86400;  // seconds: a limit above that is none

[[noreturn]] void refuse(std::string reason) {
  throw Failure(FailureKind::kBadJson, std::move(reason));
}

std::size_t size_in(std::string_view prefix) {
  std::size_t size = 0;
  for (const char byte : prefix.substr(1, 4)) {
    size = size << 8 | static_cast<unsigned char>(byte);
  }
  return size;
}

void write_prefix(std::string& frame, bool is_compressed) {
  const std::size_t size = frame.size() - kPrefix;
  frame[0] = is_compressed ? 1 : 0;
  for (std::size_t i = 0; i < 4; ++i) {
    frame[1 + i] = static_cast<char>(size >> (24 - 8 * i));
  }
}

}  // namespace

Task<std::string_view> message_of(std::string_view body, std::string_view encoding,
                                  std::size_t limit, std::string& space, HeldBytes& held) {
  if (body.size() < kPrefix) {
    refuse("The request has no message");
  }
  if (size_in(body) != body.size() - kPrefix) {
    refuse("The request has not exactly one message");
  }
  const std::string_view message = body.substr(kPrefix);
  if (body[0] == 0) {
    co_return message;
  }
  if (body[0] != 1 || encoding != "gzip") {
    throw Failure(FailureKind::kNotOffered, "Messages are compressed by gzip alone");
  }
  space = co_await inflate(message, limit, held);
  co_return space;
}

std::size_t frame_size(std::string_view text) {
  if (text.size() < kPrefix || text.size() - kPrefix < size_in(text)) {
    return 0;
  }
  return kPrefix + size_in(text);
}

void finish_frame(std::string& frame) {
  write_prefix(frame, false);
}

Task<std::string> compressed_frame(std::string_view frame) {
  std::string compressed = co_await gzip(frame.substr(kPrefix));
  compressed.insert(0, kPrefix, '\0');
  write_prefix(compressed, true);
  co_return compressed;
}

std::optional<std::chrono::seconds> timeout_of(std::string_view header) {
  if (header.empty()) {
    return std::nullopt;
  }
  constexpr std::size_t kMostDigits = 8;
  std::int64_t number = 0;
  const std::string_view digits = header.substr(0, header.size() - 1);
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc() || end != digits.data() + digits.size() || number < 0 ||
      digits.size() > kMostDigits) {
    refuse("The header grpc-timeout is not a time");
  }
  const auto unit = std::ranges::find(kUnits, header.back(), &Unit::name);
  if (unit == std::end(kUnits)) {
    refuse("The header grpc-timeout is not a time");
  }
  const double seconds = std::ceil(static_cast<double>(number) * unit->seconds);
  if (seconds > kLongest) {
    return std::nullopt;
  }
  return std::chrono::seconds(std::max(1, static_cast<int>(seconds)));
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%') {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

}  // namespace vecext::gateway::grpc

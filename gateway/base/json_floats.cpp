// Arrays of numbers, which are most of a request that has vectors.
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/json.h"

namespace vecext::gateway {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The powers of ten that a double holds exactly.
constexpr std::array<double, 23> kPowers = [] {
  std::array<double, 23> powers{};
  double power = 1;
  for (double& next : powers) {
    next = power;
    power *= 10;
  }
  return powers;
}();

// Returns digits / 10^places as the nearest float, or nothing if that takes more than doubles. The
// number of digits and the quotient are both rounded, so the quotient is off by at most two units
// in its last place. It has 29 bits more than a float, and they say if that can matter.
std::optional<float> quotient(std::uint64_t digits, std::size_t places) {
  constexpr std::uint64_t kSpare = (std::uint64_t{1} << 29) - 1;
  constexpr std::uint64_t kMiddle = std::uint64_t{1} << 28;  // between two floats
  constexpr std::uint64_t kMargin = 4;
  if (places >= kPowers.size()) {
    return std::nullopt;
  }
  const double value = static_cast<double>(digits) / kPowers[places];
  const std::uint64_t spare = std::bit_cast<std::uint64_t>(value) & kSpare;
  if (spare - (kMiddle - kMargin) <= 2 * kMargin) {
    return std::nullopt;
  }
  return static_cast<float>(value);
}

// Does what from_chars does, and reads numbers that are too small for a float as 0.
std::from_chars_result read_float(const char* first, const char* end, float& value) {
  const std::from_chars_result read = std::from_chars(first, end, value);
  double wide = 0;
  if (read.ec != std::errc::result_out_of_range ||
      std::from_chars(first, end, wide).ec != std::errc() || std::abs(wide) > 1) {
    return read;
  }
  value = static_cast<float>(wide);
  return {read.ptr, std::errc()};
}

// Eight characters at a time, the first of them in the lowest byte.
using Eight = std::uint64_t;
constexpr Eight kZeros = 0x3030303030303030;

bool are_digits(Eight characters) {
  constexpr Eight kHighBits = 0x8080808080808080;
  constexpr Eight kAboveNine = kHighBits - kZeros - 0x0a0a0a0a0a0a0a0a;  // lifts them to that bit
  return (((characters + kAboveNine) | (characters - kZeros)) & kHighBits) == 0;
}

// Joins neighbors: digits to numbers of two digits, those to numbers of four, and those to one.
std::uint64_t number_of(Eight digits) {
  digits -= kZeros;
  digits = (digits * 10 + (digits >> 8)) & 0x00ff00ff00ff00ff;
  digits = (digits * 100 + (digits >> 16)) & 0x0000ffff0000ffff;
  return (digits * 10000 + (digits >> 32)) & 0xffffffff;
}

// Reads the numbers of a text, one after the other.
class FloatReader {
 public:
  explicit FloatReader(RawJson text) : at_(text.data()), end_(at_ + text.size()) {}

  bool is_at_end() const { return at_ == end_; }

  // Passes over a character if it is the next one.
  bool take(char expected) {
    const bool is_next = at_ != end_ && *at_ == expected;
    at_ += is_next ? 1 : 0;
    return is_next;
  }

  void skip_space() {
    while (at_ != end_ && is_space(*at_)) {
      ++at_;
    }
  }

  // Returns false if no number of JSON comes next, or one that is beyond what a float can be.
  bool number(float& value) {
    constexpr std::ptrdiff_t kMostDigits = 19;  // what 64 bits hold
    const char* const first = at_;
    const bool is_negative = take('-');
    std::uint64_t digits = 0;
    const char* const whole = at_;
    const std::ptrdiff_t in_front = read_digits(digits);
    if (in_front == 0 || (in_front > 1 && *whole == '0')) {
      return false;
    }
    std::ptrdiff_t places = 0;
    if (take('.')) {
      places = read_digits(digits);
      if (places == 0) {
        return false;
      }
    }
    const bool has_exponent = at_ != end_ && (*at_ == 'e' || *at_ == 'E');
    if (!has_exponent && in_front + places <= kMostDigits) {
      if (const auto found = quotient(digits, static_cast<std::size_t>(places))) {
        value = is_negative ? -*found : *found;
        return true;
      }
    }
    const auto [behind, fault] = read_float(first, end_, value);
    at_ = behind;
    return fault == std::errc();
  }

 private:
  // Appends the digits that come next to a number, and returns how many they are.
  std::ptrdiff_t read_digits(std::uint64_t& number) {
    const char* const first = at_;
    if constexpr (std::endian::native == std::endian::little) {
      for (Eight next; end_ - at_ >= 8; at_ += 8) {
        std::memcpy(&next, at_, sizeof next);
        if (!are_digits(next)) {
          break;
        }
        number = number * 100'000'000 + number_of(next);
      }
    }
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
      number = number * 10 + static_cast<std::uint64_t>(*at_ - '0');
      ++at_;
    }
    return at_ - first;
  }

  const char* at_;
  const char* end_;
};

}  // namespace

bool read_floats(RawJson text, std::vector<float>& values) {
  FloatReader reader(text);
  values.clear();
  char expected = '[';  // in front of the next number
  while (reader.take(expected)) {
    reader.skip_space();
    float value = 0;
    if (!reader.number(value)) {
      return false;
    }
    values.push_back(value);
    reader.skip_space();
    expected = ',';
  }
  return reader.take(']') && reader.is_at_end() && !values.empty();
}

}  // namespace vecext::gateway

// Type numeric as it is stored, in all versions of the server: a sign, a weight and digits to base
// 10,000; the value is the sum of digits[i] * 10000^(weight - i). numeric.c describes it; the
// server's own conversions to double go through text in allocated memory, and raise errors.
#include "pg/payload/numeric_value.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

extern "C" {
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

constexpr int kDecimals = 4;  // decimal digits in one digit to base 10,000
constexpr uint64 kBase = 10000;

// Bits of the header.
constexpr uint16 kForm = 0xC000;
constexpr uint16 kShort = 0x8000;
constexpr uint16 kSpecial = 0xC000;
constexpr uint16 kNegative = 0x4000;
constexpr uint16 kSpecialKind = 0xF000;
constexpr uint16 kPlusInfinity = 0xD000;
constexpr uint16 kMinusInfinity = 0xF000;
constexpr uint16 kShortNegative = 0x2000;
constexpr uint16 kShortWeightSign = 0x0040;
constexpr uint16 kShortWeight = 0x003F;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A finite number. Its first and its last digit are not 0.
struct Digits {
  const char* bytes;
  int count;
  int weight;  // of the first one
  bool is_negative;

  uint64 at(int i) const {
    int16 digit;
    memcpy(&digit, bytes + i * static_cast<int>(sizeof(digit)), sizeof(digit));
    return static_cast<uint64>(digit);
  }
};

Digits strip_zeros(Digits digits) {
  while (digits.count > 0 && digits.at(digits.count - 1) == 0) {
    --digits.count;
  }
  while (digits.count > 0 && digits.at(0) == 0) {
    digits.bytes += sizeof(int16);
    --digits.count;
    --digits.weight;
  }
  return digits;
}

/// Returns the magnitude if the number is an integer and its magnitude fits 64 bits.
std::optional<uint64> integer_magnitude(const Digits& digits) {
  if (digits.count > digits.weight + 1 || digits.weight > 4) {
    return std::nullopt;
  }
  uint64 magnitude = 0;
  for (int i = 0; i <= digits.weight; ++i) {
    const uint64 digit = i < digits.count ? digits.at(i) : 0;
    if (__builtin_mul_overflow(magnitude, kBase, &magnitude) ||
        __builtin_add_overflow(magnitude, digit, &magnitude)) {
      return std::nullopt;
    }
  }
  return magnitude;
}

/// Returns the magnitude if it can be computed from exact doubles with a single rounding, which
/// makes it the nearest double; otherwise nothing.
std::optional<double> simple_double(const Digits& digits) {
  constexpr double kPowers[] = {1e0, 1e4, 1e8, 1e12, 1e16, 1e20};
  constexpr uint64 kMostExact = uint64{1} << 53;
  const int exponent = digits.weight - digits.count + 1;
  if (digits.count > 5 || exponent < -5 || exponent > 5) {
    return std::nullopt;
  }
  uint64 significand = 0;
  for (int i = 0; i < digits.count; ++i) {
    const uint64 digit = digits.at(i);
    if (significand > (kMostExact - digit) / kBase) {
      return std::nullopt;
    }
    significand = significand * kBase + digit;
  }
  const auto exact = static_cast<double>(significand);
  return exponent < 0 ? exact / kPowers[-exponent] : exact * kPowers[exponent];
}

/// Returns the magnitude of any number, from its decimal digits.
double parsed_double(const Digits& digits) {
  // To find the nearest double, at most 768 decimals are needed, and whether there are others
  // behind them that are not 0.
  constexpr int kMostDigits = 200;
  char text[kMostDigits * kDecimals + 32];
  char* end = text;
  const int count = digits.count < kMostDigits ? digits.count : kMostDigits;
  for (int i = 0; i < count; ++i) {
    uint64 digit = digits.at(i);
    for (int k = kDecimals - 1; k >= 0; --k) {
      end[k] = static_cast<char>('0' + digit % 10);
      digit /= 10;
    }
    end += kDecimals;
  }
  int exponent = (digits.weight - count + 1) * kDecimals;
  if (digits.count > count) {
    *end++ = '1';
    --exponent;
  }
  *end++ = 'e';
  end = std::to_chars(end, text + sizeof(text), exponent).ptr;
  double magnitude;
  const std::from_chars_result result = std::from_chars(text, end, magnitude);
  if (result.ec != std::errc()) {
    return digits.weight >= 0 ? kInfinity : 0;
  }
  return magnitude;
}

JsonValue special_value(uint16 header) {
  const uint16 kind = header & kSpecialKind;
  JsonValue value{.kind = JsonKind::kNumber, .number = std::numeric_limits<double>::quiet_NaN()};
  if (kind == kPlusInfinity || kind == kMinusInfinity) {
    value.number = kind == kPlusInfinity ? kInfinity : -kInfinity;
  }
  return value;
}

Digits digits_of(const char* numeric, uint16 header) {
  const char* data = VARDATA_ANY(numeric) + sizeof(header);
  auto bytes = static_cast<int>(VARSIZE_ANY_EXHDR(numeric) - sizeof(header));
  Digits digits;
  if ((header & kShort) != 0) {
    digits.is_negative = (header & kShortNegative) != 0;
    digits.weight = (header & kShortWeight) - ((header & kShortWeightSign) != 0 ? 64 : 0);
  } else {
    int16 weight;
    memcpy(&weight, data, sizeof(weight));
    data += sizeof(weight);
    bytes -= static_cast<int>(sizeof(weight));
    digits.is_negative = (header & kForm) == kNegative;
    digits.weight = weight;
  }
  digits.bytes = data;
  digits.count = bytes / static_cast<int>(sizeof(int16));
  return strip_zeros(digits);
}

}  // namespace

JsonValue numeric_value(const char* numeric) {
  uint16 header;
  memcpy(&header, VARDATA_ANY(numeric), sizeof(header));
  if ((header & kForm) == kSpecial) {
    return special_value(header);
  }
  const Digits digits = digits_of(numeric, header);
  JsonValue value{.kind = JsonKind::kNumber};
  if (digits.count == 0) {
    value.is_integer = true;
    return value;
  }
  const std::optional<uint64> magnitude = integer_magnitude(digits);
  if (magnitude.has_value() && set_integer(digits.is_negative, *magnitude, &value)) {
    return value;
  }
  const std::optional<double> simple = simple_double(digits);
  const double number = simple.has_value() ? *simple : parsed_double(digits);
  value.number = digits.is_negative ? -number : number;
  return value;
}

Numeric numeric_of_integer(const JsonValue& value) {
  const Numeric number = int64_to_numeric(value.integer);
  if (!value.is_large) {
    return number;
  }
  const Datum beyond = DirectFunctionCall3(numeric_in, CStringGetDatum("18446744073709551616"),
                                           ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
  return DatumGetNumeric(DirectFunctionCall2(numeric_add, NumericGetDatum(number), beyond));
}

}  // namespace vecext::pg

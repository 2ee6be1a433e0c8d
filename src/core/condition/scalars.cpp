#include "core/condition/scalars.h"

#include <algorithm>

#include "core/condition/evaluate.h"

namespace vecext {

namespace {

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

/// Compares the integer `a` with a number that is not an integer of 64 bits; `b` is the double that
/// is nearest to that number. `a` is not rounded. The result is never 0: 1e-400, whose nearest
/// double is 0, does not equal 0.
int compare_mixed(std::int64_t a, double b) {
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  if (b >= kBeyond) {
    return -1;
  }
  if (b < -kBeyond) {
    return 1;
  }
  const auto whole = static_cast<std::int64_t>(b);
  return a > whole || (a == whole && static_cast<double>(whole) > b) ? 1 : -1;
}

/// Compares the integer `a` from 2^63 to 2^64 - 1 with a number that is not in that range or not an
/// integer. The result is never 0.
int compare_large(std::uint64_t a, const JsonValue& b) {
  constexpr double kLeast = 9223372036854775808.0;    // 2^63
  constexpr double kBeyond = 18446744073709551616.0;  // 2^64
  if (b.is_integer || b.number < kLeast) {
    return 1;
  }
  return b.number < kBeyond && a > static_cast<std::uint64_t>(b.number) ? 1 : -1;
}

int compare_numbers(const JsonValue& a, const JsonValue& b) {
  if (a.is_large || b.is_large) {
    const auto large_a = static_cast<std::uint64_t>(a.integer);
    const auto large_b = static_cast<std::uint64_t>(b.integer);
    return !b.is_large  ? compare_large(large_a, b)
           : a.is_large ? compare(large_a, large_b)
                        : -compare_large(large_b, a);
  }
  if (a.is_integer) {
    return b.is_integer ? compare(a.integer, b.integer) : compare_mixed(a.integer, b.number);
  }
  return b.is_integer ? -compare_mixed(b.integer, a.number) : compare(a.number, b.number);
}

bool is_less(const JsonValue& a, const JsonValue& b) {
  return compare_scalars(a, b) < 0;
}

}  // namespace

int compare_scalars(const JsonValue& a, const JsonValue& b) {
  if (a.kind != b.kind) {
    return compare(a.kind, b.kind);
  }
  switch (a.kind) {
    case JsonKind::kBool:
      return compare(a.boolean, b.boolean);
    case JsonKind::kNumber:
      return compare_numbers(a, b);
    case JsonKind::kString:
      return a.text.compare(b.text);
    default:
      return 0;
  }
}

std::span<const JsonValue> sorted_values(std::span<JsonValue> values) {
  std::sort(values.begin(), values.end(), is_less);
  return first_of_each(values);
}

std::span<const JsonValue> first_of_each(std::span<JsonValue> values) {
  const auto end = std::unique(
      values.begin(), values.end(),
      [](const JsonValue& a, const JsonValue& b) { return compare_scalars(a, b) == 0; });
  return values.first(static_cast<std::size_t>(end - values.begin()));
}

std::span<const JsonValue>::iterator find_in(const JsonValue& value,
                                             std::span<const JsonValue> values) {
  const auto found = std::lower_bound(values.begin(), values.end(), value, is_less);
  return found != values.end() && compare_scalars(*found, value) == 0 ? found : values.end();
}

}  // namespace vecext

#include "core/condition/evaluate.h"

namespace vecext {

namespace {

template <class T>
int compare(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

/// As the numbers are: the integer is not rounded to a double.
int compare_mixed(std::int64_t a, double b) {
  constexpr double kBeyond = 9223372036854775808.0;  // 2^63
  if (b >= kBeyond) {
    return -1;
  }
  if (b < -kBeyond) {
    return 1;
  }
  const auto whole = static_cast<std::int64_t>(b);
  return a != whole ? compare(a, whole) : compare(static_cast<double>(whole), b);
}

int compare_numbers(const JsonValue& a, const JsonValue& b) {
  if (a.is_integer) {
    return b.is_integer ? compare(a.integer, b.integer) : compare_mixed(a.integer, b.number);
  }
  return b.is_integer ? -compare_mixed(b.integer, a.number) : compare(a.number, b.number);
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

}  // namespace vecext

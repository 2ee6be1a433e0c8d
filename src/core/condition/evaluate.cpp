#include "core/condition/evaluate.h"

#include <algorithm>
#include <cstring>

#include "core/condition/geo.h"
#include "core/condition/scalars.h"
#include "core/condition/timestamp.h"
#include "core/condition/walk.h"

namespace vecext {

namespace {

template <class T>
bool lies_within(const Range<T>& range, const T& value) {
  if (range.has_low && (range.low_is_inside ? value < range.low : value <= range.low)) {
    return false;
  }
  return !range.has_high || (range.high_is_inside ? value <= range.high : value < range.high);
}

/// True if `text` has `part` as a substring. It uses memmem(), because string_view::find() may take
/// time proportional to the product of the two lengths if the texts repeat themselves.
bool has_part(std::string_view text, std::string_view part) {
  return part.empty() || memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

class Evaluator {
 public:
  Evaluator(const JsonSource& source, const RowFacts& facts) : source_(source), facts_(facts) {}

  bool matches(const Condition& condition, const JsonValue& document) const {
    switch (condition.kind) {
      case ConditionKind::kAnd:
        return std::all_of(condition.children.begin(), condition.children.end(),
                           [&](const Condition* child) { return matches(*child, document); });
      case ConditionKind::kOr:
        return std::any_of(condition.children.begin(), condition.children.end(),
                           [&](const Condition* child) { return matches(*child, document); });
      case ConditionKind::kNot:
        return !matches(*condition.children[0], document);
      case ConditionKind::kAtLeast:
        return at_least(condition, document);
      case ConditionKind::kHasId:
        return facts_.has_id(condition);
      case ConditionKind::kHasVector:
        return facts_.has_vector(condition.text);
      case ConditionKind::kSlice:
        return facts_.is_in_slice(condition.slice);
      case ConditionKind::kNested:
      case ConditionKind::kHasAll:
      case ConditionKind::kContains:
      case ConditionKind::kCount:
      case ConditionKind::kIsEmpty:
      case ConditionKind::kIsNull:
      case ConditionKind::kExists:
        return matches_reached(condition, document);
      default:
        return any_element(condition.path.steps, document, source_,
                           [&](const JsonValue& value) { return matches_value(condition, value); });
    }
  }

 private:
  bool at_least(const Condition& condition, const JsonValue& document) const {
    std::int32_t missing = condition.count;
    auto left = static_cast<std::int64_t>(condition.children.size());
    for (const Condition* child : condition.children) {
      if (missing <= 0 || missing > left) {
        break;
      }
      missing -= matches(*child, document) ? 1 : 0;
      --left;
    }
    return missing <= 0;
  }

  /// Evaluates conditions which test the value that a path reaches as a whole, even if it is an
  /// array.
  bool matches_reached(const Condition& condition, const JsonValue& document) const {
    const std::span<const PathStep> steps = condition.path.steps;
    switch (condition.kind) {
      case ConditionKind::kNested:
        return any_value(steps, document, source_, [&](const JsonValue& value) {
          return value.kind == JsonKind::kArray &&
                 any_part(value, source_, [&](const JsonValue& element) {
                   return element.kind == JsonKind::kObject &&
                          matches(*condition.children[0], element);
                 });
        });
      case ConditionKind::kHasAll:
        return any_value(steps, document, source_, [&](const JsonValue& value) {
          return value.kind == JsonKind::kArray && has_all(value, condition.values);
        });
      case ConditionKind::kContains:
        return any_value(steps, document, source_, [&](const JsonValue& value) {
          return contains(value, condition.values[0]);
        });
      case ConditionKind::kCount:
        return matches_count(condition, document);
      case ConditionKind::kIsEmpty:
        return !any_value(steps, document, source_,
                          [&](const JsonValue& value) { return count_of(value) > 0; });
      case ConditionKind::kIsNull:
        return any_element(steps, document, source_,
                           [](const JsonValue& value) { return value.kind == JsonKind::kNull; });
      default:  // kExists
        return any_value(steps, document, source_, [](const JsonValue&) { return true; });
    }
  }

  bool matches_value(const Condition& condition, const JsonValue& value) const {
    switch (condition.kind) {
      case ConditionKind::kIn:
        return is_one_of(value, condition.values);
      case ConditionKind::kNotIn:
        return value.kind != JsonKind::kNull && !is_one_of(value, condition.values);
      case ConditionKind::kNumberRange:
        return value.kind == JsonKind::kNumber && lies_within(condition.numbers, value.number);
      case ConditionKind::kGeoBox:
      case ConditionKind::kGeoRadius:
      case ConditionKind::kGeoPolygon:
        return matches_point(condition, value);
      default:
        return value.kind == JsonKind::kString && matches_string(condition, value.text);
    }
  }

  bool matches_string(const Condition& condition, std::string_view text) const {
    switch (condition.kind) {
      case ConditionKind::kPrefix:
        return text.starts_with(condition.text);
      case ConditionKind::kSubstring:
        return has_part(text, condition.text);
      case ConditionKind::kLike:
        return facts_.is_like(condition, text);
      case ConditionKind::kAllTokens:
      case ConditionKind::kAnyToken:
      case ConditionKind::kPhrase:
        return facts_.has_tokens(condition, text);
      case ConditionKind::kTimeRange: {
        std::int64_t time;
        return parse_timestamp(text, &time) && lies_within(condition.times, time);
      }
      case ConditionKind::kTextRange:
        return lies_within(condition.texts, text);
      default:
        return false;
    }
  }

  bool matches_point(const Condition& condition, const JsonValue& value) const {
    GeoPoint point;
    if (!read_geo_point(value, source_, &point)) {
      return false;
    }
    switch (condition.kind) {
      case ConditionKind::kGeoBox:
        return is_within(point, condition.box);
      case ConditionKind::kGeoRadius:
        return is_within(point, condition.circle);
      default:
        return is_within(point, condition.polygon);
    }
  }

  bool contains(const JsonValue& value, const JsonValue& part) const {
    if (value.kind == JsonKind::kString && part.kind == JsonKind::kString) {
      return has_part(value.text, part.text);
    }
    return value.kind == JsonKind::kArray &&
           any_part(value, source_,
                    [&](const JsonValue& element) { return compare_scalars(element, part) == 0; });
  }

  std::int64_t count_of(const JsonValue& value) const {
    if (value.kind == JsonKind::kArray) {
      return source_.size(value);
    }
    return value.kind == JsonKind::kNull ? 0 : 1;
  }

  bool matches_count(const Condition& condition, const JsonValue& document) const {
    bool reached = false;
    const bool matched =
        any_value(condition.path.steps, document, source_, [&](const JsonValue& value) {
          reached = true;
          return lies_within(condition.counts, count_of(value));
        });
    return reached ? matched : lies_within(condition.counts, std::int64_t{0});
  }

  /// True if the array has all of `values`. It takes kBits of these values at a time, marks those
  /// that are equal to an element of the array, and goes on with the next ones if all are marked.
  bool has_all(const JsonValue& array, std::span<const JsonValue> values) const {
    constexpr std::size_t kBits = 4096;
    const int n = source_.size(array);
    if (static_cast<std::size_t>(n) < values.size()) {
      return false;
    }
    while (!values.empty()) {
      const auto part = values.first(std::min(kBits, values.size()));
      values = values.subspan(part.size());
      std::uint64_t marks[kBits / 64] = {};
      std::size_t missing = part.size();
      for (int i = 0; i < n && missing > 0; ++i) {
        const JsonValue element = source_.element(array, i);
        const auto found = find_in(element, part);
        if (found == part.end()) {
          continue;
        }
        const auto at = static_cast<std::size_t>(found - part.begin());
        const std::uint64_t mark = std::uint64_t{1} << (at % 64);
        missing -= (marks[at / 64] & mark) == 0 ? 1 : 0;
        marks[at / 64] |= mark;
      }
      if (missing > 0) {
        return false;
      }
    }
    return true;
  }

  const JsonSource& source_;
  const RowFacts& facts_;
};

}  // namespace

bool matches(const Condition& condition, const JsonValue& payload, const JsonSource& source,
             const RowFacts& facts) {
  return Evaluator(source, facts).matches(condition, payload);
}

}  // namespace vecext

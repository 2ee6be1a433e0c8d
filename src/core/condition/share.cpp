#include "core/condition/share.h"

#include <algorithm>

namespace vecext {
namespace {

// These are the server's own defaults: DEFAULT_EQ_SEL, DEFAULT_INEQ_SEL, DEFAULT_RANGE_INEQ_SEL,
// DEFAULT_MATCH_SEL, DEFAULT_UNK_SEL.
constexpr double kEqual = .005;
constexpr double kLess = 1.0 / 3;
constexpr double kBetween = .005;
constexpr double kMatch = .005;
constexpr double kUnknown = .005;

double share_of_one(const Condition& condition) {
  double share = 0;
  for (const Condition* child : condition.children) {
    share = 1 - (1 - share) * (1 - share_of(*child));
  }
  return share;
}

double share_of_all(const Condition& condition) {
  double share = 1;
  for (const Condition* child : condition.children) {
    share *= share_of(*child);
  }
  return share;
}

/// Returns the share of rows that satisfy a list of equalities.
double share_of_values(const Condition& condition) {
  return std::min(1.0, kEqual * static_cast<double>(condition.values.size()));
}

template <class T>
double share_of_range(const Range<T>& range) {
  if (range.has_low && range.has_high) {
    return kBetween;
  }
  return range.has_low || range.has_high ? kLess : 1;
}

}  // namespace

double share_of(const Condition& condition) {
  switch (condition.kind) {
    case ConditionKind::kAnd:
      return share_of_all(condition);
    case ConditionKind::kOr:
    case ConditionKind::kAtLeast:
      return share_of_one(condition);
    case ConditionKind::kNot:
      return 1 - share_of(*condition.children[0]);
    case ConditionKind::kNested:
      return share_of(*condition.children[0]);
    case ConditionKind::kIn:
    case ConditionKind::kHasId:
      return share_of_values(condition);
    case ConditionKind::kNotIn:
      return 1 - share_of_values(condition);
    case ConditionKind::kSlice:
      return 1.0 / condition.slice.total;
    case ConditionKind::kExists:
    case ConditionKind::kHasVector:
      return 1 - kUnknown;
    case ConditionKind::kIsEmpty:
    case ConditionKind::kIsNull:
    case ConditionKind::kGeoBox:
    case ConditionKind::kGeoRadius:
    case ConditionKind::kGeoPolygon:
      return kUnknown;
    case ConditionKind::kNumberRange:
      return share_of_range(condition.numbers);
    case ConditionKind::kTimeRange:
      return share_of_range(condition.times);
    case ConditionKind::kTextRange:
      return share_of_range(condition.texts);
    case ConditionKind::kCount:
      return share_of_range(condition.counts);
    case ConditionKind::kHasAll:
    case ConditionKind::kContains:
    case ConditionKind::kPrefix:
    case ConditionKind::kSubstring:
    case ConditionKind::kLike:
    case ConditionKind::kAllTokens:
    case ConditionKind::kAnyToken:
    case ConditionKind::kPhrase:
      return kMatch;
  }
  return kUnknown;
}

int leaves_of(const Condition& condition) {
  if (condition.children.empty()) {
    return 1;
  }
  int leaves = 0;
  for (const Condition* child : condition.children) {
    leaves += leaves_of(*child);
  }
  return leaves;
}

}  // namespace vecext

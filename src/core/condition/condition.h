// A condition on a row: what a filter of Qdrant's grammar, a filter text or a framework's filter
// means. The tree lives in the arena of its parser; its strings live there, too, or in the parser's
// input.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/json/json.h"

namespace vecext {

/// A step of a path to values of a document.
struct PathStep {
  enum class Kind : std::uint8_t { kKey, kIndex, kAllElements };
  Kind kind = Kind::kKey;
  std::string_view key;    // for kKey
  std::int32_t index = 0;  // for kIndex: from 0
};

/// A path such as `a.b`, `a[0].b`, `a[].b` or `"a.b"`. A step goes through an array only by an
/// index or []. A path without [] reaches at most one value.
struct PayloadPath {
  std::span<const PathStep> steps;
  std::string_view text;  // as it was written
};

/// What a condition tests. "Some value" is a value that the path reaches or, if that is an array,
/// some element of it. A test of a value of another type than the test is about is false, never an
/// error.
enum class ConditionKind : std::uint8_t {
  // Conditions on other conditions
  kAnd,      // children; true if there are none
  kOr,       // children; false if there are none
  kNot,      // children[0]
  kAtLeast,  // children, count: how many must be true
  kNested,   // path, children[0]: some object in an array that the path reaches satisfies it; paths
             // in children[0] begin at that object
  // Conditions on the row
  kHasId,      // values: strings and integers
  kHasVector,  // text: the name of a vector; if empty, the unnamed one
  // Conditions on values
  kIn,           // values: some value equals one of them; count: how many conditions on equality,
                 // as alternatives, these were; 0 if they were one condition
  kNotIn,        // values: some value that is not null equals none of them
  kHasAll,       // values: an array that the path reaches has all of them
  kContains,     // values[0]: an array has it, or it is a substring of a string
  kPrefix,       // text: some string begins with it
  kSubstring,    // text: some string has it
  kLike,         // text, ignores_case: some string matches the pattern of SQL's LIKE
  kAllTokens,    // text, config: some string has all tokens of the text
  kAnyToken,     // text, config: ... has a token of the text
  kPhrase,       // text, config: ... has the tokens of the text one after the other
  kNumberRange,  // numbers: some number lies within
  kTimeRange,    // times: some string is a time that lies within them
  kTextRange,    // texts: some string lies within them, in the order of code points
  kGeoBox,       // box: some point lies within it, not on the edge
  kGeoRadius,    // circle: some point is nearer than its radius
  kGeoPolygon,   // polygon: some point lies within it, not on the boundary and not in a hole
  kCount,        // counts: how many values there are: 0 if nothing or null, and for an array its
                 // elements
  kIsEmpty,      // there is nothing, or only null and empty arrays
  kIsNull,       // there is null, or an array with null; a missing value does not count
  kExists,       // the path reaches a value, which may be null
};

/// Bounds of a range. Either may be missing.
template <class T>
struct Range {
  T low{};
  T high{};
  bool has_low = false;
  bool has_high = false;
  bool low_is_inside = false;
  bool high_is_inside = false;
};

/// Degrees: longitude from -180 to 180, latitude from -90 to 90. In a document it is {"lon": 13.4,
/// "lat": 52.5}.
struct GeoPoint {
  double lon = 0;
  double lat = 0;
};

/// If `west` > `east`, the box crosses the antimeridian.
struct GeoBox {
  double west = 0, south = 0, east = 0, north = 0;
};

struct GeoCircle {
  GeoPoint center;
  double meters = 0;
};

/// A ring is closed: its last point is its first. rings[0] is the exterior, the others are holes.
struct GeoPolygon {
  std::span<const std::span<const GeoPoint>> rings;
};

/// A node of the tree. Fields that the kind does not name are not set.
struct Condition {
  ConditionKind kind = ConditionKind::kAnd;
  bool ignores_case = false;
  std::int32_t count = 0;
  PayloadPath path;
  std::span<const Condition* const> children;
  std::span<const JsonValue> values;  // scalars, sorted by compare_scalars()
  std::string_view text;
  std::string_view config;  // a text search configuration; `simple` if it is empty
  Range<double> numbers;
  Range<std::int64_t> times;  // microseconds since 2000-01-01 00:00 UTC, as the server counts
  Range<std::int64_t> counts;
  Range<std::string_view> texts;
  GeoBox box;
  GeoCircle circle;
  GeoPolygon polygon;
};

/// Limits of what parsers accept, in all dialects.
constexpr int kMostLevels = 64;
constexpr int kMostConditions = 10000;
constexpr int kMostValues = 100000;  // of all lists together

}  // namespace vecext

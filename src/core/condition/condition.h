// A condition on a row: what a filter of Qdrant's grammar, a filter text or a framework's filter
// means. The tree lives in the arena of its parser; the strings in it live there too, or in the
// parser's input.
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
  std::string_view key;    // kKey
  std::int32_t index = 0;  // kIndex: from 0
};

/// A path as `a.b`, `a[0].b`, `a[].b` or `"a.b"`. No step goes through an array without an index or
/// []. A path without [] reaches one value or none.
struct PayloadPath {
  std::span<const PathStep> steps;
  std::string_view text;  // as written
};

/// What a condition tests. "Some value": a value that the path reaches or, if that is an array,
/// some element of it. A test of another type of value than it is about is false, never an error.
enum class ConditionKind : std::uint8_t {
  // Conditions on other conditions
  kAnd,      // children; true without any
  kOr,       // children; false without any
  kNot,      // children[0]
  kAtLeast,  // children, count: how many must be true
  kNested,   // path, children[0]: some object in an array that the path reaches satisfies it; its
             // paths begin at that object
  // Conditions on the row
  kHasId,      // values: strings and integers
  kHasVector,  // text: the name of a vector; empty: the unnamed one
  // Conditions on values
  kIn,           // values: some value equals one of them; count: of as many equalities, which
                 // alternatives were; 0: of one condition
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
  kTimeRange,    // times: some string is a time that lies within
  kTextRange,    // texts: some string lies within, in the order of code points
  kGeoBox,       // box: some point lies within, not on the edge
  kGeoRadius,    // circle: some point is nearer than its radius
  kGeoPolygon,   // polygon: some point lies within, not on the boundary and in no hole
  kCount,    // counts: how many values there are: of nothing and null 0, of an array its elements
  kIsEmpty,  // nothing, or only null and empty arrays
  kIsNull,   // null, or an array with null; a missing value is not
  kExists,   // the path reaches a value, be it null
};

/// Bounds of a range; either may be missing.
template <class T>
struct Range {
  T low{};
  T high{};
  bool has_low = false;
  bool has_high = false;
  bool low_is_inside = false;
  bool high_is_inside = false;
};

/// Degrees: longitude -180 to 180, latitude -90 to 90. In a document {"lon": 13.4, "lat": 52.5}.
struct GeoPoint {
  double lon = 0;
  double lat = 0;
};

/// `west` > `east`: the box crosses the antimeridian.
struct GeoBox {
  double west = 0, south = 0, east = 0, north = 0;
};

struct GeoCircle {
  GeoPoint center;
  double meters = 0;
};

/// A ring is closed: its last point is its first. rings[0] is the exterior, others are holes.
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
  std::string_view config;  // a text search configuration; empty: simple
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

// A condition on a row: the meaning of a filter, whether it is written in Qdrant's grammar, as a
// filter text, or as a framework's filter. The tree lives in the arena of its parser. Its strings
// live there, too, or in the input of the parser.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/json/json.h"

namespace vecext {

/// A step of a path that leads to values of a document.
struct PathStep {
  enum class Kind : std::uint8_t { kKey, kIndex, kAllElements };
  Kind kind = Kind::kKey;
  std::string_view key;    // for kKey
  std::int32_t index = 0;  // for kIndex: from 0
};

/// A path such as `a.b`, `a[0].b`, `a[].b` or `"a.b"`. Only an index or [] leads from an array to
/// its elements. A path without [] reaches at most one value.
struct PayloadPath {
  std::span<const PathStep> steps;
  std::string_view text;  // as it was written
};

/// What a condition tests, with the fields of Condition that it uses. "Some value" means a value
/// that the path reaches or, if that value is an array, an element of the array. If a value does
/// not have the type that a test is about, the test is false of it, and never an error.
enum class ConditionKind : std::uint8_t {
  // Conditions on other conditions
  kAnd,      // children; true if there are none
  kOr,       // children; false if there are none
  kNot,      // children[0]
  kAtLeast,  // children, count: at least so many are true
  kNested,   // path, children[0]: it is true of some object in an array that the path reaches;
             // paths in children[0] begin at that object
  // Conditions on the row
  kHasId,      // values: strings and integers
  kHasVector,  // text: the name of a vector; if empty, the unnamed one
  kSlice,      // slice: the hash of the id falls into it
  // Conditions on values
  kIn,           // values: some value equals one of them. count: how many equalities, joined by OR,
                 // this condition replaces; 0 if it was written as one condition
  kNotIn,        // values: some value is not null and equals none of them
  kHasAll,       // values: an array that the path reaches has all of them
  kContains,     // values[0]: an array has it, or it is a substring of a string
  kPrefix,       // text: some string begins with it
  kSubstring,    // text: some string has it
  kLike,         // text, ignores_case: some string matches the pattern of SQL's LIKE
  kAllTokens,    // text, config, config_id: some string has all tokens of the text
  kAnyToken,     // text, config, config_id: some string has one of the tokens of the text
  kPhrase,       // text, config, config_id: some string has the tokens of the text one after the
                 // other
  kNumberRange,  // numbers: some number lies within
  kTimeRange,    // times: some string is a time that lies within them
  kTextRange,    // texts: some string lies within them, in the order of code points
  kGeoBox,       // box: some point lies within it, not on the edge
  kGeoRadius,    // circle: some point is nearer than its radius
  kGeoPolygon,   // polygon: some point lies within it, not on the boundary and not in a hole
  kCount,        // counts: how many values the path reaches lies within them; nothing and null
                 // count 0, an array counts its elements
  kIsEmpty,      // the path reaches nothing, or only null and empty arrays
  kIsNull,       // the path reaches null, or an array that has null; a missing value does not
                 // count
  kExists,       // the path reaches a value, which may be null
};

/// The bounds of a range, each of which may be missing.
template <class T>
struct Range {
  T low{};
  T high{};
  bool has_low = false;
  bool has_high = false;
  bool low_is_inside = false;
  bool high_is_inside = false;
};

/// A point: its longitude from -180 to 180 degrees, and its latitude from -90 to 90. A document has
/// it as {"lon": 13.4, "lat": 52.5}.
struct GeoPoint {
  double lon = 0;
  double lat = 0;
};

/// A box between two longitudes and two latitudes. If `west` > `east`, it crosses the antimeridian.
struct GeoBox {
  double west = 0, south = 0, east = 0, north = 0;
};

struct GeoCircle {
  GeoPoint center;
  double meters = 0;
};

/// A polygon. rings[0] is its exterior, and the other rings are holes. A ring is closed: its last
/// point is its first one.
struct GeoPolygon {
  std::span<const std::span<const GeoPoint>> rings;
};

/// One of `total` slices of all ids, by the remainder of their hashes.
struct IdSlice {
  std::uint32_t total = 1;
  std::uint32_t index = 0;  // less than total
};

/// A node of the tree. Only the fields that ConditionKind names for its kind are set.
struct Condition {
  ConditionKind kind = ConditionKind::kAnd;
  bool ignores_case = false;
  std::int32_t count = 0;
  PayloadPath path;
  std::span<const Condition* const> children;
  std::span<const JsonValue> values;  // scalars, sorted by compare_scalars()
  std::string_view text;
  std::string_view config;      // name of a text search configuration; may be empty
  std::uint32_t config_id = 0;  // the server's number of a configuration for an empty name; 0 for
                                // the default
  Range<double> numbers;
  Range<std::int64_t> times;  // microseconds since 2000-01-01 00:00 UTC, as the server counts
  Range<std::int64_t> counts;
  Range<std::string_view> texts;
  GeoBox box;
  GeoCircle circle;
  GeoPolygon polygon;
  IdSlice slice;
};

/// Limits of what parsers accept, in all dialects.
constexpr int kMostLevels = 64;
constexpr int kMostConditions = 10000;
constexpr int kMostValues = 100000;  // of all lists of values together

}  // namespace vecext

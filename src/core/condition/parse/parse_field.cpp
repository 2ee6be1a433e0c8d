// Tests of a field in Qdrant's grammar: match, ranges, areas on the earth, counts.
#include "core/condition/geo.h"
#include "core/condition/parse/qdrant_parser.h"
#include "core/condition/timestamp.h"

namespace vecext {

namespace {

constexpr std::string_view kTests[] = {
    "match",       "range",        "geo_bounding_box", "geo_radius",
    "geo_polygon", "values_count", "is_empty",         "is_null",
};
constexpr std::size_t kMostTests = std::size(kTests);

constexpr std::string_view kMatchTests[] = {
    "value", "any", "except", "text", "text_any", "phrase", "prefix", "substring",
};

}  // namespace

bool QdrantParser::parse_field(const JsonValue& value, const JsonPlace& where,
                               const Condition** parsed) {
  if (!only_keys(value, where,
                 {"key", "match", "range", "geo_bounding_box", "geo_radius", "geo_polygon",
                  "values_count", "is_empty", "is_null"})) {
    return false;
  }
  PayloadPath path;
  if (!need_path(member(value, "key"), where.at("key"), &path)) {
    return false;
  }
  const Condition** tests = array<const Condition*>(kMostTests, where);
  std::size_t n = 0;
  for (const std::string_view name : kTests) {
    const JsonValue test = member(value, name);
    if (test.kind == JsonKind::kMissing) {
      continue;
    }
    if (tests == nullptr || !parse_test(name, test, where.at(name), path, &tests[n])) {
      return false;
    }
    ++n;
  }
  if (n == 0) {
    return malformed(where, "condition has no test of its key");
  }
  *parsed = joined(ConditionKind::kOr, {tests, n}, where);
  return *parsed != nullptr;
}

bool QdrantParser::parse_test(std::string_view name, const JsonValue& value, const JsonPlace& where,
                              const PayloadPath& path, const Condition** parsed) {
  if (name == "is_empty" || name == "is_null") {
    const bool empty = name == "is_empty";
    return parse_flag(empty ? ConditionKind::kIsEmpty : ConditionKind::kIsNull, value, where, path,
                      parsed);
  }
  if (!need_object(value, where)) {
    return false;
  }
  Condition* test = make(ConditionKind::kIn, where);
  if (test == nullptr) {
    return false;
  }
  test->path = path;
  *parsed = test;
  if (name == "match") {
    return parse_match(value, where, test);
  }
  if (name == "range") {
    return parse_range(value, where, test);
  }
  if (name == "values_count") {
    return parse_count(value, where, test);
  }
  if (name == "geo_bounding_box") {
    test->kind = ConditionKind::kGeoBox;
    return parse_box(value, where, &test->box);
  }
  if (name == "geo_radius") {
    test->kind = ConditionKind::kGeoRadius;
    return parse_circle(value, where, &test->circle);
  }
  test->kind = ConditionKind::kGeoPolygon;
  return parse_polygon(value, where, &test->polygon);
}

bool QdrantParser::parse_flag(ConditionKind kind, const JsonValue& value, const JsonPlace& where,
                              const PayloadPath& path, const Condition** parsed) {
  bool flag;
  if (!need_bool(value, where, &flag)) {
    return false;
  }
  Condition* test = make(kind, where);
  if (test == nullptr) {
    return false;
  }
  test->path = path;
  *parsed = flag ? test : negated(test, where);
  return *parsed != nullptr;
}

bool QdrantParser::need_match_value(const JsonValue& value, const JsonPlace& where) {
  return value.kind == JsonKind::kString || value.kind == JsonKind::kBool ||
         (value.kind == JsonKind::kNumber && (value.is_integer || value.is_large)) ||
         unlike(value, where, "expected a string, an integer of 64 bits or a boolean");
}

/// Finds the test of a match. Beside the test, the match may name a text search configuration.
bool QdrantParser::find_match_test(const JsonValue& match, const JsonPlace& where, JsonMember* test,
                                   JsonValue* config) {
  if (!only_keys(match, where,
                 {"value", "any", "except", "text", "text_any", "phrase", "prefix", "substring",
                  "config"})) {
    return false;
  }
  *config = member(match, "config");
  int tests = 0;
  for (const std::string_view name : kMatchTests) {
    const JsonValue value = member(match, name);
    if (value.kind != JsonKind::kMissing) {
      *test = {name, value};
      ++tests;
    }
  }
  return tests == 1 ||
         malformed(where, tests == 0 ? "match has no test" : "match has several tests");
}

bool QdrantParser::parse_match(const JsonValue& match, const JsonPlace& where,
                               Condition* condition) {
  JsonMember test;
  JsonValue config;
  if (!find_match_test(match, where, &test, &config)) {
    return false;
  }
  const JsonPlace place = where.at(test.key);
  const auto is_value = [this](const JsonValue& value, const JsonPlace& of_value) {
    return need_match_value(value, of_value);
  };
  const bool is_of_values = test.key == "value" || test.key == "any" || test.key == "except";
  if (config.kind != JsonKind::kMissing &&
      (is_of_values || test.key == "prefix" || test.key == "substring")) {
    return malformed(where.at("config"), "only text, text_any and phrase have a configuration");
  }
  if (test.key == "value") {
    condition->kind = ConditionKind::kIn;
    return need_match_value(test.value, place) && one_value(test.value, place, &condition->values);
  }
  if (is_of_values) {
    condition->kind = test.key == "any" ? ConditionKind::kIn : ConditionKind::kNotIn;
    return need_values(test.value, place, is_value, &condition->values);
  }
  return parse_text_match(test, config, where, condition);
}

bool QdrantParser::parse_text_match(const JsonMember& test, const JsonValue& config,
                                    const JsonPlace& where, Condition* condition) {
  struct TextTest {
    std::string_view name;
    ConditionKind kind;
  };
  constexpr TextTest kTextTests[] = {
      {"text", ConditionKind::kAllTokens},      {"text_any", ConditionKind::kAnyToken},
      {"phrase", ConditionKind::kPhrase},       {"prefix", ConditionKind::kPrefix},
      {"substring", ConditionKind::kSubstring},
  };
  for (const TextTest& text_test : kTextTests) {
    if (test.key == text_test.name) {
      condition->kind = text_test.kind;
    }
  }
  return (config.kind == JsonKind::kMissing ||
          need_string(config, where.at("config"), &condition->config)) &&
         need_string(test.value, where.at(test.key), &condition->text);
}

/// Reads the bounds of a range, each by read(value, at, T*). If a side has two bounds, both must
/// hold, so the narrower one is set.
template <class T, class Read>
bool QdrantParser::parse_bounds(const JsonValue& range, const JsonPlace& where, const Read& read,
                                Range<T>* bounds) {
  for (const std::string_view name : {"gt", "gte", "lt", "lte"}) {
    const JsonValue value = member(range, name);
    T bound;
    if (value.kind == JsonKind::kMissing) {
      continue;
    }
    if (!read(value, where.at(name), &bound)) {
      return false;
    }
    const bool low = name[0] == 'g';
    const bool inside = name.size() == 3;
    bool& has = low ? bounds->has_low : bounds->has_high;
    T& present = low ? bounds->low : bounds->high;
    bool& is_inside = low ? bounds->low_is_inside : bounds->high_is_inside;
    if (!has || (low ? bound > present : bound < present)) {
      has = true;
      present = bound;
      is_inside = inside;
    } else if (bound == present) {
      is_inside = is_inside && inside;
    }
  }
  return true;
}

bool QdrantParser::parse_range(const JsonValue& range, const JsonPlace& where,
                               Condition* condition) {
  if (!only_keys(range, where, {"gt", "gte", "lt", "lte"})) {
    return false;
  }
  bool times = false;
  for (const std::string_view name : {"gt", "gte", "lt", "lte"}) {
    times = times || member(range, name).kind == JsonKind::kString;
  }
  if (!times) {
    condition->kind = ConditionKind::kNumberRange;
    const auto read = [this](const JsonValue& value, const JsonPlace& place, double* number) {
      return need_number(value, place, number);
    };
    return parse_bounds(range, where, read, &condition->numbers);
  }
  condition->kind = ConditionKind::kTimeRange;
  const auto read = [this](const JsonValue& value, const JsonPlace& place, std::int64_t* time) {
    std::string_view text;
    return need_string(value, place, &text) &&
           (parse_timestamp(text, time) || malformed(place, "must be a date or a time", text));
  };
  return parse_bounds(range, where, read, &condition->times);
}

bool QdrantParser::parse_count(const JsonValue& range, const JsonPlace& where,
                               Condition* condition) {
  condition->kind = ConditionKind::kCount;
  const auto read = [this](const JsonValue& value, const JsonPlace& place, std::int64_t* count) {
    return need_integer(value, place, count) &&
           (*count >= 0 || malformed(place, "must not be negative"));
  };
  return only_keys(range, where, {"gt", "gte", "lt", "lte"}) &&
         parse_bounds(range, where, read, &condition->counts);
}

bool QdrantParser::parse_point(const JsonValue& value, const JsonPlace& where, GeoPoint* point) {
  if (!need_object(value, where) || !only_keys(value, where, {"lon", "lat"}) ||
      !need_number(member(value, "lon"), where.at("lon"), &point->lon) ||
      !need_number(member(value, "lat"), where.at("lat"), &point->lat)) {
    return false;
  }
  if (!is_longitude(point->lon)) {
    return malformed(where.at("lon"), "must lie between -180 and 180");
  }
  return is_latitude(point->lat) || malformed(where.at("lat"), "must lie between -90 and 90");
}

bool QdrantParser::parse_box(const JsonValue& value, const JsonPlace& where, GeoBox* box) {
  GeoPoint top_left;
  GeoPoint bottom_right;
  if (!only_keys(value, where, {"top_left", "bottom_right"}) ||
      !parse_point(member(value, "top_left"), where.at("top_left"), &top_left) ||
      !parse_point(member(value, "bottom_right"), where.at("bottom_right"), &bottom_right)) {
    return false;
  }
  *box = {top_left.lon, bottom_right.lat, bottom_right.lon, top_left.lat};
  return true;
}

bool QdrantParser::parse_circle(const JsonValue& value, const JsonPlace& where, GeoCircle* circle) {
  return only_keys(value, where, {"center", "radius"}) &&
         parse_point(member(value, "center"), where.at("center"), &circle->center) &&
         need_number(member(value, "radius"), where.at("radius"), &circle->meters) &&
         (circle->meters >= 0 || malformed(where.at("radius"), "must not be negative"));
}

bool QdrantParser::parse_polygon(const JsonValue& value, const JsonPlace& where,
                                 GeoPolygon* polygon) {
  if (!only_keys(value, where, {"exterior", "interiors"})) {
    return false;
  }
  const JsonValue holes = member(value, "interiors");
  const JsonPlace at_holes = where.at("interiors");
  const bool has_holes = holes.kind != JsonKind::kMissing;
  if (has_holes && (!need_array(holes, at_holes) || !count_values(size(holes), at_holes))) {
    return false;
  }
  const int n = has_holes ? size(holes) : 0;
  auto* rings = array<std::span<const GeoPoint>>(static_cast<std::size_t>(n) + 1, where);
  if (rings == nullptr || !parse_ring(member(value, "exterior"), where.at("exterior"), &rings[0])) {
    return false;
  }
  for (int i = 0; i < n; ++i) {
    if (!parse_ring(element(holes, i), at_holes.at(i), &rings[i + 1])) {
      return false;
    }
  }
  polygon->rings = {rings, static_cast<std::size_t>(n) + 1};
  return true;
}

bool QdrantParser::parse_ring(const JsonValue& value, const JsonPlace& where,
                              std::span<const GeoPoint>* ring) {
  constexpr int kFewest = 4;
  if (!need_object(value, where) || !only_keys(value, where, {"points"})) {
    return false;
  }
  const JsonValue list = member(value, "points");
  const JsonPlace at_list = where.at("points");
  if (!need_array(list, at_list) || !count_values(size(list), at_list)) {
    return false;
  }
  const int n = size(list);
  if (n < kFewest) {
    return malformed(at_list, "a ring needs at least 4 points");
  }
  GeoPoint* points = array<GeoPoint>(static_cast<std::size_t>(n), at_list);
  if (points == nullptr) {
    return false;
  }
  for (int i = 0; i < n; ++i) {
    if (!parse_point(element(list, i), at_list.at(i), &points[i])) {
      return false;
    }
  }
  if (points[0].lon != points[n - 1].lon || points[0].lat != points[n - 1].lat) {
    return malformed(at_list, "a ring must end at its first point");
  }
  *ring = {points, static_cast<std::size_t>(n)};
  return true;
}

}  // namespace vecext

// Random filters on random payloads: the evaluator against one that reads the filter's JSON itself
// and makes lists of values.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "condition/condition_samples.h"
#include "condition/test_row.h"
#include "core/condition/geo.h"
#include "core/condition/timestamp.h"

namespace vecext::condition_samples_test {
using vecext::test::ConditionSamples;
using vecext::test::CountedArena;
using vecext::test::JsonText;
using vecext::test::TestRow;
using Json = nlohmann::json;

namespace {

class Oracle {
 public:
  bool filter(const Json& filter, const Json& document) const {
    for (const Json& condition : list(filter, "must")) {
      if (!holds(condition, document)) {
        return false;
      }
    }
    for (const Json& condition : list(filter, "must_not")) {
      if (holds(condition, document)) {
        return false;
      }
    }
    const std::vector<Json> should = list(filter, "should");
    if (!should.empty() && count(should, document) == 0) {
      return false;
    }
    return !filter.contains("min_should") ||
           count(list(filter["min_should"], "conditions"), document) >=
               filter["min_should"]["min_count"].get<int>();
  }

 private:
  static std::vector<Json> list(const Json& filter, const char* clause) {
    if (!filter.contains(clause)) {
      return {};
    }
    const Json& conditions = filter[clause];
    return conditions.is_array() ? conditions.get<std::vector<Json>>()
                                 : std::vector<Json>{conditions};
  }

  int count(const std::vector<Json>& conditions, const Json& document) const {
    int n = 0;
    for (const Json& condition : conditions) {
      n += holds(condition, document);
    }
    return n;
  }

  /// The values that a path reaches, all at once, step by step.
  static std::vector<Json> reached(const std::string& text, const Json& document) {
    CountedArena memory;
    const Arena arena = memory.arena();
    PayloadPath path;
    REQUIRE(parse_path(text, arena, &path).ok());
    std::vector<Json> values = {document};
    for (const PathStep& step : path.steps) {
      std::vector<Json> next;
      for (const Json& value : values) {
        if (step.kind == PathStep::Kind::kKey && value.is_object() && value.contains(step.key)) {
          next.push_back(value[std::string(step.key)]);
        } else if (step.kind == PathStep::Kind::kAllElements && value.is_array()) {
          next.insert(next.end(), value.begin(), value.end());
        } else if (step.kind == PathStep::Kind::kIndex && value.is_array() &&
                   static_cast<std::size_t>(step.index) < value.size()) {
          next.push_back(value[static_cast<std::size_t>(step.index)]);
        }
      }
      values = next;
    }
    return values;
  }

  static std::vector<Json> elements(const std::vector<Json>& values) {
    std::vector<Json> all;
    for (const Json& value : values) {
      if (value.is_array()) {
        all.insert(all.end(), value.begin(), value.end());
      } else {
        all.push_back(value);
      }
    }
    return all;
  }

  bool holds(const Json& condition, const Json& document) const {
    if (condition.contains("nested")) {
      return nested(condition["nested"], document);
    }
    if (condition.contains("has_id")) {
      const Json& ids = condition["has_id"];
      return std::find(ids.begin(), ids.end(), Json(2)) != ids.end();
    }
    if (condition.contains("has_vector")) {
      return condition["has_vector"] == "image";
    }
    if (condition.contains("is_empty")) {
      for (const Json& value : reached(condition["is_empty"]["key"], document)) {
        if (size(value) > 0) {
          return false;
        }
      }
      return true;
    }
    if (condition.contains("is_null")) {
      return any_null(elements(reached(condition["is_null"]["key"], document)));
    }
    if (!condition.contains("key")) {
      return filter(condition, document);
    }
    std::vector<Json> values = reached(condition["key"], document);
    if (condition.contains("values_count")) {
      if (values.empty()) {
        values.push_back(nullptr);
      }
      for (const Json& value : values) {
        if (within(
                condition["values_count"], [](const Json& bound) { return bound; }, size(value))) {
          return true;
        }
      }
      return false;
    }
    for (const Json& value : elements(values)) {
      if (test(condition, value)) {
        return true;
      }
    }
    return false;
  }

  bool nested(const Json& nested, const Json& document) const {
    std::string key = nested["key"];
    if (key.ends_with("[]")) {
      key.resize(key.size() - 2);
    }
    for (const Json& value : reached(key, document)) {
      for (const Json& element : value.is_array() ? value : Json::array()) {
        if (element.is_object() && filter(nested["filter"], element)) {
          return true;
        }
      }
    }
    return false;
  }

  static bool any_null(const std::vector<Json>& values) {
    return std::find(values.begin(), values.end(), Json(nullptr)) != values.end();
  }

  static int size(const Json& value) {
    return value.is_array() ? static_cast<int>(value.size()) : (value.is_null() ? 0 : 1);
  }

  /// `read` makes of a bound what the value is.
  template <class Read, class T>
  static bool within(const Json& range, const Read& read, const T& value) {
    return (!range.contains("gt") || value > read(range["gt"])) &&
           (!range.contains("gte") || value >= read(range["gte"])) &&
           (!range.contains("lt") || value < read(range["lt"])) &&
           (!range.contains("lte") || value <= read(range["lte"]));
  }

  static bool one_of(const Json& values, const Json& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  }

  static std::int64_t time(const Json& text) {
    std::int64_t time = 0;
    REQUIRE(parse_timestamp(text.get_ref<const std::string&>(), &time));
    return time;
  }

  static bool test_range(const Json& range, const Json& value) {
    if (!range.begin()->is_string()) {
      return value.is_number() &&
             within(
                 range, [](const Json& b) { return b.get<double>(); }, value.get<double>());
    }
    std::int64_t parsed;
    return value.is_string() && parse_timestamp(value.get_ref<const std::string&>(), &parsed) &&
           within(range, time, parsed);
  }

  static GeoPoint point(const Json& value) { return {value["lon"], value["lat"]}; }

  static bool test(const Json& condition, const Json& value) {
    if (condition.contains("range")) {
      return test_range(condition["range"], value);
    }
    if (condition.contains("match")) {
      return test_match(condition["match"], value);
    }
    if (!value.is_object() || !value.contains("lon") || !value.contains("lat")) {
      return false;
    }
    const GeoPoint at = point(value);
    if (condition.contains("geo_radius")) {
      const Json& circle = condition["geo_radius"];
      return geo_distance(at, point(circle["center"])) < circle["radius"].get<double>();
    }
    if (condition.contains("geo_bounding_box")) {
      const GeoPoint left = point(condition["geo_bounding_box"]["top_left"]);
      const GeoPoint right = point(condition["geo_bounding_box"]["bottom_right"]);
      const bool lon = left.lon > right.lon ? at.lon > left.lon || at.lon < right.lon
                                            : at.lon > left.lon && at.lon < right.lon;
      return lon && at.lat < left.lat && at.lat > right.lat;
    }
    // The triangle of the samples.
    return at.lon > at.lat && at.lat > -10 && at.lon < 60;
  }

  static bool test_match(const Json& match, const Json& value) {
    if (match.contains("value")) {
      return value == match["value"];
    }
    if (match.contains("any")) {
      return one_of(match["any"], value);
    }
    if (match.contains("except")) {
      return !value.is_null() && !one_of(match["except"], value);
    }
    if (!value.is_string()) {
      return false;
    }
    const std::string text = value;
    return match.contains("prefix") ? text.starts_with(match["prefix"].get<std::string>())
                                    : text.find(match["substring"].get<std::string>()) != text.npos;
  }
};

}  // namespace

TEST_CASE("samples: the evaluator against lists of values") {
  ConditionSamples samples(1);
  const Oracle oracle;
  const TestRow row("2", {"image"});
  int matched = 0;
  constexpr int kFilters = 4000;
  constexpr int kPayloads = 5;
  for (int i = 0; i < kFilters; ++i) {
    const Json filter = samples.filter(i % 5);
    const JsonText text = JsonText::of(filter);
    CountedArena memory;
    const Arena arena = memory.arena();
    const Condition* condition = nullptr;
    const ParseError error = parse_filter(text.root(), text, arena, &condition);
    INFO(filter.dump(), " ", error.path, " ", error.reason);
    REQUIRE(error.ok());
    for (int j = 0; j < kPayloads; ++j) {
      const Json payload = samples.payload();
      const JsonText document = JsonText::of(payload);
      const bool holds = matches(*condition, document.root(), document, row);
      INFO(payload.dump());
      REQUIRE(holds == oracle.filter(filter, payload));
      matched += holds;
    }
  }
  CHECK(matched > kFilters * kPayloads / 4);
  CHECK(matched < kFilters * kPayloads * 3 / 4);
}

}  // namespace vecext::condition_samples_test

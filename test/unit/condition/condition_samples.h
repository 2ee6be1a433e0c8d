// Random payloads and filters of Qdrant's grammar that meet: few keys, few values, all types.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace vecext::test {

class ConditionSamples {
 public:
  using Json = nlohmann::json;

  explicit ConditionSamples(std::uint32_t seed) : random_(seed) {}

  Json payload() {
    Json object = Json::object();
    for (const char* key : kKeys) {
      if (chance(50)) {
        object[key] = value(3);
      }
    }
    return object;
  }

  /// Conditions of it are filters again up to `depth` levels.
  Json filter(int depth, bool nested = false) {
    Json made = Json::object();
    for (const char* clause : {"must", "should", "must_not"}) {
      if (chance(45)) {
        made[clause] = chance(10) ? condition(depth, nested) : conditions(depth, nested);
      }
    }
    if (chance(15)) {
      made["min_should"] = {{"conditions", conditions(depth, nested)}, {"min_count", 1 + below(3)}};
    }
    return made;
  }

  Json condition(int depth, bool nested = false) {
    if (depth > 0 && chance(20)) {
      return filter(depth - 1, nested);
    }
    if (depth > 0 && chance(10)) {
      return {{"nested", {{"key", path()}, {"filter", filter(depth - 1, true)}}}};
    }
    if (!nested && chance(5)) {
      return {{"has_id", Json::array({1 + below(3), 1 + below(3), "x"})}};
    }
    if (!nested && chance(5)) {
      return {{"has_vector", chance(50) ? "image" : "text"}};
    }
    switch (below(10)) {
      case 0:
        return {{"is_empty", {{"key", path()}}}};
      case 1:
        return {{"is_null", {{"key", path()}}}};
      case 2:
        return {{"key", path()}, {"values_count", range([&] { return Json(below(4)); })}};
      case 3:
        return {{"key", path()}, {"range", range([&] { return pick(kNumbers); })}};
      case 4:
        return {{"key", path()}, {"range", range([&] { return Json(kTimes[below(5)]); })}};
      case 5:
        return {{"key", path()}, area()};
      default:
        return {{"key", path()}, {"match", match()}};
    }
  }

 private:
  static constexpr const char* kKeys[] = {"a", "b", "c", "ü", "a.b"};
  static constexpr const char* kTimes[] = {"2024-01-01",
                                           "2024-01-01T00:00:00Z",
                                           "2024-01-01 02:00:00+0200",
                                           "2024-06-15T12:30:00.5",
                                           "2023-12-31T23:59:59.999999",
                                           "2024-13-01"};
  const Json kScalars = {"x", "y", "xy", "ü😀", "", 0, 1, 2, -1, 9007199254740993, true, false};
  const Json kNumbers = {0, 1, 2, 1.5, -1, 0.25, 1e20, 2.0};
  const Json kDegrees = {0, 5, 10, 52.5, 80, -90, 90};

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  Json pick(const Json& list) {
    return list[static_cast<std::size_t>(below(static_cast<int>(list.size())))];
  }

  Json point() {
    Json lon = chance(30) ? Json(chance(50) ? 180 : -179.5) : pick(kDegrees);
    return {{"lon", lon}, {"lat", pick(kDegrees)}};
  }

  Json scalar() {
    switch (below(8)) {
      case 0:
        return nullptr;
      case 1:
        return pick(kNumbers);
      case 2:
        return kTimes[below(6)];
      case 3:
        return point();
      default:
        return pick(kScalars);
    }
  }

  Json value(int depth) {
    Json made;
    switch (depth > 0 ? below(4) : 3) {
      case 0:
        made = Json::array();
        for (int i = below(4); i > 0; --i) {
          made.push_back(value(depth - 1));
        }
        return made;
      case 1:
        made = Json::object();
        for (int i = below(4); i > 0; --i) {
          made[kKeys[below(5)]] = value(depth - 1);
        }
        return made;
      default:
        return scalar();
    }
  }

  std::string path() {
    constexpr const char* kPaths[] = {"a",    "b",     "c",      "a.b",      "a[].b",
                                      "a[0]", "a[]",   "a[1].b", "b[].c",    "\"a.b\"",
                                      "ü",    "c[][]", "a.b.c",  "a[].b[].c"};
    return kPaths[below(14)];
  }

  Json conditions(int depth, bool nested) {
    Json list = Json::array();
    for (int i = below(4); i > 0; --i) {
      list.push_back(condition(depth, nested));
    }
    return list;
  }

  template <class Bound>
  Json range(const Bound& bound) {
    Json made = Json::object();
    constexpr const char* kBounds[] = {"gt", "gte", "lt", "lte"};
    for (int i = below(3); i >= 0; --i) {
      made[kBounds[below(4)]] = bound();
    }
    return made;
  }

  Json match() {
    Json some = Json::array();
    for (int i = below(4); i > 0; --i) {
      some.push_back(pick(kScalars));
    }
    switch (below(5)) {
      case 0:
        return {{"any", some}};
      case 1:
        return {{"except", some}};
      case 2:
        return {{"prefix", chance(50) ? "x" : ""}};
      case 3:
        return {{"substring", chance(50) ? "y" : "ü"}};
      default:
        return {{"value", pick(kScalars)}};
    }
  }

  Json area() {
    switch (below(3)) {
      case 0:
        return {"geo_bounding_box", {{"top_left", point()}, {"bottom_right", point()}}};
      case 1:
        return {"geo_radius", {{"center", point()}, {"radius", below(20) * 1e6}}};
      default: {
        const Json points = {{{"lon", -10}, {"lat", -10}},
                             {{"lon", 60}, {"lat", -10}},
                             {{"lon", 60}, {"lat", 60}},
                             {{"lon", -10}, {"lat", -10}}};
        return {"geo_polygon", {{"exterior", {{"points", points}}}}};
      }
    }
  }

  std::mt19937 random_;
};

}  // namespace vecext::test

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "condition/test_row.h"
#include "core/condition/geo.h"

namespace vecext::geo_test {
using vecext::test::JsonText;
using vecext::test::matched;

namespace {

GeoPoint random_point(std::mt19937& random) {
  std::uniform_real_distribution<double> lon(-180, 180);
  std::uniform_real_distribution<double> lat(-90, 90);
  switch (random() % 8) {
    case 0:  // near a pole
      return {lon(random), (random() % 2 == 0 ? 1 : -1) * (90 - std::abs(lat(random)) / 1e4)};
    case 1:  // near the antimeridian
      return {(random() % 2 == 0 ? 1 : -1) * (180 - std::abs(lon(random)) / 1e4), lat(random)};
    case 2:
      return {std::round(lon(random) / 90) * 90, std::round(lat(random) / 45) * 45};
    default:
      return {lon(random), lat(random)};
  }
}

bool holds(const GeoBox& box, const GeoPoint& point) {
  return point.lon >= box.west && point.lon <= box.east && point.lat >= box.south &&
         point.lat <= box.north;
}

template <class Area>
bool is_covered(const Area& area, const GeoPoint& point) {
  GeoBox boxes[2];
  const int n = bounding_boxes(area, boxes);
  CHECK((n == 1 || n == 2));
  bool covered = false;
  for (int i = 0; i < n; ++i) {
    CHECK(boxes[i].west >= -180);
    CHECK(boxes[i].west <= boxes[i].east);
    CHECK(boxes[i].east <= 180);
    CHECK(boxes[i].south >= -90);
    CHECK(boxes[i].south <= boxes[i].north);
    CHECK(boxes[i].north <= 90);
    covered = covered || holds(boxes[i], point);
  }
  return covered;
}

std::string point_json(double lon, double lat) {
  return R"({"lon": )" + std::to_string(lon) + R"(, "lat": )" + std::to_string(lat) + "}";
}

std::string place(double lon, double lat) {
  return R"({"p": )" + point_json(lon, lat) + "}";
}

}  // namespace

TEST_CASE("geo: distances by the haversine formula") {
  const GeoPoint berlin{13.404954, 52.520008};
  const GeoPoint london{-0.127758, 51.507351};
  CHECK(geo_distance(berlin, london) == doctest::Approx(931571).epsilon(1e-4));
  CHECK(geo_distance(berlin, berlin) == 0);
  CHECK(geo_distance(berlin, london) == geo_distance(london, berlin));
  // A quarter and a half of a great circle.
  const double half = 3.14159265358979323846 * kEarthMeters;
  CHECK(geo_distance({0, 0}, {90, 0}) == doctest::Approx(half / 2).epsilon(1e-12));
  CHECK(geo_distance({0, 0}, {180, 0}) == doctest::Approx(half).epsilon(1e-12));
  CHECK(geo_distance({77, 90}, {-100, -90}) == doctest::Approx(half).epsilon(1e-12));
  CHECK(geo_distance({0, 90}, {135, 90}) < 1e-6);
  CHECK(geo_distance({-180, 10}, {180, 10}) < 1e-6);
  CHECK(geo_distance({179.5, 0}, {-179.5, 0}) == doctest::Approx(half / 180).epsilon(1e-9));
}

TEST_CASE("geo: a point is an object with degrees") {
  const auto is_point = [](const char* text) {
    const JsonText json(text);
    GeoPoint point;
    return read_geo_point(json.root(), json, &point);
  };
  CHECK(is_point(R"({"lon": 13.4, "lat": 52})"));
  CHECK(is_point(R"({"lon": -180, "lat": 90, "name": "pole"})"));
  CHECK_FALSE(is_point(R"({"lon": 180.1, "lat": 0})"));
  CHECK_FALSE(is_point(R"({"lon": 0, "lat": -90.1})"));
  CHECK_FALSE(is_point(R"({"lon": 0})"));
  CHECK_FALSE(is_point(R"({"lat": 0})"));
  CHECK_FALSE(is_point(R"({"lon": "0", "lat": "0"})"));
  CHECK_FALSE(is_point(R"({"lon": null, "lat": 0})"));
  CHECK_FALSE(is_point(R"({"lon": [0], "lat": 0})"));
  CHECK_FALSE(is_point(R"({"Lon": 0, "Lat": 0})"));
  CHECK_FALSE(is_point("[13.4, 52]"));
  CHECK_FALSE(is_point(R"("13.4,52")"));
}

TEST_CASE("geo_bounding_box: edges are outside") {
  const char* box = R"({"key": "p", "geo_bounding_box": {"top_left": {"lon": 10, "lat": 50},
                                                       "bottom_right": {"lon": 20, "lat": 40}}})";
  CHECK(matched(box, place(15, 45)));
  CHECK_FALSE(matched(box, place(10, 45)));
  CHECK_FALSE(matched(box, place(20, 45)));
  CHECK_FALSE(matched(box, place(15, 50)));
  CHECK_FALSE(matched(box, place(15, 40)));
  CHECK_FALSE(matched(box, place(21, 45)));
  CHECK(matched(box, R"({"p": [{"lon": 0, "lat": 0}, "x", {"lon": 11, "lat": 41}]})"));
  CHECK_FALSE(matched(box, R"({"p": [15, 45]})"));
  CHECK_FALSE(matched(box, R"({"p": null})"));
  CHECK_FALSE(matched(box, R"({})"));
}

TEST_CASE("geo_bounding_box: over the antimeridian, at the poles, upside down") {
  const char* crossing =
      R"({"key": "p", "geo_bounding_box": {"top_left": {"lon": 170, "lat": 10},
                                           "bottom_right": {"lon": -170, "lat": -10}}})";
  CHECK(matched(crossing, place(175, 0)));
  CHECK(matched(crossing, place(180, 0)));
  CHECK(matched(crossing, place(-180, 0)));
  CHECK(matched(crossing, place(-175, 0)));
  CHECK_FALSE(matched(crossing, place(170, 0)));
  CHECK_FALSE(matched(crossing, place(-170, 0)));
  CHECK_FALSE(matched(crossing, place(0, 0)));
  CHECK_FALSE(matched(crossing, place(175, 10)));
  const char* polar = R"({"key": "p", "geo_bounding_box": {"top_left": {"lon": -180, "lat": 90},
                                                         "bottom_right": {"lon": 180, "lat": 80}}})";
  CHECK(matched(polar, place(0, 89.9)));
  CHECK_FALSE(matched(polar, place(0, 90)));
  CHECK_FALSE(matched(polar, place(180, 85)));
  const char* reversed =
      R"({"key": "p", "geo_bounding_box": {"top_left": {"lon": 10, "lat": 40},
                                           "bottom_right": {"lon": 20, "lat": 50}}})";
  CHECK_FALSE(matched(reversed, place(15, 45)));
}

TEST_CASE("geo_radius: nearer than the radius") {
  const char* berlin =
      R"({"key": "p", "geo_radius": {"center": {"lon": 13.404954, "lat": 52.520008},
                                                    "radius": 10000}})";
  CHECK(matched(berlin, place(13.404954, 52.520008)));
  CHECK(matched(berlin, place(13.3, 52.5)));
  CHECK_FALSE(matched(berlin, place(13.0645, 52.3906)));
  CHECK_FALSE(matched(berlin, R"({"p": "Berlin"})"));
  const auto around = [](double lon, double lat, double radius) {
    return R"({"key": "p", "geo_radius": {"center": )" + point_json(lon, lat) + R"(, "radius": )" +
           std::to_string(radius) + "}}";
  };
  CHECK_FALSE(matched(around(1, 2, 0), place(1, 2)));
  CHECK(matched(around(179.99, 0, 5000), place(-179.99, 0)));
  CHECK(matched(around(-180, 0, 5000), place(180, 0)));
  CHECK(matched(around(0, 89.99, 5000), place(180, 89.99)));
  CHECK(matched(around(0, -90, 5000), place(123, -89.99)));
  CHECK(matched(around(0, 0, 1e9), place(180, 0)));
}

TEST_CASE("geo_polygon: boundary and holes are outside") {
  const char* square = R"({"key": "p", "geo_polygon": {
      "exterior": {"points": [{"lon": 0, "lat": 0}, {"lon": 10, "lat": 0}, {"lon": 10, "lat": 10},
                              {"lon": 0, "lat": 10}, {"lon": 0, "lat": 0}]},
      "interiors": [{"points": [{"lon": 4, "lat": 4}, {"lon": 4, "lat": 6}, {"lon": 6, "lat": 6},
                                {"lon": 6, "lat": 4}, {"lon": 4, "lat": 4}]}]}})";
  CHECK(matched(square, place(1, 1)));
  CHECK(matched(square, place(2, 5)));
  CHECK(matched(square, place(7, 4)));  // at the height of a corner of the hole
  CHECK_FALSE(matched(square, place(5, 5)));
  CHECK_FALSE(matched(square, place(4, 5)));
  CHECK_FALSE(matched(square, place(6, 6)));
  CHECK_FALSE(matched(square, place(0, 0)));
  CHECK_FALSE(matched(square, place(0, 5)));
  CHECK_FALSE(matched(square, place(5, 10)));
  CHECK_FALSE(matched(square, place(-1, 0)));
  CHECK_FALSE(matched(square, place(-1, 10)));
  CHECK_FALSE(matched(square, place(11, 5)));
  const char* star = R"({"key": "p", "geo_polygon": {"exterior": {"points": [
      {"lon": 0, "lat": 0}, {"lon": 4, "lat": 8}, {"lon": 8, "lat": 0}, {"lon": 4, "lat": 3},
      {"lon": 0, "lat": 0}]}}})";
  CHECK(matched(star, place(4, 4)));
  CHECK(matched(star, place(2, 3)));
  CHECK_FALSE(matched(star, place(4, 2)));
  CHECK_FALSE(matched(star, place(4, 3)));
  CHECK_FALSE(matched(star, place(2, 4)));  // on an edge
  const char* flat = R"({"key": "p", "geo_polygon": {"exterior": {"points": [
      {"lon": 0, "lat": 0}, {"lon": 1, "lat": 1}, {"lon": 2, "lat": 2}, {"lon": 0, "lat": 0}]}}})";
  CHECK_FALSE(matched(flat, place(1, 1)));
  CHECK_FALSE(matched(flat, place(0.5, 0.5)));
}

TEST_CASE("geo: boxes around an area have all points within") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> part(0, 1);
  int within[3] = {};
  for (int i = 0; i < 200000; ++i) {
    const GeoPoint a = random_point(random);
    const GeoPoint b = random_point(random);
    const GeoBox box{a.lon, std::min(a.lat, b.lat), b.lon, std::max(a.lat, b.lat)};
    // A circle that the point is just inside of, or of any size.
    const GeoPoint near{std::clamp(b.lon + (part(random) - 0.5) / 100, -180.0, 180.0),
                        std::clamp(b.lat + (part(random) - 0.5) / 100, -90.0, 90.0)};
    const GeoPoint point = i % 2 == 0 ? near : random_point(random);
    const double distance = geo_distance(b, point);
    const GeoCircle circle{b, i % 3 == 0 ? distance * (1 + 1e-12) : part(random) * 2.1e7};
    const std::vector<GeoPoint> ring = {a, b, near, random_point(random), a};
    const std::span<const GeoPoint> rings[] = {ring};
    const GeoPolygon polygon{rings};
    if (is_within(point, box)) {
      ++within[0];
      REQUIRE(is_covered(box, point));
    }
    if (is_within(point, circle)) {
      ++within[1];
      REQUIRE(is_covered(circle, point));
    }
    if (is_within(point, polygon)) {
      ++within[2];
      REQUIRE(is_covered(polygon, point));
    }
  }
  CHECK(within[0] > 10000);
  CHECK(within[1] > 10000);
  CHECK(within[2] > 1000);
}

TEST_CASE("geo: boxes are small, two over the antimeridian") {
  GeoBox boxes[2];
  REQUIRE(bounding_boxes(GeoCircle{{0, 0}, 111195}, boxes) == 1);
  CHECK(boxes[0].west == doctest::Approx(-1).epsilon(1e-4));
  CHECK(boxes[0].north == doctest::Approx(1).epsilon(1e-4));
  REQUIRE(bounding_boxes(GeoCircle{{179.5, 60}, 111195}, boxes) == 2);
  CHECK(boxes[0].west == doctest::Approx(177.5).epsilon(1e-4));
  CHECK(boxes[0].east == 180);
  CHECK(boxes[1].west == -180);
  CHECK(boxes[1].east == doctest::Approx(-178.5).epsilon(1e-4));
  REQUIRE(bounding_boxes(GeoCircle{{10, 89.5}, 111195}, boxes) == 1);
  CHECK(boxes[0].west == -180);
  CHECK(boxes[0].east == 180);
  CHECK(boxes[0].north == 90);
  CHECK(boxes[0].south == doctest::Approx(88.5).epsilon(1e-4));
  REQUIRE(bounding_boxes(GeoBox{170, -10, -170, 10}, boxes) == 2);
  CHECK(boxes[0].west == 170);
  CHECK(boxes[1].east == -170);
  REQUIRE(bounding_boxes(GeoBox{10, -10, 20, 10}, boxes) == 1);
  CHECK(boxes[0].west == 10);
  CHECK(boxes[0].east == 20);
}

}  // namespace vecext::geo_test

#include "core/condition/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vecext {

namespace {

constexpr double kRadians = std::numbers::pi / 180;

/// How many degrees a box is larger on each side than its circle needs. It is about a centimeter,
/// which is more than the rounding errors of distances.
constexpr double kMargin = 1e-7;

/// The side of a ring that a point is on.
enum class Side : std::uint8_t { kInside, kOutside, kBoundary };

bool is_on_segment(const GeoPoint& p, const GeoPoint& a, const GeoPoint& b) {
  const double cross = (b.lon - a.lon) * (p.lat - a.lat) - (b.lat - a.lat) * (p.lon - a.lon);
  return cross == 0 && p.lon >= std::min(a.lon, b.lon) && p.lon <= std::max(a.lon, b.lon) &&
         p.lat >= std::min(a.lat, b.lat) && p.lat <= std::max(a.lat, b.lat);
}

/// Returns the side of a ring that a point is on. A ray from the point to the east crosses the ring
/// an odd number of times if the point is inside.
Side side_of(const GeoPoint& p, std::span<const GeoPoint> ring) {
  bool inside = false;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const GeoPoint& a = ring[i];
    const GeoPoint& b = ring[i + 1];
    if (is_on_segment(p, a, b)) {
      return Side::kBoundary;
    }
    if ((a.lat > p.lat) != (b.lat > p.lat)) {
      const double crossing = a.lon + (p.lat - a.lat) / (b.lat - a.lat) * (b.lon - a.lon);
      inside ^= p.lon < crossing;
    }
  }
  return inside ? Side::kInside : Side::kOutside;
}

/// Sets `boxes` to one or two boxes that are between two longitudes, of which one may be beyond the
/// antimeridian. Returns how many they are.
int split(double west, double east, double south, double north, GeoBox boxes[2]) {
  if (east - west >= 360) {
    boxes[0] = {-180, south, 180, north};
    return 1;
  }
  if (west >= -180 && east <= 180) {
    boxes[0] = {west, south, east, north};
    return 1;
  }
  boxes[0] = {west < -180 ? west + 360 : west, south, 180, north};
  boxes[1] = {-180, south, east > 180 ? east - 360 : east, north};
  return 2;
}

}  // namespace

bool read_geo_point(const JsonValue& value, const JsonSource& source, GeoPoint* point) {
  if (value.kind != JsonKind::kObject) {
    return false;
  }
  const JsonValue lon = source.find(value, "lon");
  const JsonValue lat = source.find(value, "lat");
  if (lon.kind != JsonKind::kNumber || lat.kind != JsonKind::kNumber || !is_longitude(lon.number) ||
      !is_latitude(lat.number)) {
    return false;
  }
  *point = {lon.number, lat.number};
  return true;
}

double geo_distance(const GeoPoint& a, const GeoPoint& b) {
  const double north = std::sin((b.lat - a.lat) * kRadians / 2);
  const double east = std::sin((b.lon - a.lon) * kRadians / 2);
  const double h =
      north * north + std::cos(a.lat * kRadians) * std::cos(b.lat * kRadians) * east * east;
  return 2 * kEarthMeters * std::asin(std::sqrt(std::min(h, 1.0)));
}

bool is_within(const GeoPoint& point, const GeoBox& box) {
  if (!(point.lat > box.south && point.lat < box.north)) {
    return false;
  }
  return box.west > box.east ? point.lon > box.west || point.lon < box.east
                             : point.lon > box.west && point.lon < box.east;
}

bool is_within(const GeoPoint& point, const GeoCircle& circle) {
  return geo_distance(point, circle.center) < circle.meters;
}

bool is_within(const GeoPoint& point, const GeoPolygon& polygon) {
  for (std::size_t i = 0; i < polygon.rings.size(); ++i) {
    if (side_of(point, polygon.rings[i]) != (i == 0 ? Side::kInside : Side::kOutside)) {
      return false;
    }
  }
  return !polygon.rings.empty();
}

int bounding_boxes(const GeoBox& box, GeoBox boxes[2]) {
  const double south = std::min(box.south, box.north);
  const double north = std::max(box.south, box.north);
  return split(box.west, box.west > box.east ? box.east + 360 : box.east, south, north, boxes);
}

int bounding_boxes(const GeoCircle& circle, GeoBox boxes[2]) {
  const double angle = circle.meters / kEarthMeters;
  const double height = angle / kRadians + kMargin;
  const double south = circle.center.lat - height;
  const double north = circle.center.lat + height;
  // To the east, the circle extends to the meridian that touches it. If a pole lies within the
  // circle, no meridian touches it.
  const double sine = std::sin(angle) / std::cos(circle.center.lat * kRadians);
  if (south <= -90 || north >= 90 || !(sine < 1 - 1e-12)) {
    boxes[0] = {-180, std::max(south, -90.0), 180, std::min(north, 90.0)};
    return 1;
  }
  const double width = std::asin(sine) / kRadians + kMargin;
  return split(circle.center.lon - width, circle.center.lon + width, south, north, boxes);
}

int bounding_boxes(const GeoPolygon& polygon, GeoBox boxes[2]) {
  GeoBox& box = boxes[0];
  box = {180, 90, -180, -90};
  if (polygon.rings.empty()) {
    return 1;
  }
  for (const GeoPoint& point : polygon.rings[0]) {
    box.west = std::min(box.west, point.lon);
    box.east = std::max(box.east, point.lon);
    box.south = std::min(box.south, point.lat);
    box.north = std::max(box.north, point.lat);
  }
  return 1;
}

}  // namespace vecext

// Points on the earth: distance, boxes, polygons.
#pragma once

#include <cstdint>
#include <span>

#include "core/condition/condition.h"
#include "core/json/json.h"

namespace vecext {

/// The mean radius of the earth that Qdrant's geo crate uses.
constexpr double kEarthMeters = 6371008.8;

/// Reads a point: an object whose "lon" and "lat" are degrees. Returns false if the value is not a
/// point.
bool read_geo_point(const JsonValue& value, const JsonSource& source, GeoPoint* point);

constexpr bool is_longitude(double degrees) {
  return degrees >= -180 && degrees <= 180;
}
constexpr bool is_latitude(double degrees) {
  return degrees >= -90 && degrees <= 90;
}

/// Returns the meters between two points by the haversine formula.
double geo_distance(const GeoPoint& a, const GeoPoint& b);

/// True if the point lies within the shape, and not on its edge. A polygon is a shape in the plane
/// of longitude and latitude, so it cannot cross the antimeridian.
bool is_within(const GeoPoint& point, const GeoBox& box);
bool is_within(const GeoPoint& point, const GeoCircle& circle);
bool is_within(const GeoPoint& point, const GeoPolygon& polygon);

/// Sets `boxes` to one or two boxes that together contain all points within the shape, and returns
/// how many they are. No box crosses the antimeridian. A box that contains a pole has all
/// longitudes.
int bounding_boxes(const GeoBox& box, GeoBox boxes[2]);
int bounding_boxes(const GeoCircle& circle, GeoBox boxes[2]);
int bounding_boxes(const GeoPolygon& polygon, GeoBox boxes[2]);

}  // namespace vecext

// Points on the earth: distance, boxes, polygons.
#pragma once

#include <cstdint>
#include <span>

#include "core/condition/condition.h"

namespace vecext {

/// The mean radius of the earth that Qdrant's geo crate uses.
constexpr double kEarthMeters = 6371008.8;

/// Meters between two points by the haversine formula.
double geo_distance(const GeoPoint& a, const GeoPoint& b);

/// Whether the point lies within, not on the edge.
bool is_within(const GeoPoint& point, const GeoBox& box);
bool is_within(const GeoPoint& point, const GeoCircle& circle);
bool is_within(const GeoPoint& point, const GeoPolygon& polygon);

/// One or two boxes, none of which crosses the antimeridian, that contain all points within;
/// returns how many. A box that contains a pole has all longitudes.
int bounding_boxes(const GeoBox& box, GeoBox boxes[2]);
int bounding_boxes(const GeoCircle& circle, GeoBox boxes[2]);
int bounding_boxes(const GeoPolygon& polygon, GeoBox boxes[2]);

}  // namespace vecext

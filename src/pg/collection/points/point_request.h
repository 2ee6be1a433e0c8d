// Points of a request in JSON: {"id": …, "vector": […] or {"name": […]}, "payload": {…}}.
#pragma once

#include "pg/collection/common/json_vector.h"
#include "pg/collection/points/point_rows.h"
#include "pg/collection/common/request.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// A point of a request. It refers to the bytes of the request.
struct PointRequest {
  Datum id;
  std::int64_t index;  // in the request
  JsonbValue vector;   // jbvNull if there is none
  JsonbValue payload;  // jbvNull if there is none
};

struct PointRequests {
  PointRequest* at;
  std::int64_t count;
};

/// Returns the points of the request in the order of compare_ids(), and points with equal ids in
/// the order of the request. Their vectors and payloads are not read yet. Raises an ERROR if a
/// point has a payload and `takes_payload` is false.
PointRequests parse_points(const Collection& collection, Jsonb* points, const JsonPlace& place,
                           bool takes_payload);

/// Reads vectors and payloads of points into values of rows.
struct PointReader {
  const Collection* collection;
  VectorType* types;  // the types of all vectors of the collection
  JsonPlace place;    // the place of the points in the request
};

PointReader new_point_reader(const Collection& collection, const JsonPlace& place);

/// Reads the vectors of a point into values[0 .. vector_count), and sets is_null to false for those
/// that the point has. The others are left as they are.
void read_vectors(const PointReader& reader, const PointRequest& point, Datum* values,
                  bool* is_null);

/// Returns the payload of a point, or an empty object if the point has none.
Datum read_payload(const PointReader& reader, const PointRequest& point);

}  // namespace vecext::pg

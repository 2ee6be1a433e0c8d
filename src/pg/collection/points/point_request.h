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
  JsonbValue vector;   // jbvNull: none
  JsonbValue payload;  // jbvNull: none
};

struct PointRequests {
  PointRequest* at;
  std::int64_t count;
};

/// Returns the points of the request, by id in the order of compare_ids(), those of one id in the
/// order of the request. Vectors and payloads are not read yet. They may have the key payload if
/// `takes_payload`.
PointRequests parse_points(const Collection& collection, Jsonb* points, const JsonPlace& place,
                           bool takes_payload);

/// What reads the vectors of points into values of rows.
struct PointReader {
  const Collection* collection;
  VectorType* types;  // of all vectors of the collection
  JsonPlace place;    // of the points
};

PointReader new_point_reader(const Collection& collection, const JsonPlace& place);

/// Reads the vectors of a point into values[0 .. vector_count), of which they are not null then.
void read_vectors(const PointReader& reader, const PointRequest& point, Datum* values,
                  bool* is_null);

/// Returns the payload of a point, or an empty object if the point has none.
Datum read_payload(const PointReader& reader, const PointRequest& point);

}  // namespace vecext::pg

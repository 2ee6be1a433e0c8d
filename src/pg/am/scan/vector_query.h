// What a scan orders rows by: a vector, or what the access method has made of another kind of
// query.
#pragma once

#include "core/base/arena.h"
#include "pg/am/scan/row_values.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/skey.h"
}

namespace vecext::pg {

struct OrderedScan;

struct ScanQuery : RowValues {
  const void* elements;  // elements of a vector, as stored in the column; zeros for a null query
  bool is_null;          // only for vectors

  /// Converts a distance to the scale of a search's bounds.
  double score(double distance) const { return score_of_distance(info.metric, distance); }
};

/// True if no vector is nearer to the query than another: the query is null, or consists of zeros
/// where the metric only regards directions, products or common bits.
bool orders_nothing(const ScanQuery& query);

/// Returns the distance that all rows have from a query that orders nothing, or infinity if that
/// distance is not a number.
double distance_of_all(const ScanQuery& query);

/// Implements ScanMethod::read_query for vectors. A null query is read as the zero vector.
void read_vector_query(OrderedScan* scan, Relation index, const ScanKeyData& key);

/// A query that is prepared for searches of a model. It is prepared once a scan, and again only if
/// the model has changed.
template <class Prepared>
struct PreparedQuery {
  Prepared query;
  uint64 changes;
  bool is_prepared;

  /// Returns the prepared query, or null if memory runs out.
  template <class Model>
  const Prepared* of(const ScanQuery& vector, const Model& model, Arena arena) {
    if (!is_prepared || changes != model.meta.head.changes) {
      is_prepared = prepare_search(model, vector.elements, arena, &query);
      changes = model.meta.head.changes;
    }
    return is_prepared ? &query : nullptr;
  }
};

}  // namespace vecext::pg

#include "pg/collection/search/show_points.h"

#include <algorithm>

#include "pg/collection/common/point_id.h"
#include "pg/sys/sort.h"

extern "C" {
#include "utils/datum.h"
}

namespace vecext::pg {

namespace {

SPIPlanPtr show_plan(const RowSource& source, const PointSelector& shown) {
  const Collection& collection = *source.collection;
  return kept_plan(statement_key(collection.relid, StatementKind::kShowPoints, shown.shape()),
                   [&](StatementDraft& draft) {
                     (draft << "SELECT t.").column(collection.relid, collection.id);
                     append_point_columns(shown, "t", draft);
                     (draft << " FROM ").table(collection.relid) << " AS t";
                     write_where(&draft, source);
                   });
}

/// An id, and the hit that it belongs to. Sorted by ids, these find the hits of the rows that are
/// read.
struct Place {
  Datum id;
  Hit* hit;
};

}  // namespace

void show(const PointSelector& shown, TupleTableSlot* row, int first, Hit* hit) {
  Datum values[2]{};
  bool nulls[2];
  point_output(shown, row, first, values, nulls);
  // If it is not edited, the payload still lies in the row, which does not live as long as the hit.
  hit->payload = nulls[0] ? Datum{} : datumCopy(values[0], false, -1);
  hit->has_payload = !nulls[0];
  hit->vectors = values[1];
  hit->has_vectors = !nulls[1];
}

void show_points(const Collection& collection, const PointSelector& shown, Hits* hits) {
  if ((shown.has_payload() || shown.has_vectors()) && hits->list.count > 0) {
    read_points(collection, shown, hits);
  }
}

uint64 read_points(const Collection& collection, const PointSelector& shown, Hits* hits) {
  const int64 count = hits->list.count;
  auto* places = palloc_array<Place>(count);
  auto* ids = palloc_array<Datum>(count);
  for (int64 i = 0; i < count; ++i) {
    places[i] = {hits->list.at[i].id, &hits->list.at[i]};
    ids[i] = hits->list.at[i].id;
  }
  const Oid id_type = collection.id_type;
  interruptible_sort(places, count, [=](const Place& a, const Place& b) {
    return compare_ids(id_type, a.id, b.id) < 0;
  });
  const RowSource source = source_of_points(collection, id_array(collection.id_type, ids, count));
  ParamListInfo parameters = new_parameters(1);
  set_conditions(parameters, 1, source);
  auto read_row = [&](TupleTableSlot* row) {
    slot_getallattrs(row);
    const Place* place = std::lower_bound(
        places, places + count, row->tts_values[0],
        [=](const Place& a, Datum id) { return compare_ids(id_type, a.id, id) < 0; });
    show(shown, row, 2, place->hit);
  };
  return execute_statement(show_plan(source, shown), parameters, StatementAccess::kReads,
                           &read_row);
}

}  // namespace vecext::pg

#include "pg/collection/query/nearest.h"

#include <algorithm>

#include "pg/collection/common/point_id.h"
#include "pg/collection/strict/strict.h"
#include "pg/condition/filter.h"
#include "pg/registry/vector_type.h"
#include "pg/type/datum.h"

extern "C" {
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"
}

namespace vecext::pg {

namespace {

/// True if a weight of a sparse vector is below 0.
bool has_weight_below_0(Datum vector) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  return std::any_of(view.values, view.values + view.nnz, [](float weight) { return weight < 0; });
}

/// Points with what is shown of them.
struct PointRows {
  using Row = Hit;
  static constexpr StatementKind kKind = StatementKind::kSearch;
  const PointSource& source;
  const PointSelector& shown;

  SearchShape shape() const {
    SearchShape shape{};
    shape.has_filter = source.has_filter;
    shape.has_ids = source.has_ids;
    shape.shown = shown.shape();
    return shape;
  }
  void write_columns(StatementDraft& draft) const {
    (draft << "t.").column(source.collection->relid, source.collection->id);
    append_point_columns(shown, "t", draft);
  }
  void write_conditions(WhereClause* where) const { pg::write_conditions(where, source); }
  bool read(TupleTableSlot* row, Hit* hit) const {
    const Collection& collection = *source.collection;
    const Datum id = id_of_row(collection, row, 1);
    if (is_among(collection.id_type, id, source.excluded, source.excluded_count)) {
      return false;
    }
    hit->id = copy_id(collection, id);
    show(shown, row, 2, hit);
    return true;
  }
};

}  // namespace

HitProducts hit_products(const CollectionVector& column, Datum query, bool is_exact) {
  if (column.distance != CollectionDistance::kDot || !is_sparsevec(column.type)) {
    return HitProducts::kAny;
  }
  return is_exact || has_weight_below_0(query) ? HitProducts::kNot0 : HitProducts::kAbove0;
}

void set_filter(PointSource* source, const Json& filter) {
  if (!is_object(filter)) {
    refuse(filter, "expected an object");
  }
  if (size_of(filter.value) == 0) {
    return;
  }
  source->filter = jsonb_of(filter);
  source->has_filter = true;
  parse_filter(source->filter, JSONBOID, FilterDialect::kQdrant, CurrentMemoryContext);
  check_filter(*source->collection, DatumGetJsonbP(source->filter), FilterUse::kRetrieve);
}

void show(const PointSelector& shown, TupleTableSlot* row, int first, Hit* hit) {
  Datum values[2]{};
  bool nulls[2];
  point_output(shown, row, first, values, nulls);
  // A whole payload lies in the row, which is gone before the hit.
  hit->payload = nulls[0] ? Datum{} : datumCopy(values[0], false, -1);
  hit->has_payload = !nulls[0];
  hit->vectors = values[1];
  hit->has_vectors = !nulls[1];
}

void write_conditions(WhereClause* where, const PointSource& source) {
  const Collection& collection = *source.collection;
  if (source.has_filter) {
    where->next().matches("t");
  }
  if (source.has_ids) {
    const TypeCacheEntry* type = lookup_type_cache(collection.id_type, TYPECACHE_EQ_OPR);
    StatementDraft& draft = where->next();
    ((draft << "t.").column(collection.relid, collection.id) << " ").op(type->eq_opr) << " ANY (";
    draft.parameter(get_array_type(collection.id_type)) << ")";
  }
}

int set_conditions(ParamListInfo parameters, int number, const PointSource& source) {
  if (source.has_filter) {
    set_parameter(parameters, number++, JSONBOID, source.filter);
  }
  if (source.has_ids) {
    set_parameter(parameters, number++, get_array_type(source.collection->id_type), source.ids);
  }
  return number;
}

Hits search_points(const PointSearch& points) {
  const PointSource& source = points.source;
  const Collection& collection = *source.collection;
  const bool is_by_filter = source.has_filter && !source.has_ids;
  const TableSearch search{
      .relid = collection.relid,
      .value = points.value,
      .products = points.products,
      .is_exact = points.is_exact,
      .wanted = points.limit,
      // Excluded points are few, and dropping them here keeps them out of the plan.
      .rows = Min(points.limit + source.excluded_count, static_cast<int64>(PG_INT32_MAX)),
      .planning = is_by_filter ? SearchPlanning::kByFilter : SearchPlanning::kKept,
      .parameters = new_parameters(3)};
  set_parameter(search.parameters, 1, points.value.query_type, points.query);
  search.parameters->numParams = set_conditions(search.parameters, 2, source) - 1;
  const PointSelector none{.collection = &collection};
  const PointRows rows{.source = source, .shown = points.shown == nullptr ? none : *points.shown};
  Hits hits = search_rows(search, rows);
  sort_hits(&hits, collection.id_type);
  cut(&hits, 0, points.limit);
  return hits;
}

Hits nearest(const NearestRequest& request) {
  return search_points({.source = request.source,
                        .value = searched_column(*request.column),
                        .query = request.query,
                        .products = hit_products(*request.column, request.query, request.is_exact),
                        .is_exact = request.is_exact,
                        .limit = request.limit,
                        .shown = request.shown});
}

}  // namespace vecext::pg

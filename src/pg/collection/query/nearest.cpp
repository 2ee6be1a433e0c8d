#include "pg/collection/query/nearest.h"

#include <algorithm>

#include "pg/collection/search/filter_plans.h"
#include "pg/collection/common/point_id.h"
#include "pg/collection/search/search_params.h"
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

/// Parts that a statement has or has not, in the order of its columns and parameters.
enum StatementPart : uint32 {
  kHasFilter = 1,
  kHasIds = 2,
  kIsExact = 4,
  kShowsPayload = 8,
  kShowsVectors = 16,
  kHasTies = 32,
  kIsAbove0 = 64,  // the product of sparse vectors
  kIsNot0 = 128,
};

/// True if a weight of a sparse vector is below 0.
bool has_weight_below_0(Datum vector) {
  SparsevecView view;
  check(view_varlena(plain_varlena(vector), &view));
  return std::any_of(view.values, view.values + view.nnz, [](float weight) { return weight < 0; });
}

uint32 parts_of(const NearestRequest& request) {
  const HitProducts products = hit_products(*request.column, request.query, request.is_exact);
  const PointSelector* shown = request.shown;
  return (request.source.has_filter ? kHasFilter : 0U) | (request.source.has_ids ? kHasIds : 0U) |
         (request.is_exact ? kIsExact : 0U) | (products == HitProducts::kAbove0 ? kIsAbove0 : 0U) |
         (products == HitProducts::kNot0 ? kIsNot0 : 0U) |
         (shown != nullptr && shown->has_payload() ? kShowsPayload : 0U) |
         (shown != nullptr && shown->has_vectors() ? kShowsVectors : 0U);
}

/// The limit is a part of the text: the planner must know how many rows are wanted.
StatementKey key_of(const NearestRequest& request, uint32 parts, int64 rows) {
  return {.relid = request.source.collection->relid,
          .kind = StatementKind::kSearch,
          .shape = static_cast<uint64>(rows) << 32 |
                   static_cast<uint64>(static_cast<uint16>(request.column->column)) << 8 | parts,
          .strategy = planned_strategy()};
}

void write_distance(StatementDraft* draft, const NearestRequest& request) {
  *draft << "t.";
  draft->column(request.source.collection->relid, request.column->column) << " ";
  draft->op(request.column->distance_operator) << " $1";
}

void write(StatementDraft* draft, const NearestRequest& request, uint32 parts, int64 rows) {
  const Collection& collection = *request.source.collection;
  draft->planning = StatementPlanning::kGeneric;
  draft->parameters.push(request.column->type, CurrentMemoryContext);
  *draft << "SELECT t.";
  draft->column(collection.relid, collection.id) << ", ";
  write_distance(draft, request);
  if (request.shown != nullptr) {
    append_point_columns(*request.shown, "t", *draft);
  }
  *draft << " FROM ";
  draft->table(collection.relid) << " AS t";
  write_conditions(draft, request.source);
  if ((parts & (kIsAbove0 | kIsNot0)) != 0) {
    *draft << (request.source.has_filter || request.source.has_ids ? " AND (" : " WHERE (");
    write_distance(draft, request);
    *draft << ")"
           << ((parts & kIsAbove0) != 0 ? " OPERATOR(pg_catalog.<) " : " OPERATOR(pg_catalog.<>) ")
           << "0::pg_catalog.float8";
  }
  *draft << " ORDER BY ";
  if ((parts & kIsExact) != 0) {
    // No index has the order of a sum.
    *draft << "(";
    write_distance(draft, request);
    *draft << ") OPERATOR(pg_catalog.+) 0::pg_catalog.float8";
  } else {
    write_distance(draft, request);
  }
  write_limit(draft, (parts & kHasTies) != 0 ? RowLimit::kWithTies : RowLimit::kOneMore, rows);
}

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
  Datum values[2];
  bool nulls[2];
  point_output(shown, row, first, values, nulls);
  // A whole payload lies in the row, which is gone before the hit.
  hit->payload = nulls[0] ? Datum{} : datumCopy(values[0], false, -1);
  hit->has_payload = !nulls[0];
  hit->vectors = values[1];
  hit->has_vectors = !nulls[1];
}

void write_conditions(StatementDraft* draft, const PointSource& source, const char* before) {
  const Collection& collection = *source.collection;
  const char* word = before;
  if (source.has_filter) {
    *draft << word;
    draft->matches("t");
    word = " AND ";
  }
  if (source.has_ids) {
    const TypeCacheEntry* type = lookup_type_cache(collection.id_type, TYPECACHE_EQ_OPR);
    *draft << word << "t.";
    draft->column(collection.relid, collection.id) << " ";
    draft->op(type->eq_opr) << " ANY (";
    draft->parameter(get_array_type(collection.id_type)) << ")";
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

namespace {

SPIPlanPtr plan_of_search(const NearestRequest& request, uint32 parts, int64 rows) {
  const StatementKey key = key_of(request, parts, rows);
  const PointSource& source = request.source;
  return search_statement(key, source.has_filter && !source.has_ids ? &source.filter : nullptr,
                          request.column->type,
                          [&](StatementDraft& draft) { write(&draft, request, parts, rows); });
}

}  // namespace

Hits nearest(const NearestRequest& request) {
  const PointSource& source = request.source;
  const Collection& collection = *source.collection;
  // Excluded points are few, and dropping them here keeps them out of the plan.
  const int64 rows = Min(request.limit + source.excluded_count, static_cast<int64>(PG_INT32_MAX));
  ParamListInfo parameters = new_parameters(3);
  set_parameter(parameters, 1, request.column->type, request.query);
  parameters->numParams = set_conditions(parameters, 2, source) - 1;

  const MemoryContext context = CurrentMemoryContext;
  Hits hits{.list = {}, .order = score_order(request.column->distance)};
  RowLimit limit = RowLimit::kOneMore;
  auto take = [&](TupleTableSlot* row) {
    slot_getallattrs(row);
    // Rows without the vector come last, with a distance of null.
    if (row->tts_isnull[1]) {
      return limit == RowLimit::kOneMore;
    }
    Hit hit{};
    hit.score = score_of_distance(request.column->distance, DatumGetFloat8(row->tts_values[1]));
    if (limit == RowLimit::kOneMore && hits.list.count >= request.limit) {
      hits.list.push(hit, context);
      return false;
    }
    const Datum id = id_of_row(collection, row, 1);
    if (is_among(collection.id_type, id, source.excluded, source.excluded_count)) {
      return true;
    }
    hit.id = copy_id(collection, id);
    if (request.shown != nullptr) {
      show(*request.shown, row, 3, &hit);
    }
    hits.list.push(hit, context);
    return !has_enough(hits.list.count, rows);
  };
  const uint32 parts_of_all = parts_of(request);
  read_with_ties(&hits.list, request.limit, [&](RowLimit reading) {
    limit = reading;
    const uint32 parts = parts_of_all | (limit == RowLimit::kWithTies ? kHasTies : 0U);
    execute_statement(plan_of_search(request, parts, rows), parameters, StatementAccess::kReads,
                      &take);
  });
  sort_hits(&hits, collection.id_type);
  cut(&hits, 0, request.limit);
  return hits;
}

}  // namespace vecext::pg

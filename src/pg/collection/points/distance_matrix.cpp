// vecext.distance_matrix() returns, for each point of a sample, the nearest other points of the
// sample.
#include "pg/collection/common/result_rows.h"
#include "pg/collection/points/point_target.h"
#include "pg/registry/vector_type.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {

namespace {

enum class MatrixForm : std::uint16_t { kPairs, kOffsets };

MatrixForm form_argument(FunctionCallInfo fcinfo, int n) {
  const std::string_view name = PG_ARGISNULL(n) ? "pairs" : text_argument(fcinfo, n);
  if (name != "pairs" && name != "offsets") {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("unknown form \"%.*s\" of a distance matrix",
                           static_cast<int>(name.size()), name.data()),
                    errdetail("Forms are pairs and offsets.")));
  }
  return name == "pairs" ? MatrixForm::kPairs : MatrixForm::kOffsets;
}

/// Returns the vector whose name is argument `n`. If that is null, returns the collection's only
/// vector, or its unnamed one if it has several.
const CollectionVector& vector_argument(FunctionCallInfo fcinfo, int n,
                                        const Collection& collection) {
  if (PG_ARGISNULL(n)) {
    return collection.vector_count == 1 ? collection.vectors[0] : vector_of_name(collection, "");
  }
  return vector_of_name(collection, text_argument(fcinfo, n));
}

/// Appends the tables r and n. r has the points of the sample in the order of ids, numbered from 0,
/// and no point if the sample has only one. n has, for each point of the sample, the nearest other
/// points.
void append_neighbors(const PointTarget& target, const CollectionVector& vector,
                      StatementDraft& draft) {
  const Collection& collection = *target.collection;
  (draft << "WITH s AS MATERIALIZED (SELECT t.").column(collection.relid, collection.id);
  (draft << " AS id, t.").column(collection.relid, vector.column) << " AS v FROM ";
  (draft.table(collection.relid) << " AS t WHERE t.").column(collection.relid, vector.column);
  append_target(target, "t", draft << " IS NOT NULL AND ");
  draft << " ORDER BY pg_catalog.random() LIMIT $1), "
           "r AS (SELECT s.id, s.v, pg_catalog.row_number() OVER (ORDER BY s.id) "
           "OPERATOR(pg_catalog.-) 1 AS no FROM s "
           "WHERE (SELECT pg_catalog.count(*) FROM s) OPERATOR(pg_catalog.>) 1), "
           "n AS (SELECT a.id AS a, a.no AS a_no, x.id AS b, x.no AS b_no, x.d FROM r AS a "
           "CROSS JOIN LATERAL (SELECT b.id, b.no, ";
  // The cosine of a vector of zeros counts as 0, whose distance is 1.
  draft << (vector.is_normalized ? "COALESCE(NULLIF(a.v " : "a.v ");
  draft.op(vector.distance_operator)
      << (vector.is_normalized ? " b.v, 'NaN'::pg_catalog.float8), 1::pg_catalog.float8)" : " b.v")
      << " AS d FROM r AS b WHERE b.no OPERATOR(pg_catalog.<>) a.no";
  if (vector.distance == CollectionDistance::kDot && is_sparsevec(vector.type)) {
    // Sparse vectors without a common dimension are not neighbors.
    draft << " AND (a.v ";
    draft.op(vector.distance_operator) << " b.v) OPERATOR(pg_catalog.<>) 0::pg_catalog.float8";
  }
  draft << " ORDER BY 3, 2 LIMIT $2) AS x) ";
}

/// Returns the SQL expression for the score of the distance n.d. Its value is null if the distance
/// is NaN.
const char* score_of(const CollectionVector& vector) {
  switch (vector.distance) {
    case CollectionDistance::kCosine:
      return "CASE WHEN n.d OPERATOR(pg_catalog.<>) 'NaN'::pg_catalog.float8 "
             "THEN 1::pg_catalog.float8 OPERATOR(pg_catalog.-) n.d END";
    case CollectionDistance::kDot:
      return "OPERATOR(pg_catalog.-) n.d";
    default:
      return "n.d";
  }
}

/// Appends the JSON array of the expression's values for all rows of n.
void append_list(StatementDraft& draft, const char* expression) {
  draft << "COALESCE(pg_catalog.jsonb_agg(" << expression
        << " ORDER BY n.a_no, n.d, n.b_no), '[]'::pg_catalog.jsonb)";
}

void append_matrix(const PointTarget& target, const CollectionVector& vector, MatrixForm form,
                   StatementDraft& draft) {
  append_neighbors(target, vector, draft);
  const char* score = psprintf("vecext_internal.exact_json(%s)", score_of(vector));
  draft << "SELECT pg_catalog.jsonb_build_object(";
  if (form == MatrixForm::kPairs) {
    draft << "'pairs', ";
    append_list(draft,
                psprintf("pg_catalog.jsonb_build_object('a', n.a, 'b', n.b, 'score', %s)", score));
  } else {
    draft << "'ids', (SELECT COALESCE(pg_catalog.jsonb_agg(r.id ORDER BY r.no), "
             "'[]'::pg_catalog.jsonb) FROM r), 'offsets_row', ";
    append_list(draft, "n.a_no");
    append_list(draft << ", 'offsets_col', ", "n.b_no");
    append_list(draft << ", 'scores', ", score);
  }
  draft << ") FROM n";
}

}  // namespace

VECEXT_FUNCTION(vecext_distance_matrix)
{
  const int32 sample = count_argument(fcinfo, 2, "sample", 1, 10);
  const int32 limit = count_argument(fcinfo, 3, "limit_", 1, 3);
  const MatrixForm form = form_argument(fcinfo, 5);
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  check_query_limit(*collection, int64{sample} * limit);
  const PointTarget target = filter_target(*collection, jsonb_argument(fcinfo, 1));
  const CollectionVector& vector = vector_argument(fcinfo, 4, *collection);
  if (vector.is_multi) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("distance matrix of a multi-vector is not supported")));
  }
  struct Shape {
    PointTarget::Shape target;
    MatrixForm form;
    AttrNumber column;
  };
  const Shape shape{.target = target.shape(), .form = form, .column = vector.column};
  const auto write = [&](StatementDraft& draft) {
    draft.declare(INT8OID).declare(INT8OID);
    append_matrix(target, vector, form, draft);
  };
  const StatementKey key = statement_key(collection->relid, StatementKind::kDistanceMatrix, shape);
  const ParamListInfo parameters = parameters_with_target(
      {{INT8OID, Int64GetDatum(sample)}, {INT8OID, Int64GetDatum(limit)}}, target);
  return *with_statements([&] { return read_value(kept_plan(key, write), parameters); });
}

}  // namespace vecext::pg

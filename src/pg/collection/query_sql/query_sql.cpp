// vecext.query_sql(): the statement that a request stands for, for people and for EXPLAIN.
#include <cmath>

#include "pg/collection/query/query_arguments.h"
#include "pg/collection/query/query_examples.h"
#include "pg/collection/query_sql/sql_writer.h"
#include "pg/collection/query/text_leg.h"
#include "pg/sys/exact_settings.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Whether points of such a request have no scores.
bool is_listed(const Query& query) {
  return score_order(query) == ScoreOrder::kAsListed;
}

}  // namespace

void SqlWriter::write_number(double number) {
  const int level = begin_exact_settings();
  const char* text = DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(number)));
  end_exact_settings(level);
  const char* quote = std::isfinite(number) ? "" : "'";
  draft << quote << text << quote << "::float8";
}

void SqlWriter::write_literal(Datum value, Oid type) {
  Oid function;
  bool is_varlena;
  getTypeOutputInfo(type, &function, &is_varlena);
  const int level = begin_exact_settings();
  const char* text = OidOutputFunctionCall(function, value);
  end_exact_settings(level);
  (draft << quote_literal_cstr(text) << "::").type(type);
}

void SqlWriter::write_id() {
  (draft << "t.").column(collection->relid, collection->id);
}

void SqlWriter::write_payload(const char* function, const PayloadPath& path) {
  if (collection->payload == InvalidAttrNumber) {
    draft << function << "(NULL::jsonb";
  } else {
    (draft << function << "(t.").column(collection->relid, collection->payload);
  }
  draft << ", " << quote_literal_cstr(pnstrdup(path.text.data(), path.text.size())) << ")";
}

void SqlWriter::write_distance(const CollectionVector& column, Datum vector) {
  (draft << "t.").column(collection->relid, column.column) << " ";
  draft.op(column.distance_operator) << " ";
  write_literal(vector, column.type);
}

/// FROM and WHERE of a request's statement.
void SqlWriter::write_source(const Query& query) {
  write_table();
  write_conditions(query);
}

void SqlWriter::write_table() {
  (draft << " FROM ").table(collection->relid) << " AS t";
}

void SqlWriter::write_conditions(const Query& query) {
  const char* word = " WHERE ";
  if (query.prefetch_count > 0) {
    draft << word;
    write_id();
    draft << " IN (";
    for (int i = 0; i < query.prefetch_count; ++i) {
      draft << (i > 0 ? " UNION SELECT id FROM (" : "SELECT id FROM (");
      write(query.prefetch[i], 0);
      draft << ") AS p" << i;
    }
    draft << ")";
    word = " AND ";
  } else if (query.source.has_filter) {
    draft << word << "vecext.matches(t.*, ";
    write_literal(query.source.filter, JSONBOID);
    draft << ")";
    word = " AND ";
  }
  for (int i = 0; i < query.source.excluded_count; ++i) {
    draft << word;
    write_id();
    draft << " <> ";
    write_literal(query.source.excluded[i], collection->id_type);
    word = " AND ";
  }
  if (query.column != nullptr && !is_listed(query)) {
    (draft << word << "t.").column(collection->relid, query.column->column) << " IS NOT NULL";
  }
}

void SqlWriter::write_nearest(const Query& query, Datum vector) {
  const CollectionDistance distance = query.column->distance;
  draft << "SELECT ";
  write_id();
  draft << " AS id, "
        << (distance == CollectionDistance::kCosine ? "nullif(1 - ("
            : distance == CollectionDistance::kDot  ? "- ("
                                                    : "(");
  write_distance(*query.column, vector);
  draft << (distance == CollectionDistance::kCosine ? "), 'NaN')" : ")") << " AS score";
  write_source(query);
  const bool is_exact = query.params.exact || query.prefetch_count > 0;
  const HitProducts products = hit_products(*query.column, vector, is_exact);
  if (products != HitProducts::kAny) {
    draft << " AND (";
    write_distance(*query.column, vector);
    draft << (products == HitProducts::kAbove0 ? ") < 0" : ") <> 0");
  }
  // No index has the order of a sum.
  draft << (is_exact ? " ORDER BY (" : " ORDER BY ");
  write_distance(*query.column, vector);
  draft << (is_exact ? ") + 0" : "");
}

void SqlWriter::write_text(const Query& query) {
  const TextIndex index = text_index_of(query);
  const auto value = [&](const char* op) {
    write_indexed_value(&draft, collection->relid, index.index, index.column, index.op, "t");
    draft << " " << op << " vecext.bm25_query("
          << quote_literal_cstr(TextDatumGetCString(query.words)) << ", ";
    write_literal(ObjectIdGetDatum(index.index), REGCLASSOID);
    draft << ")";
  };
  draft << "SELECT ";
  write_id();
  draft << " AS id, - (";
  value("<@>");
  draft << ") AS score";
  write_source(query);
  draft << (query.prefetch_count > 0 || query.source.has_filter ? " AND " : " WHERE ");
  value("@@@");
  draft << " ORDER BY ";
  value("<@>");
}

/// Points by id, by a key, or at random.
void SqlWriter::write_list(const Query& query) {
  draft << "SELECT ";
  write_id();
  draft << " AS id, NULL::float8 AS score";
  write_source(query);
  if (query.kind != QueryKind::kOrderBy) {
    draft << (query.kind == QueryKind::kSample ? " ORDER BY random()" : " ORDER BY id");
    return;
  }
  PointOrder order = query.order_by;
  resolve_order(*collection, &order);
  // An index of the key has its expression, but lacks arrays.
  const auto value = [&](const char* before) {
    append_order_value(*collection, order, order.has_index && !order.has_arrays,
                       quote_literal_cstr(pnstrdup(order.key.data(), order.key.size())),
                       draft << before);
  };
  value(query.prefetch_count > 0 || query.source.has_filter ? " AND " : " WHERE ");
  if (!order.has_start) {
    draft << " IS NOT NULL";
  } else {
    draft << (order.is_descending ? " <= " : " >= ");
    if (order.type == OrderType::kTime) {
      // Whatever the time zone of the session
      write_literal(order.start(), TIMESTAMPOID);
      draft << " AT TIME ZONE 'UTC'";
    } else {
      write_number(DatumGetFloat8(order.start()));
    }
  }
  value(" ORDER BY ");
  draft << (order.is_descending ? " DESC, id DESC" : ", id");
}

void SqlWriter::write_fusion(const Query& query) {
  const bool is_rrf = query.kind == QueryKind::kRrf;
  draft << "SELECT id, sum(score) AS score FROM (";
  for (int i = 0; i < query.prefetch_count; ++i) {
    Query* list = query.prefetch[i];
    const bool is_distance = score_order(*list) == ScoreOrder::kSmallerFirst;
    const char* score = is_distance ? "- score" : "score";
    draft << (i > 0 ? " UNION ALL " : "") << "SELECT id, ";
    if (is_rrf) {
      const double weight = query.rrf.weights == nullptr ? 1 : query.rrf.weights[i];
      if (weight > 0) {
        draft << "1 / (row_number() OVER (";
        if (!is_listed(*list)) {
          draft << "ORDER BY " << score << " DESC NULLS LAST, id";
        }
        draft << ") / ";
        write_number(weight);
        draft << " + ";
        write_number(query.rrf.k - 1);
        draft << ")";
      } else {
        draft << "0::float8";
      }
    } else {
      draft << "coalesce((" << score << " - (avg(" << score << ") OVER () - 3 * stddev_samp("
            << score << ") OVER ())) / (6 * nullif(stddev_samp(" << score << ") OVER (), 0)), 0.5)";
    }
    draft << " AS score FROM (";
    write(list, 0);
    draft << ") AS p" << i;
  }
  draft << ") AS f GROUP BY id ORDER BY score DESC, id";
}

void SqlWriter::write(Query* query, int64 offset) {
  resolve_examples(query);
  if (query->column != nullptr && query->column->is_multi && !is_listed(*query)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("a search of multi-vectors has no form in SQL")));
  }
  if (query->mmr != nullptr) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("mmr has no form in SQL: each choice depends on those before")));
  }
  if (query->has_threshold) {
    draft << "SELECT id, score FROM (";
  }
  switch (query->kind) {
    case QueryKind::kNearest:
      write_nearest(*query, query->target.vector);
      break;
    case QueryKind::kText:
      write_text(*query);
      break;
    case QueryKind::kRrf:
    case QueryKind::kDbsf:
      write_fusion(*query);
      break;
    case QueryKind::kFormula:
      write_formula(*query);
      break;
    case QueryKind::kPoints:
    case QueryKind::kSample:
    case QueryKind::kOrderBy:
      write_list(*query);
      break;
    default:
      if (query->kind == QueryKind::kRecommend &&
          query->strategy == RecommendStrategy::kAverageVector) {
        write_nearest(*query, average_vector(*query));
      } else {
        write_examples(*query);
      }
  }
  draft << " LIMIT " << static_cast<int>(query->limit);
  if (offset > 0) {
    draft << " OFFSET " << static_cast<int>(offset);
  }
  if (query->has_threshold) {
    const bool is_fused = query->kind == QueryKind::kRrf || query->kind == QueryKind::kDbsf ||
                          query->kind == QueryKind::kFormula;
    const bool is_distance = score_order(*query) == ScoreOrder::kSmallerFirst;
    draft << ") AS all_scores WHERE score " << (is_fused ? ">= " : is_distance ? "< " : "> ");
    write_number(query->threshold);
  }
}

VECEXT_FUNCTION(vecext_query_sql)
{
  refuse_null(fcinfo, 1, "request");
  const Collection* collection = collection_argument(fcinfo, 0);
  Query* query = parse_query(*collection, *request_argument(fcinfo, 1, "request"));
  begin_statements();
  SqlWriter writer{.draft = new_statement(), .collection = collection};
  writer.write(query, query->offset);
  const Datum sql = CStringGetTextDatum(writer.draft.text.data);
  end_statements();
  return sql;
}

}  // namespace vecext::pg

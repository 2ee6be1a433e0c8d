// vecext.query_sql(): the statement that a request stands for, for people and for EXPLAIN.
#include <cmath>

#include "pg/collection/query/formula.h"
#include "pg/collection/query/query_arguments.h"
#include "pg/collection/query/query_examples.h"
#include "pg/collection/query/text_leg.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Whether points of such a request have no scores.
bool is_listed(QueryKind kind) {
  return kind == QueryKind::kPoints || kind == QueryKind::kSample || kind == QueryKind::kOrderBy;
}

/// Writes requests as subselects with the columns id and score.
struct SqlWriter {
  StatementDraft draft;
  const Collection* collection;

  void write(Query* query, int64 offset);
  void write_nearest(const Query& query, Datum vector);
  void write_text(const Query& query);
  void write_examples(const Query& query);
  void write_recommendation(const Query& query);
  void write_discovery(const Query& query);
  void write_context(const Query& query);
  void write_feedback(const Query& query);
  void write_shared_similarities(const Query& query);
  void write_similarities(const Query& query, const Examples& examples, const char* between,
                          const char* otherwise);
  void write_pair_difference(const Query& query, int pair);
  void write_soft_step(const char* name);
  void write_list(const Query& query);
  void write_fusion(const Query& query);
  void write_formula(const Query& query);
  void write_node(const FormulaNode& node, const Formula& formula);
  void write_leaf(const FormulaNode& node, const Formula& formula);
  void write_value(const FormulaNode& node);
  void write_operands(const FormulaNode& node, const Formula& formula, const char* between);
  void write_quotient(const FormulaNode& node, const Formula& formula);
  void write_decay(const FormulaNode& node, const Formula& formula);
  void write_call(const char* function, const FormulaNode& node, const Formula& formula);
  void write_source(const Query& query);
  void write_table();
  void write_conditions(const Query& query);
  void write_distance(const CollectionVector& column, Datum vector);
  void write_similarity(const CollectionVector& column, Datum vector);
  void write_number(double number);
  void write_literal(Datum value, Oid type);
  void write_id();
  void write_payload(const char* function, const PayloadPath& path);
};

void SqlWriter::write_number(double number) {
  draft << DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(number)));
}

void SqlWriter::write_literal(Datum value, Oid type) {
  Oid function;
  bool is_varlena;
  getTypeOutputInfo(type, &function, &is_varlena);
  (draft << quote_literal_cstr(OidOutputFunctionCall(function, value)) << "::").type(type);
}

void SqlWriter::write_id() {
  (draft << "t.").column(collection->relid, collection->id);
}

void SqlWriter::write_payload(const char* function, const PayloadPath& path) {
  (draft << function << "(t.").column(collection->relid, collection->payload);
  draft << ", " << quote_literal_cstr(pnstrdup(path.text.data(), path.text.size())) << ")";
}

void SqlWriter::write_distance(const CollectionVector& column, Datum vector) {
  (draft << "t.").column(collection->relid, column.column) << " ";
  draft.op(column.distance_operator) << " ";
  write_literal(vector, column.type);
}

void SqlWriter::write_similarity(const CollectionVector& column, Datum vector) {
  const bool is_cosine = column.distance == CollectionDistance::kCosine;
  const bool is_squared = column.distance == CollectionDistance::kEuclid;
  draft << (is_cosine ? "(1 - (" : is_squared ? "(- power(" : "(- (");
  write_distance(column, vector);
  draft << (is_squared ? ", 2))" : "))");
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
  if (query.column != nullptr && !is_listed(query.kind)) {
    (draft << word << "t.").column(collection->relid, query.column->column) << " IS NOT NULL";
  }
}

void SqlWriter::write_nearest(const Query& query, Datum vector) {
  const CollectionDistance distance = query.column->distance;
  draft << "SELECT ";
  write_id();
  draft << " AS id, "
        << (distance == CollectionDistance::kCosine ? "1 - ("
            : distance == CollectionDistance::kDot  ? "- ("
                                                    : "(");
  write_distance(*query.column, vector);
  draft << ") AS score";
  write_source(query);
  draft << " ORDER BY ";
  write_distance(*query.column, vector);
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

/// A term for each example; `otherwise` if there is none.
void SqlWriter::write_similarities(const Query& query, const Examples& examples,
                                   const char* between, const char* otherwise) {
  for (int i = 0; i < examples.count; ++i) {
    draft << (i > 0 ? between : "");
    write_similarity(*query.column, examples.at[i].vector);
  }
  draft << (examples.count == 0 ? otherwise : "");
}

void SqlWriter::write_pair_difference(const Query& query, int pair) {
  write_similarity(*query.column, query.positive.at[pair].vector);
  draft << " - ";
  write_similarity(*query.column, query.negative.at[pair].vector);
}

void SqlWriter::write_soft_step(const char* name) {
  draft << "((" << name << " / (1 + abs(" << name << "))) + 1) / 2";
}

void SqlWriter::write_recommendation(const Query& query) {
  if (query.strategy == RecommendStrategy::kSumScores) {
    write_similarities(query, query.positive, " + ", "0");
    draft << (query.negative.count > 0 ? " - " : "");
    write_similarities(query, query.negative, " - ", "");
    return;
  }
  draft << "CASE WHEN s.p > s.n THEN ";
  write_soft_step("s.p");
  draft << " ELSE - (";
  write_soft_step("s.n");
  draft << ") END";
}

void SqlWriter::write_discovery(const Query& query) {
  for (int i = 0; i < query.positive.count; ++i) {
    draft << "sign(";
    write_pair_difference(query, i);
    draft << ") + ";
  }
  write_soft_step("s.z");
}

void SqlWriter::write_context(const Query& query) {
  for (int i = 0; i < query.positive.count; ++i) {
    draft << (i > 0 ? " + " : "") << "(SELECT s.z / (1 + abs(s.z)) FROM (SELECT least(";
    write_pair_difference(query, i);
    draft << " - 1.1920928955078125e-07, 0)) AS s (z))";
  }
  draft << (query.positive.count == 0 ? "0.0::float8" : "");
}

void SqlWriter::write_feedback(const Query& query) {
  write_number(query.weights.a);
  draft << " * ";
  write_similarity(*query.column, query.target.vector);
  for (int i = 0; i < query.positive.count; ++i) {
    draft << " + ";
    write_number(std::pow(query.differences[i], query.weights.b) * query.weights.c);
    draft << " * (";
    write_pair_difference(query, i);
    draft << ")";
  }
}

/// The similarities that a score has several times, computed once as columns of s.
void SqlWriter::write_shared_similarities(const Query& query) {
  if (query.kind == QueryKind::kDiscover) {
    draft << ", LATERAL (SELECT ";
    write_similarity(*query.column, query.target.vector);
    draft << " AS z) AS s";
  } else if (query.kind == QueryKind::kRecommend &&
             query.strategy != RecommendStrategy::kSumScores) {
    draft << ", LATERAL (SELECT greatest(";
    write_similarities(query, query.positive, ", ", "'-Infinity'::float8");
    draft << ") AS p, greatest(";
    write_similarities(query, query.negative, ", ", "'-Infinity'::float8");
    draft << ") AS n) AS s";
  }
}

/// A score by examples, the best first.
void SqlWriter::write_examples(const Query& query) {
  draft << "SELECT ";
  write_id();
  draft << " AS id, ";
  switch (query.kind) {
    case QueryKind::kRecommend:
      write_recommendation(query);
      break;
    case QueryKind::kDiscover:
      write_discovery(query);
      break;
    case QueryKind::kContext:
      write_context(query);
      break;
    default:
      write_feedback(query);
  }
  draft << " AS score";
  write_table();
  write_shared_similarities(query);
  write_conditions(query);
  draft << " ORDER BY score DESC, id";
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
  const OrderBy& order = query.order_by;
  const PayloadPath path{.steps = {}, .text = order.key};
  const bool is_time = orders_by_time(query);
  const char* function = is_time ? "vecext.payload_ts" : "vecext.payload_float";
  draft << (query.prefetch_count > 0 || query.source.has_filter ? " AND " : " WHERE ");
  write_payload(function, path);
  if (!order.has_start) {
    draft << " IS NOT NULL";
  } else {
    draft << (order.is_descending ? " <= " : " >= ");
    if (is_time) {
      write_literal(TimestampTzGetDatum(start_time(order)), TIMESTAMPTZOID);
    } else {
      write_number(order.start);
    }
  }
  draft << " ORDER BY ";
  write_payload(function, path);
  draft << (order.is_descending ? " DESC, id DESC" : ", id");
}

void SqlWriter::write_fusion(const Query& query) {
  const bool is_rrf = query.kind == QueryKind::kRrf;
  draft << "SELECT id, sum(score) AS score FROM (";
  for (int i = 0; i < query.prefetch_count; ++i) {
    Query* list = query.prefetch[i];
    const bool is_distance = list->kind == QueryKind::kNearest &&
                             score_order(list->column->distance) == ScoreOrder::kSmallerFirst;
    const char* score = is_distance ? "- score" : "score";
    draft << (i > 0 ? " UNION ALL " : "") << "SELECT id, ";
    if (is_rrf) {
      const double weight = query.rrf.weights == nullptr ? 1 : query.rrf.weights[i];
      if (weight > 0) {
        draft << "1 / (row_number() OVER (";
        if (!is_listed(list->kind)) {
          draft << "ORDER BY " << score << " DESC, id";
        }
        draft << ") / ";
        write_number(weight);
        draft << "::float8 + ";
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

void SqlWriter::write_operands(const FormulaNode& node, const Formula& formula,
                               const char* between) {
  for (int i = 0; i < node.operand_count; ++i) {
    draft << (i > 0 ? between : "(");
    write_node(*node.operands[i], formula);
  }
  draft << (node.operand_count > 0 ? ")" : "0");
}

void SqlWriter::write_call(const char* function, const FormulaNode& node, const Formula& formula) {
  draft << function << "(";
  write_node(*node.operands[0], formula);
  draft << ")";
}

void SqlWriter::write_decay(const FormulaNode& node, const Formula& formula) {
  const auto share = [&] {
    draft << "abs(";
    write_operands(node, formula, " - ");
    draft << ") / ";
    write_number(node.number);
  };
  if (node.decay == DecayKind::kLinear) {
    draft << "greatest(0, 1 - ";
    write_number(1 - node.midpoint);
    draft << " * ";
    share();
    draft << ")";
    return;
  }
  draft << "exp(ln(";
  write_number(node.midpoint);
  draft << "::float8) * ";
  if (node.decay == DecayKind::kGaussian) {
    draft << "power(";
    share();
    draft << ", 2))";
  } else {
    share();
    draft << ")";
  }
}

void SqlWriter::write_quotient(const FormulaNode& node, const Formula& formula) {
  if (!node.has_default) {
    write_operands(node, formula, " / ");
    return;
  }
  draft << "coalesce(";
  write_node(*node.operands[0], formula);
  draft << " / nullif(";
  write_node(*node.operands[1], formula);
  draft << ", 0), ";
  write_number(node.default_number);
  draft << ")";
}

/// A value of the payload: a number, or a time as seconds.
void SqlWriter::write_value(const FormulaNode& node) {
  draft << (node.has_default ? "coalesce(" : "");
  if (node.kind == FormulaKind::kVariable) {
    write_payload("vecext.payload_float", node.path);
  } else {
    draft << "extract(epoch FROM ";
    write_payload("vecext.payload_ts", node.path);
    draft << ")::float8";
  }
  if (node.has_default) {
    draft << ", ";
    write_number(node.default_number);
    draft << ")";
  }
}

/// A node without operands.
void SqlWriter::write_leaf(const FormulaNode& node, const Formula& formula) {
  switch (node.kind) {
    case FormulaKind::kConstant:
      draft << "(";
      write_number(node.number);
      draft << "::float8)";
      break;
    case FormulaKind::kScore:
      draft << "coalesce(p" << node.index << ".score, ";
      write_number(node.has_default ? node.default_number : 0);
      draft << ")";
      break;
    case FormulaKind::kCondition:
      draft << "vecext.matches(t.*, ";
      write_literal(formula.conditions.at[node.index], JSONBOID);
      draft << ")::int::float8";
      break;
    case FormulaKind::kGeoDistance:
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("geo_distance of a formula has no form in SQL")));
      break;
    default:
      write_value(node);
  }
}

/// The SQL function, or operator, of an operation on one operand; null: it is none of these.
const char* function_of(FormulaKind kind) {
  switch (kind) {
    case FormulaKind::kNegative:
      return "- ";
    case FormulaKind::kAbsolute:
      return "abs";
    case FormulaKind::kSquareRoot:
      return "sqrt";
    case FormulaKind::kExponential:
      return "exp";
    case FormulaKind::kNaturalLog:
      return "ln";
    case FormulaKind::kLog10:
      return "log";
    default:
      return nullptr;
  }
}

void SqlWriter::write_node(const FormulaNode& node, const Formula& formula) {
  if (const char* function = function_of(node.kind); function != nullptr) {
    write_call(function, node, formula);
    return;
  }
  switch (node.kind) {
    case FormulaKind::kSum:
      write_operands(node, formula, " + ");
      break;
    case FormulaKind::kProduct:
      if (node.operand_count == 0) {
        draft << "1";
      } else {
        write_operands(node, formula, " * ");
      }
      break;
    case FormulaKind::kQuotient:
      write_quotient(node, formula);
      break;
    case FormulaKind::kPower:
      draft << "power";
      write_operands(node, formula, ", ");
      break;
    case FormulaKind::kDecay:
      write_decay(node, formula);
      break;
    default:
      write_leaf(node, formula);
  }
}

void SqlWriter::write_formula(const Query& query) {
  draft << "SELECT ";
  write_id();
  draft << " AS id, ";
  write_node(*query.formula->root, *query.formula);
  draft << " AS score";
  write_table();
  for (int i = 0; i < query.prefetch_count; ++i) {
    draft << " LEFT JOIN (";
    write(query.prefetch[i], 0);
    draft << ") AS p" << i << " ON p" << i << ".id = ";
    write_id();
  }
  for (int i = 0; i < query.prefetch_count; ++i) {
    draft << (i > 0 ? " OR p" : " WHERE (p") << i << ".id IS NOT NULL";
  }
  draft << ") ORDER BY score DESC, id";
}

/// The request as a subselect: id, score, in the order of its result.
void SqlWriter::write(Query* query, int64 offset) {
  resolve_examples(query);
  if (query->column != nullptr && query->column->is_multi && !is_listed(query->kind)) {
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
    const bool is_distance = query->kind == QueryKind::kNearest &&
                             score_order(query->column->distance) == ScoreOrder::kSmallerFirst;
    draft << ") AS all_scores WHERE score " << (is_fused ? ">= " : is_distance ? "< " : "> ");
    write_number(query->threshold);
  }
}

}  // namespace

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

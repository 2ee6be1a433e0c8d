// Scores by examples as SQL: recommendation, discovery, context, relevance feedback.
#include <cmath>

#include "pg/collection/query_sql/sql_writer.h"

namespace vecext::pg {

void SqlWriter::write_similarity(const CollectionVector& column, Datum vector) {
  const bool is_cosine = column.distance == CollectionDistance::kCosine;
  const bool is_squared = column.distance == CollectionDistance::kEuclid;
  draft << (is_cosine ? "(1 - (" : is_squared ? "(- power(" : "(- (");
  write_distance(column, vector);
  draft << (is_squared ? ", 2))" : "))");
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
  draft << " AS id, nullif(";
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
  draft << ", 'NaN') AS score";
  write_table();
  write_shared_similarities(query);
  write_conditions(query);
  draft << " ORDER BY score DESC NULLS LAST, id";
}

}  // namespace vecext::pg

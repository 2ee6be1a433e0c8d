// Writes requests as text of SQL, with their values as literals.
#pragma once

#include "pg/collection/query/formula.h"
#include "pg/collection/query/query.h"

namespace vecext::pg {

/// Writes requests as subselects with the columns id and score.
struct SqlWriter {
  StatementDraft draft;
  const Collection* collection;

  /// The request as a subselect: id, score, in the order of its result.
  void write(Query* query, int64 offset);
  void write_nearest(const Query& query, Datum vector);
  void write_text(const Query& query);
  void write_list(const Query& query);
  void write_fusion(const Query& query);

  // Scores by examples.
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
  void write_similarity(const CollectionVector& column, Datum vector);

  // Scores by formulas.
  void write_formula(const Query& query);
  void write_node(const FormulaNode& node, const Formula& formula);
  void write_leaf(const FormulaNode& node, const Formula& formula);
  void write_value(const FormulaNode& node);
  void write_operands(const FormulaNode& node, const Formula& formula, const char* between);
  void write_quotient(const FormulaNode& node, const Formula& formula);
  void write_decay(const FormulaNode& node, const Formula& formula);
  void write_call(const char* function, const FormulaNode& node, const Formula& formula);

  // What the statements of several kinds have in common.
  void write_source(const Query& query);
  void write_table();
  void write_conditions(const Query& query);
  void write_distance(const CollectionVector& column, Datum vector);
  void write_number(double number);
  void write_literal(Datum value, Oid type);
  void write_id();
  void write_payload(const char* function, const PayloadPath& path);
};

}  // namespace vecext::pg

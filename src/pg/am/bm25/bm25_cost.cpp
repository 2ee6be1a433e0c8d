#include "pg/am/bm25/bm25_cost.h"

#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/statement_query.h"
#include "pg/am/postings/posting_costs.h"

namespace vecext::pg {

namespace {

constexpr const CostConstants::Texts& kTimes = kCosts.texts;

}  // namespace

constexpr FilteredSearchCosts kFilteredTextCosts =
    posting_costs<&CostConstants::texts>(kTimes.measured_row);

SearchEffort estimate_texts(const SearchTask& task) {
  return {.pages = Min(static_cast<double>(task.index->pages),
                       kTimes.pages_of_search + task.wanted / kTimes.rows_of_page),
          .page_cost = task.costs.sequential,
          .operators = kTimes.operators_of_search + task.rows * kTimes.operators_of_row +
                       task.wanted * kTimes.operators_of_wanted,
          .reranked = 0};
}

bool answers_query(const IndexPath* path) {
  const Oid index = path->indexinfo->indexoid;
  const auto is_for_index = [index](const Expr* clause) {
    const Oid named = IsA(clause, OpExpr) ? index_of_query(static_cast<const Node*>(lsecond(
                                                reinterpret_cast<const OpExpr*>(clause)->args)))
                                          : InvalidOid;
    return !OidIsValid(named) || (is_query_of(named, index) && is_read_alike(named, index));
  };
  const ListCell* cell;
  foreach (cell, path->indexorderbys) {
    if (!is_for_index(static_cast<const Expr*>(lfirst(cell)))) {
      return false;
    }
  }
  foreach (cell, path->indexclauses) {
    const auto* clause = lfirst_node(IndexClause, cell);
    if (clause->indexcol > 0) {
      continue;  // a condition on a key column
    }
    const ListCell* condition;
    foreach (condition, clause->indexquals) {
      if (!is_for_index(lfirst_node(RestrictInfo, condition)->clause)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace vecext::pg

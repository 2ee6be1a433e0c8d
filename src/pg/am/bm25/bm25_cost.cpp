#include "pg/am/bm25/bm25.h"

#include "pg/am/bm25/bm25_query.h"
#include "pg/am/bm25/statement_query.h"
#include "pg/am/postings/posting_costs.h"
#include "pg/sys/list.h"
#include "pg/sys/varlena.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/genam.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr const CostConstants::Texts& kTimes = kCosts.texts;

bool is_for_index(Oid named, Oid index) {
  return !OidIsValid(named) || (is_query_of(named, index) && is_read_alike(named, index));
}

bool are_for_index(const Const* array, Oid index) {
  if (array->constisnull) {
    return true;
  }
  const ArrayElements queries = elements_of(DatumGetArrayTypeP(array->constvalue));
  for (int i = 0; i < queries.count; ++i) {
    if (!queries.is_null[i] && !is_for_index(bm25_query_of(queries.at[i])->index, index)) {
      return false;
    }
  }
  return true;
}

/// True if a query is for the index, as far as the planner knows. If `query` is an array, each of
/// its queries must be for the index.
bool is_for_index(const Node* query, Oid index) {
  if (IsA(query, Const) &&
      OidIsValid(get_element_type(reinterpret_cast<const Const*>(query)->consttype))) {
    return are_for_index(reinterpret_cast<const Const*>(query), index);
  }
  if (!IsA(query, ArrayExpr)) {
    return is_for_index(index_of_query(query), index);
  }
  for (const auto* element : list_of<Node>(reinterpret_cast<const ArrayExpr*>(query)->elements)) {
    if (!is_for_index(element, index)) {
      return false;
    }
  }
  return true;
}

/// True if the query of a condition or an order is for an index, as far as the planner knows.
bool is_clause_for_index(const Expr* clause, Oid index) {
  List* arguments = IsA(clause, OpExpr) ? reinterpret_cast<const OpExpr*>(clause)->args
                    : IsA(clause, ScalarArrayOpExpr)
                        ? reinterpret_cast<const ScalarArrayOpExpr*>(clause)->args
                        : NIL;
  return arguments == NIL || is_for_index(static_cast<const Node*>(lsecond(arguments)), index);
}

}  // namespace

constexpr FilteredSearchCosts kFilteredTextCosts = posting_costs<&CostConstants::texts>();

SearchTraits text_traits(const IndexOptInfo* index) {
  const Relation opened = index_open(index->indexoid, NoLock);
  const double words = mean_words(opened);
  const bool is_vector = text_kind_of(opened) == TextKind::kVector;
  index_close(opened, NoLock);
  return {.measured_row =
              kTimes.measured_row + (is_vector ? 0 : Max(words, 0) * kTimes.measured_word)};
}

namespace {

/// The last result of operators_of_score(). The planner asks several times for each query.
struct {
  LocalTransactionId transaction;
  Oid index;
  double operators;
} last_score;

double find_operators_of_score(Oid named) {
  const Relation index = try_relation_open(named, AccessShareLock);
  if (index == nullptr) {
    return 0;
  }
  double operators = 0;
  const char kind = index->rd_rel->relkind;
  if ((kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX) &&
      access_method_of(index) == &kBm25Method) {
    const double words = mean_words(index);
    operators = text_kind_of(index) == TextKind::kVector
                    ? kTimes.operators_of_vector + words * kTimes.operators_of_lexeme
                    : kTimes.operators_of_text + words * kTimes.operators_of_word;
  }
  relation_close(index, AccessShareLock);
  return operators;
}

}  // namespace

double operators_of_score(Oid named) {
  const LocalTransactionId transaction = local_transaction_id();
  if (last_score.index != named || last_score.transaction != transaction) {
    last_score = {transaction, named, find_operators_of_score(named)};
  }
  return last_score.operators;
}

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
  for (const auto* clause : list_of<Expr>(path->indexorderbys)) {
    if (!is_clause_for_index(clause, index)) {
      return false;
    }
  }
  for (const auto* clause : list_of<IndexClause>(path->indexclauses)) {
    if (clause->indexcol > 0) {
      continue;  // a condition on a key column
    }
    for (auto* condition : list_of<RestrictInfo>(clause->indexquals)) {
      if (!is_clause_for_index(condition->clause, index)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace vecext::pg

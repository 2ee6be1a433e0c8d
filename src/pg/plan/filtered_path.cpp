#include "pg/plan/filtered_path.h"

#include "pg/am/common/access_method.h"
#include "pg/am/common/cost_constants.h"
#include "pg/am/common/value_width.h"
#include "pg/plan/array_share.h"
#include "pg/plan/filter_policy.h"
#include "pg/plan/filtered_node.h"

extern "C" {
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
}

namespace vecext::pg {

namespace {

set_rel_pathlist_hook_type previous_hook;

// Microseconds are units of the planner's costs, about: those of pages in memory.
constexpr const CostConstants::Set& kSets = kCosts.set;
constexpr const CostConstants::Policy& kPolicy = kCosts.policy;

// --- Paths that core would make ------------------------------------------------------------------

/// The paths that core makes of these indexes, where nothing else competes with them: in the order
/// of the query's first key, if they know it. An index of ours knows no other key, and before 17
/// core wants all of them from an index.
List* index_paths(PlannerInfo* root, RelOptInfo* rel, List* indexes) {
  List* keys = root->query_pathkeys;
  List* all_indexes = rel->indexlist;
  List* paths = rel->pathlist;
  List* partial_paths = rel->partial_pathlist;
  rel->indexlist = indexes;
  rel->pathlist = NIL;
  rel->partial_pathlist = NIL;
  root->query_pathkeys = keys == NIL ? NIL : list_make1(linitial(keys));
  create_index_paths(root, rel);
  root->query_pathkeys = keys;
  List* made = rel->pathlist;
  rel->indexlist = all_indexes;
  rel->pathlist = paths;
  rel->partial_pathlist = partial_paths;
  return made;
}

/// The index's path in the order of the query; null if it is of no use for that.
IndexPath* ordered_path(const List* paths, const IndexOptInfo* index) {
  const ListCell* cell;
  foreach (cell, paths) {
    auto* path = static_cast<Path*>(lfirst(cell));
    if (IsA(path, IndexPath) && path->param_info == nullptr) {
      auto* of_index = reinterpret_cast<IndexPath*>(path);
      if (of_index->indexinfo == index && of_index->indexorderbys != NIL) {
        return of_index;
      }
    }
  }
  return nullptr;
}

/// Can it make bitmaps? Ours can by key columns.
bool makes_bitmaps(const IndexOptInfo* index) {
  return index->amhasgetbitmap && (access_method_of(index) == nullptr || index->nkeycolumns > 1);
}

/// The best bitmap for the conditions; null if there is none.
BitmapHeapPath* bitmap_path(PlannerInfo* root, RelOptInfo* rel) {
  List* others = NIL;
  bool flat_scans[64];
  bool orders[64];
  const ListCell* cell;
  foreach (cell, rel->indexlist) {
    auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
    const int n = list_length(others);
    if (makes_bitmaps(index) && n < static_cast<int>(lengthof(flat_scans))) {
      // Else a plain or an ordered scan of the index might displace it.
      flat_scans[n] = index->amhasgettuple;
      orders[n] = index->amcanorderbyop;
      index->amhasgettuple = index->amcanorderbyop = false;
      others = lappend(others, index);
    }
  }
  List* paths = others == NIL ? NIL : index_paths(root, rel, others);
  int i = 0;
  foreach (cell, others) {
    auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
    index->amcanorderbyop = orders[i];
    index->amhasgettuple = flat_scans[i++];
  }
  foreach (cell, paths) {
    auto* path = static_cast<Path*>(lfirst(cell));
    if (IsA(path, BitmapHeapPath) && path->param_info == nullptr) {
      return reinterpret_cast<BitmapHeapPath*>(path);
    }
  }
  return nullptr;
}

// --- Distance limits -----------------------------------------------------------------------------

/// Is it `distance < e` or `distance <= e`, or the same turned around, with an e that no row of the
/// table changes? Then e; else null.
Expr* limit_in(PlannerInfo* root, const RestrictInfo* condition, const Node* distance) {
  if (condition->pseudoconstant || !is_opclause(condition->clause)) {
    return nullptr;
  }
  Node* left = get_leftop(condition->clause);
  Node* right = get_rightop(condition->clause);
  Oid op = reinterpret_cast<OpExpr*>(condition->clause)->opno;
  if (right != nullptr && equal(right, distance)) {
    op = get_commutator(op);
    right = left;
  } else if (!equal(left, distance)) {
    return nullptr;
  }
  const Oid function = OidIsValid(op) ? get_opcode(op) : InvalidOid;
  const bool is_limit = function == F_FLOAT8LT || function == F_FLOAT8LE;
  return is_limit && bms_is_empty(pull_varnos(root, right)) ? reinterpret_cast<Expr*>(right)
                                                            : nullptr;
}

/// The condition that limits the distance by which the index orders; null if there is none.
const RestrictInfo* distance_limit(PlannerInfo* root, const RelOptInfo* rel, const IndexPath* index,
                                   Expr** limit) {
  const auto* distance = static_cast<Node*>(linitial(index->indexorderbys));
  const ListCell* cell;
  foreach (cell, rel->baserestrictinfo) {
    const auto* condition = lfirst_node(RestrictInfo, cell);
    *limit = limit_in(root, condition, distance);
    if (*limit != nullptr) {
      return condition;
    }
  }
  return nullptr;
}

// --- Costs ---------------------------------------------------------------------------------------

/// Rows that the query wants of this table; 0: not known. Where it has more keys, the row after the
/// last shows that no other is as near.
double rows_wanted(const PlannerInfo* root) {
  if (root->limit_tuples > 0) {
    return root->limit_tuples + (list_length(root->query_pathkeys) > 1 ? 1 : 0);
  }
  return root->tuple_fraction >= 1 ? root->tuple_fraction : 0;
}

double rows_of_bitmap(Path* bitmap, const RelOptInfo* rel) {
  Cost cost;
  Selectivity share;
  cost_bitmap_tree_node(bitmap, &cost, &share);
  return clamp_row_est(share * rel->tuples);
}

/// Does what matches lie together in the index? (pg/rowset/btree_rows.cpp finds out for itself.)
bool is_range(const IndexPath* path) {
  const ListCell* cell;
  foreach (cell, path->indexclauses) {
    const auto* clause = lfirst_node(IndexClause, cell);
    const ListCell* condition;
    foreach (condition, clause->indexquals) {
      if (clause->indexcol > 0 || !IsA(lfirst_node(RestrictInfo, condition)->clause, OpExpr)) {
        return false;
      }
    }
  }
  return path->indexinfo->relam == BTREE_AM_OID;
}

/// The highest of a bitmap's indexes: one that makes a bitmap has all make one
/// (row_bitmap.cpp).
SetCost cost_of_set(const Path* bitmap) {
  if (IsA(bitmap, IndexPath)) {
    const auto* path = reinterpret_cast<const IndexPath*>(bitmap);
    const IndexOptInfo* index = path->indexinfo;
    if (index->relam == GIN_AM_OID) {
      return kSets.of_gin;
    }
    if (is_range(path)) {
      return kSets.of_range;
    }
    return index->relam == BTREE_AM_OID || access_method_of(index) != nullptr ? kSets.of_lists
                                                                              : kSets.of_bitmap;
  }
  const List* parts = IsA(bitmap, BitmapAndPath)
                          ? reinterpret_cast<const BitmapAndPath*>(bitmap)->bitmapquals
                          : reinterpret_cast<const BitmapOrPath*>(bitmap)->bitmapquals;
  SetCost highest{0, 0};
  const ListCell* cell;
  foreach (cell, parts) {
    const SetCost cost = cost_of_set(static_cast<const Path*>(lfirst(cell)));
    highest = {Max(highest.row, cost.row), Max(highest.page, cost.page)};
  }
  return highest;
}

/// Are there no statistics of what the condition looks at?
bool is_guessed(PlannerInfo* root, const Node* clause) {
  if (IsA(clause, FuncExpr)) {
    return true;
  }
  if (!IsA(clause, OpExpr)) {
    return false;
  }
  VariableStatData variable;
  Node* other;
  bool is_left;
  if (!get_restriction_variable(root, reinterpret_cast<const OpExpr*>(clause)->args, 0, &variable,
                                &other, &is_left)) {
    return true;
  }
  const bool is_known = variable.isunique || HeapTupleIsValid(variable.statsTuple);
  ReleaseVariableStats(variable);
  return !is_known;
}

bool has_guess(PlannerInfo* root, const RelOptInfo* rel, const RestrictInfo* limit) {
  const ListCell* cell;
  foreach (cell, rel->baserestrictinfo) {
    const auto* condition = lfirst_node(RestrictInfo, cell);
    if (condition != limit && is_guessed(root, reinterpret_cast<const Node*>(condition->clause))) {
      return true;
    }
  }
  return false;
}

/// Where it is a guess how many rows match, what counts is how the path compares with reading them
/// all: a microsecond is taken for what that shows it to be in the server's units.
void relate_to_scan(Path* path, const RelOptInfo* rel, FilterShape shape) {
  shape.has_bitmap = false;
  const ListCell* cell;
  foreach (cell, rel->pathlist) {
    const auto* other = static_cast<const Path*>(lfirst(cell));
    if (other->pathtype == T_SeqScan && other->param_info == nullptr) {
      const double unit = Min(other->total_cost / cost_of_exact(shape), 1);
      path->startup_cost *= unit;
      path->total_cost *= unit;
    }
  }
}

double selectivity_of(PlannerInfo* root, const RestrictInfo* condition) {
  auto* node = reinterpret_cast<Node*>(const_cast<RestrictInfo*>(condition));
  return Max(clause_selectivity(root, node, 0, JOIN_INNER, nullptr), 1e-6);
}

void add_filtered_path(PlannerInfo* root, RelOptInfo* rel, IndexPath* index,
                       BitmapHeapPath* bitmap) {
  FilteredPlan plan = plan_filtered_scan(root, index);
  FilterShape& shape = plan.shape;
  const double growth = growth_by_arrays(root, rel);
  shape.matching = Min(shape.matching * growth, shape.table_rows);
  if (bitmap != nullptr) {
    shape.has_bitmap = true;
    shape.in_set = Min(rows_of_bitmap(bitmap->bitmapqual, rel) * growth, shape.table_rows);
    const SetCost cost = cost_of_set(bitmap->bitmapqual);
    shape.set_row_cost = cost.row;
    shape.set_page_cost = cost.page;
  }
  FilteredParts parts{};
  parts.index = index;
  parts.bitmap = bitmap == nullptr ? nullptr : &bitmap->path;
  const RestrictInfo* condition = distance_limit(root, rel, index, &parts.most_distance);
  if (condition != nullptr) {
    // The nearest rows match it, however many do.
    shape.matching = Min(shape.matching / selectivity_of(root, condition), shape.table_rows);
  }
  shape.is_guess = has_guess(root, rel, condition);
  CustomPath* path = make_filtered_path(plan, parts);
  path->path.rows = clamp_row_est(Min(rel->rows * growth, shape.table_rows));
  // A path of fewer rows would not give way to this one.
  index->path.rows = path->path.rows;
  cost_filtered_path(path, plan, &index->path);
  if (shape.is_guess) {
    relate_to_scan(&path->path, rel, shape);
  }
  add_path(rel, &path->path);
}

/// Are the conditions such that rows may be rechecked before their turn, and more rows than are
/// needed?
bool can_recheck(const RelOptInfo* rel) {
  return !contain_volatile_functions(reinterpret_cast<Node*>(rel->baserestrictinfo));
}

bool is_plain_table(const RelOptInfo* rel, const RangeTblEntry* rte) {
  return (rel->reloptkind == RELOPT_BASEREL || rel->reloptkind == RELOPT_OTHER_MEMBER_REL) &&
         rte->rtekind == RTE_RELATION && !rte->inh && rte->tablesample == nullptr;
}

bool is_heap(const RangeTblEntry* rte) {
  const Relation table = table_open(rte->relid, NoLock);
  const bool is = table->rd_tableam == GetHeapamTableAmRoutine();
  table_close(table, NoLock);
  return is;
}

/// Is there a condition beside the order that rows of the index may not fulfil? Those without a
/// value are not in it.
bool has_condition(const IndexPath* path) {
  const auto* distance = static_cast<const OpExpr*>(linitial(path->indexorderbys));
  const ListCell* cell;
  foreach (cell, path->indexinfo->indrestrictinfo) {
    const Expr* clause = lfirst_node(RestrictInfo, cell)->clause;
    const auto* test = reinterpret_cast<const NullTest*>(clause);
    if (!IsA(clause, NullTest) || test->nulltesttype != IS_NOT_NULL ||
        !equal(test->arg, linitial(distance->args))) {
      return true;
    }
  }
  return false;
}

/// Adds a path for each index of ours that knows the order.
void add_filtered_paths(PlannerInfo* root, RelOptInfo* rel) {
  BitmapHeapPath* bitmap = nullptr;
  bool has_bitmap = false;  // or it is known that there is none
  const ListCell* cell;
  foreach (cell, rel->indexlist) {
    auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
    if (access_method_of(index) == nullptr) {
      continue;
    }
    IndexPath* ordered = ordered_path(rel->pathlist, index);
    if (ordered == nullptr) {
      // A cheaper one in that order may have displaced it.
      ordered = ordered_path(index_paths(root, rel, list_make1(index)), index);
    }
    if (ordered == nullptr || !has_condition(ordered)) {
      continue;
    }
    if (!has_bitmap) {
      bitmap = bitmap_path(root, rel);
      has_bitmap = true;
    }
    add_filtered_path(root, rel, ordered, bitmap);
  }
}

/// Adds the paths of ours in the order of the first of several keys: rows of equal distances are
/// sorted by the others above, and members of an Append merged.
void add_prefix_paths(PlannerInfo* root, RelOptInfo* rel) {
  List* indexes = NIL;
  const ListCell* cell;
  foreach (cell, rel->indexlist) {
    auto* index = static_cast<IndexOptInfo*>(lfirst(cell));
    if (access_method_of(index) != nullptr && ordered_path(rel->pathlist, index) == nullptr) {
      indexes = lappend(indexes, index);
    }
  }
  List* paths = indexes == NIL ? NIL : index_paths(root, rel, indexes);
  foreach (cell, indexes) {
    IndexPath* path = ordered_path(paths, static_cast<IndexOptInfo*>(lfirst(cell)));
    if (path != nullptr) {
      add_path(rel, &path->path);
    }
  }
}

void on_rel_pathlist(PlannerInfo* root, RelOptInfo* rel, Index rti, RangeTblEntry* rte) {
  if (previous_hook != nullptr) {
    previous_hook(root, rel, rti, rte);
  }
  // What is proven empty has its path, and neither rows nor pages to reckon with.
  if (!is_plain_table(rel, rte) || IS_DUMMY_REL(rel) || filter_strategy == kFilterOff ||
      root->query_pathkeys == NIL || rel->indexlist == NIL) {
    return;
  }
  if (list_length(root->query_pathkeys) > 1) {
    add_prefix_paths(root, rel);
  }
  if (rel->baserestrictinfo != NIL && can_be_filtered(rel, rte)) {
    add_filtered_paths(root, rel);
  }
}

}  // namespace

bool can_be_filtered(const RelOptInfo* rel, const RangeTblEntry* rte) {
  return is_plain_table(rel, rte) && can_recheck(rel) && is_heap(rte);
}

FilteredPlan plan_filtered_scan(PlannerInfo* root, const IndexPath* index) {
  const RelOptInfo* rel = index->path.parent;
  FilteredPlan plan{};
  plan.wanted = rows_wanted(root);
  FilterShape& shape = plan.shape;
  shape.table_rows = Max(rel->tuples, 1);
  shape.table_pages = rel->pages;
  shape.matching = Min(Max(rel->rows, 1), shape.table_rows);
  shape.toast_pages =
      width_of_operands(root, linitial_node(OpExpr, index->indexorderbys)->args).toast_pages();
  const AccessMethod* method = access_method_of(index->indexinfo);
  shape.search = method->filtered_costs;
  shape.traits = method->traits(index->indexinfo);
  return plan;
}

void cost_filtered_path(CustomPath* path, const FilteredPlan& plan, const Path* index) {
  const FilterShape& shape = plan.shape;
  // The first rows come after one search, however many are to come: a cursor, or a LIMIT that is
  // not known yet, wants a part of them.
  const double first = plan.wanted > 0 ? plan.wanted : kPolicy.fewest_rows;
  const Cost startup = choose_way(shape, Min(first, shape.matching)).cost;
  const Cost total = choose_way(shape, shape.matching).cost + shape.matching * cpu_tuple_cost;
  // A plain scan of the index, whose rows the executor rechecks, is one of our ways, and may end
  // before there are enough.
  const double below = plan.load_cost > 0 ? kPolicy.below_of_join : kPolicy.below;
  path->path.startup_cost = Min(startup, below * index->startup_cost) + plan.load_cost;
  path->path.total_cost =
      Max(path->path.startup_cost, Min(total, below * index->total_cost) + plan.load_cost);
  if (filter_strategy != kFilterAuto) {
    path->path.startup_cost = path->path.total_cost = 0;
  }
  follow_enable_indexscan(&path->path, index);
}

void offer_filtered_paths() {
  register_filtered_scan();
  previous_hook = set_rel_pathlist_hook;
  set_rel_pathlist_hook = on_rel_pathlist;
}

}  // namespace vecext::pg

#include "pg/plan/path/server_paths.h"

#include "pg/am/common/access_method.h"
#include "pg/am/cost/ordered_cost.h"
#include "pg/am/scan/scan_method.h"
#include "pg/sys/list.h"

extern "C" {
#include "optimizer/cost.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/restrictinfo.h"
}

namespace vecext::pg {

List* index_paths(PlannerInfo* root, RelOptInfo* rel, List* indexes, PathKey* key) {
  List* keys = root->query_pathkeys;
  List* all_indexes = rel->indexlist;
  List* paths = rel->pathlist;
  List* partial_paths = rel->partial_pathlist;
  rel->indexlist = indexes;
  rel->pathlist = NIL;
  rel->partial_pathlist = NIL;
  root->query_pathkeys = key == nullptr ? NIL : list_make1(key);
  create_index_paths(root, rel);
  root->query_pathkeys = keys;
  List* made = rel->pathlist;
  rel->indexlist = all_indexes;
  rel->pathlist = paths;
  rel->partial_pathlist = partial_paths;
  for (auto* path : list_of<Path>(made)) {
    path->pathkeys = path->pathkeys == NIL ? NIL : list_make1(linitial(keys));
  }
  return made;
}

IndexPath* ordered_path(const List* paths, const IndexOptInfo* index) {
  for (auto* path : list_of<Path>(paths)) {
    if (IsA(path, IndexPath) && path->param_info == nullptr) {
      auto* of_index = reinterpret_cast<IndexPath*>(path);
      if (of_index->indexinfo == index && list_length(of_index->indexorderbys) == 1 &&
          !is_forbidden(path)) {
        return of_index;
      }
    }
  }
  return nullptr;
}

namespace {

/// True if the index can make bitmaps. This library's indexes make them by key columns, or by
/// conditions of their first column.
bool makes_bitmaps(const IndexOptInfo* index) {
  return index->amhasgetbitmap && (access_method_of(index) == nullptr || index->nkeycolumns > 1 ||
                                   access_method_of(index)->scan->list_matches != nullptr);
}

}  // namespace

BitmapHeapPath* bitmap_path(PlannerInfo* root, RelOptInfo* rel) {
  List* others = NIL;
  bool plain_scans[64];
  bool orders[64];
  for (auto* index : list_of<IndexOptInfo>(rel->indexlist)) {
    const int n = list_length(others);
    if (makes_bitmaps(index) && n < static_cast<int>(lengthof(plain_scans))) {
      // A plain or an ordered scan of the index could displace the index's bitmap.
      plain_scans[n] = index->amhasgettuple;
      orders[n] = index->amcanorderbyop;
      index->amhasgettuple = index->amcanorderbyop = false;
      others = lappend(others, index);
    }
  }
  List* paths = others == NIL ? NIL : index_paths(root, rel, others, nullptr);
  int i = 0;
  for (auto* index : list_of<IndexOptInfo>(others)) {
    index->amcanorderbyop = orders[i];
    index->amhasgettuple = plain_scans[i++];
  }
  for (auto* path : list_of<Path>(paths)) {
    if (IsA(path, BitmapHeapPath) && path->param_info == nullptr && !is_forbidden(path)) {
      return reinterpret_cast<BitmapHeapPath*>(path);
    }
  }
  return nullptr;
}

namespace {

/// Returns the paths without the bitmaps of forbidden scans.
List* without_forbidden_bitmaps(List* paths) {
  ListCell* cell;
  foreach (cell, paths) {
    const auto* path = static_cast<const Path*>(lfirst(cell));
    if (IsA(path, BitmapHeapPath) && is_forbidden(path)) {
      paths = foreach_delete_current(paths, cell);
    }
  }
  return paths;
}

}  // namespace

const List* parts_of(const Path* bitmap) {
  return IsA(bitmap, BitmapAndPath) ? reinterpret_cast<const BitmapAndPath*>(bitmap)->bitmapquals
                                    : reinterpret_cast<const BitmapOrPath*>(bitmap)->bitmapquals;
}

double rows_of_bitmap(Path* bitmap, const RelOptInfo* rel) {
  Cost cost;
  Selectivity share;
  cost_bitmap_tree_node(bitmap, &cost, &share);
  return clamp_row_est(share * rel->tuples);
}

/// True if the indexes of a bitmap check the condition for all rows of the bitmap. One index of a
/// BitmapAnd suffices, because all rows come from each of its indexes.
bool is_checked_by(const Path* bitmap, const RestrictInfo* condition) {
  if (IsA(bitmap, BitmapOrPath)) {
    return restriction_is_or_clause(const_cast<RestrictInfo*>(condition));
  }
  const bool is_and = IsA(bitmap, BitmapAndPath);
  const List* parts =
      is_and ? parts_of(bitmap) : reinterpret_cast<const IndexPath*>(bitmap)->indexclauses;
  const ListCell* cell;
  foreach (cell, parts) {
    if (is_and ? is_checked_by(static_cast<const Path*>(lfirst(cell)), condition)
               : lfirst_node(IndexClause, cell)->rinfo == condition) {
      return true;
    }
  }
  return false;
}

namespace {

/// True if an index of this library makes the bitmap, or a part of it.
bool is_of_ours(const Path* bitmap) {
  if (IsA(bitmap, IndexPath)) {
    return access_method_of(reinterpret_cast<const IndexPath*>(bitmap)->indexinfo) != nullptr;
  }
  for (const auto* part : list_of<Path>(parts_of(bitmap))) {
    if (is_of_ours(part)) {
      return true;
    }
  }
  return false;
}

/// Returns what it costs to check, on a row, the conditions that the bitmap implies.
Cost cost_of_implied(PlannerInfo* root, const RelOptInfo* rel, const Path* bitmap) {
  Cost all = 0;
  for (auto* condition : list_of<RestrictInfo>(rel->baserestrictinfo)) {
    if (is_checked_by(bitmap, condition)) {
      QualCost cost;
      cost_qual_eval_node(&cost, reinterpret_cast<Node*>(condition), root);
      all += cost.per_tuple;
    }
  }
  return all;
}

void discount_implied(PlannerInfo* root, const RelOptInfo* rel, const List* paths) {
  for (auto* path : list_of<Path>(paths)) {
    if (!IsA(path, BitmapHeapPath) || path->param_info != nullptr) {
      continue;
    }
    Path* bitmap = reinterpret_cast<BitmapHeapPath*>(path)->bitmapqual;
    if (is_of_ours(bitmap)) {
      // A parallel worker has only its part of the rows.
      const double share = path->rows / Max(rel->rows, 1);
      const Cost discount =
          share * rows_of_bitmap(bitmap, rel) * cost_of_implied(root, rel, bitmap);
      path->total_cost = Max(path->total_cost - discount, path->startup_cost);
    }
  }
}

}  // namespace

void discount_implied_conditions(PlannerInfo* root, RelOptInfo* rel) {
  discount_implied(root, rel, rel->pathlist);
  discount_implied(root, rel, rel->partial_pathlist);
}

void drop_forbidden_bitmaps(PlannerInfo* root, RelOptInfo* rel) {
  const int count = list_length(rel->pathlist);
  rel->pathlist = without_forbidden_bitmaps(rel->pathlist);
  rel->partial_pathlist = without_forbidden_bitmaps(rel->partial_pathlist);
  if (list_length(rel->pathlist) < count) {
    add_path(rel, create_seqscan_path(root, rel, rel->lateral_relids, 0));
  }
}

}  // namespace vecext::pg

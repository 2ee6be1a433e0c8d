// The access methods of this library. An AccessMethod has all that the server, the planner's hooks
// and the functions of schema vecext need of a method. The hooks and the functions get it from
// access_method_of(), so they name no method.
//
// A new method needs
//   - an `extern const AccessMethod` with all fields below, and a handler that returns
//     make_routine() of it (ordered_scan.h);
//   - a call of add_access_method() in pg/module/init.cpp, and the definition of its options and
//     settings there;
//   - CREATE ACCESS METHOD and its operator classes in sql/src; a row for each new distance
//     function in opclass.cpp.
// Everything else works for any method: scans in batches that are complete and in order, filters
// and joins (pg/plan), key columns, EXPLAIN, vecext.index_info(), verify_index(), merge(), recall()
// and last_scan().
#pragma once

#include <span>

#include "core/page/meta_head.h"
#include "core/quant/transform.h"
#include "pg/sys/pg.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/amapi.h"
#include "nodes/pathnodes.h"
#include "utils/rel.h"
}

namespace vecext {
struct VerifyFinding;
}

namespace vecext::pg {

struct ScanMethod;           // scan_method.h
struct SearchTask;           // ordered_cost.h
struct SearchEffort;         // ordered_cost.h
struct FilteredSearchCosts;  // filtered_search_costs.h
struct SearchTraits;         // filtered_search_costs.h
struct VerifyVisitor;        // verify_walk.h
struct IndexDescription;     // index_description.h
struct SizeTask;             // index_size.h
struct IndexSize;            // index_size.h

/// What a support function of an operator class computes. kScore is the distance from a query to a
/// value that is not a vector; the query has another type than the value.
enum class Support { kDistance, kScore, kNorm, kType, kHash };

struct AccessMethod {
  /// The name of the method in CREATE ACCESS METHOD.
  const char* name;
  /// The kind of the meta pages of its indexes (core/page/meta_head.h).
  MetaKind meta_kind;

  /// True if an index of the method has vectors in its first column, and orders rows by them.
  /// opclass_of() and column_dims() describe these vectors. If it is false, the method's ScanMethod
  /// reads the queries and computes the distances of the values.
  bool has_vectors;

  // --- Operator classes
  /// The kinds of the support functions, from number 1 on. The last one is the hash function of key
  /// columns.
  std::span<const Support> support;
  /// True if there are operator classes of this element type and metric. The pointer is null for a
  /// method without vectors.
  bool (*has_opclass)(Element element, Metric metric);
  /// True if columns after the first can be keys (key_columns.h).
  bool has_key_columns;

  // --- Callbacks of the server, by the names of IndexAmRoutine without "am"
  ambuild_function build;
  ambuildempty_function build_empty;
  aminsert_function insert;
  insert_cleanup_function insert_cleanup;  // null if the method has none
  ambulkdelete_function bulk_delete;
  amvacuumcleanup_function vacuum_cleanup;
  amoptions_function options;
  ambuildphasename_function build_phase_name;
  amvalidate_function validate;  // validate<kMethod> (validate.h)
  /// cost_estimate<kMethod> (ordered_cost.h). It identifies the method, as it is the only callback
  /// that the server copies into IndexOptInfo.
  amcostestimate_function cost_estimate;

  // --- Scans
  const ScanMethod* scan;

  // --- For the planner
  /// Estimates a search of an index for the rows that are wanted.
  SearchEffort (*estimate)(const SearchTask& task);
  /// True if the index of `path` may be the index that the operators of `path` ask for. The pointer
  /// is null if an index of the method always may.
  bool (*answers)(const IndexPath* path);
  /// True if scans in the order of the distance return only rows that fulfil the conditions of
  /// their path on the first column. Such a method must have ScanMethod::list_matches. The executor
  /// still rechecks conditions on key columns.
  bool decides_conditions;
  /// True if the distance operator takes the distance of a row from the scan that has returned the
  /// row. A distance in a target list then costs nothing in addition to the order.
  bool has_distances;
  /// The properties of an index that filtered_costs depend on.
  SearchTraits (*traits)(const IndexOptInfo* index);
  /// The costs of searches in queries with conditions.
  const FilteredSearchCosts* filtered_costs;

  // --- Functions of schema vecext
  /// True if searches of the index end by vecext.target_recall under the session's current
  /// settings. The pointer is null if the method's searches find all rows.
  bool (*aims_at_recall)(Relation index);
  /// Checks all pages, and shows the rows to `visitor` (verify_walk.h). Sets *finding if a page is
  /// damaged.
  void (*verify)(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);
  /// Counts the parts of the index. Raises an error if the index is damaged.
  IndexDescription (*describe)(Relation index);
  /// Estimates the size of an index that CREATE INDEX would make, and the memory of its build.
  /// Raises an error if CREATE INDEX would refuse the index. The pointer is null if the size
  /// depends on the values.
  IndexSize (*size)(const SizeTask& task);
  /// Does what vecext.merge() is for: all maintenance that makes the index as good as a new one, as
  /// far as that is possible in place. Returns the number of changes. The caller holds
  /// lock_changes().
  int64 (*merge)(Relation index, Relation heap);
};

/// Registers a method. It has to be called once for each method, when the library is loaded.
void add_access_method(const AccessMethod& method);

/// Returns the method of an index, or null if the method belongs to another library, as pgvector's
/// `hnsw` does.
const AccessMethod* access_method_of(Relation index);
const AccessMethod* access_method_of(const IndexOptInfo* index);

/// Returns the method of that name, or null if there is none.
const AccessMethod* access_method_named(const char* name);

/// Returns the names of all methods as an enumeration for messages: "a, b or c".
const char* access_method_names();

}  // namespace vecext::pg

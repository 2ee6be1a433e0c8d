// The access methods of this library. An AccessMethod says all that the server, the planner's hooks
// and the functions of schema vecext need to know of one; they ask access_method_of(), and know no
// method by name.
//
// A new method needs
//   - an `extern const AccessMethod` with all fields below, and a handler that returns
//     make_routine() of it (ordered_scan.h);
//   - a call of add_access_method() in pg/module/init.cpp, and the definition of its options and
//     settings there;
//   - CREATE ACCESS METHOD and its operator classes in sql/src; a row for each new distance
//     function in opclass.cpp.
// Everything else follows: scans in batches that are complete and in order, rechecking of
// conditions and joins (pg/plan), key columns, EXPLAIN, vecext.index_info(), verify_index(),
// merge(), recall() and last_scan().
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

struct ScanMethod;           // ordered_scan.h
struct SearchTask;           // ordered_cost.h
struct SearchEffort;         // ordered_cost.h
struct FilteredSearchCosts;  // filtered_search_costs.h
struct SearchTraits;         // filtered_search_costs.h
struct VerifyVisitor;        // verify_walk.h
struct IndexDescription;     // index_description.h

/// What a support function of an operator class computes.
enum class Support { kDistance, kNorm, kType, kHash };

struct AccessMethod {
  /// The name in CREATE ACCESS METHOD.
  const char* name;
  /// What its meta pages say that an index is made of (core/page/meta_head.h).
  MetaKind meta_kind;

  // --- Operator classes
  /// Kinds of the support functions, from number 1 on. The last one is the hash function of key
  /// columns.
  std::span<const Support> support;
  /// Has it operator classes of this element type and metric?
  bool (*has_opclass)(Element element, Metric metric);
  /// Can columns after the first be keys (key_columns.h)?
  bool has_key_columns;

  // --- Callbacks of the server, by the names of IndexAmRoutine without "am"
  ambuild_function build;
  ambuildempty_function build_empty;
  aminsert_function insert;
  insert_cleanup_function insert_cleanup;  // null: none
  ambulkdelete_function bulk_delete;
  amvacuumcleanup_function vacuum_cleanup;
  amoptions_function options;
  ambuildphasename_function build_phase_name;
  amvalidate_function validate;  // validate<kMethod> (validate.h)
  /// cost_estimate<kMethod> (ordered_cost.h). It is the method's identity: the only callback that
  /// the server copies to where the planner sees it.
  amcostestimate_function cost_estimate;

  // --- Scans
  const ScanMethod* scan;

  // --- The planner
  /// Estimates a search of an index for the rows wanted.
  SearchEffort (*estimate)(const SearchTask& task);
  /// What the costs of searches with conditions depend on, of one index.
  SearchTraits (*traits)(const IndexOptInfo* index);
  /// What searches with conditions take.
  const FilteredSearchCosts* filtered_costs;

  // --- Functions of schema vecext
  /// Checks all pages and shows the rows to the visitor, as verify_walk.h says.
  void (*verify)(Relation index, const VerifyVisitor& visitor, VerifyFinding* finding);
  /// Counts what the index is made of; raises where it is damaged.
  IndexDescription (*describe)(Relation index);
  /// vecext.merge(): brings the index into the state of a new one, as far as that can be done in
  /// place; returns the number of changes. The caller has locked out other changes.
  int64 (*merge)(Relation index, Relation heap);
};

/// Makes a method known. To be called once for each, when the library is loaded.
void add_access_method(const AccessMethod& method);

/// The method of an index; null where it is not of this library. Another library's method of the
/// same name, pgvector's `hnsw`, is not.
const AccessMethod* access_method_of(Relation index);
const AccessMethod* access_method_of(const IndexOptInfo* index);

/// The names of all methods, as a list in a sentence.
const char* access_method_names();

}  // namespace vecext::pg

// Restricts a scan to rows whose keys are among those of the other sides of joins above it
// (hash_lookup.h), or of a subquery. The joins still test all their conditions on the rows that
// remain, and the scan that of the subquery.
#pragma once

#include "core/filter/row_list.h"
#include "pg/plan/scan/filtered_plan.h"
#include "pg/plan/lookup/hash_lookup.h"
#include "pg/plan/lookup/key_table.h"
#include "pg/plan/scan/subquery_keys.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Trivially destructible. One that is all zero restricts nothing.
class KeyRestriction {
 public:
  /// Prepares the restriction when the node begins, in memory of the current context. With
  /// `explain_only` it opens nothing and restricts nothing.
  void begin(CustomScanState* node, bool explain_only);
  void end();

  /// True if a join, or an index for the keys of a subquery, restricts the scan.
  bool is_any() const { return active_ > 0 || subquery_.is_any(); }

  /// Runs the other sides of the joins that have not run yet, and the subquery. If the last join is
  /// deferred, its other side may take so many microseconds; the join does not restrict the scan
  /// unless it has run. False if one has no key: then no row is left. *changed is true if the rows
  /// left may differ from those of the last call.
  bool load(double most, bool* changed);

  /// True if the last join is deferred, and does not restrict the scan yet.
  bool is_waiting() const { return active_ < count_; }

  /// True if the last join is deferred, and restricts the scan.
  bool is_restricted_late() const { return has_deferred_ && active_ == count_ && count_ > 0; }

  /// True if the other side of the join that is_waiting() has run, for which it may take so many
  /// microseconds in all.
  bool arrives(double most);

  /// The number of keys as a multiple of the planner's estimate: the product over all conditions
  /// and the subquery, and that of the one with an index (1 if there is none).
  double growth() const;
  double index_growth() const;

  /// True if the keys of the row in the context's scan slot may be among those of all joins. The
  /// subquery is a condition of the scan, which checks it. The caller switches to a context for
  /// temporary memory.
  bool contains(ExprContext* context) const;

  /// True if an index can list the rows that one of the conditions leaves.
  bool has_index() const;

  /// Adds the rows that the index finds to the list, and returns their number. If it is more than
  /// `most`, the list is not complete. kNotListed: the keys are too large.
  Size list_rows(EState* estate, Size most, RowList* rows) const;

 private:
  struct Condition {
    LookupReader reader;
    double expected;
    ExprState** keys;
    int key_count;
    Datum* values;
    const KeyTable* table;
    int64 version;
  };

  static double growth_of(const Condition& condition);
  Datum* keys_of_index(int* count) const;

  Condition* conditions_;
  int count_;
  int active_;  // conditions that restrict the scan: all, or all but the last
  bool has_deferred_;
  SubqueryKeys subquery_;
  KeyIndexPlan index_plan_;
  Relation index_;  // null: none
};

}  // namespace vecext::pg

// Restricts a scan to rows whose keys are among the keys of the other sides of joins above it
// (hash_lookup.h), or of a subquery. The joins still test all their conditions on the rows that
// remain, and the scan still tests the condition with the subquery.
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

/// It is trivially destructible. An object that is all zeros restricts nothing.
class KeyRestriction {
 public:
  /// Prepares the restriction when the node begins, in memory of the current context. If
  /// `explain_only` is true, it opens nothing and restricts nothing.
  void begin(CustomScanState* node, bool explain_only);
  void end();

  /// True if a join, or an index for the keys of a subquery, restricts the scan.
  bool is_any() const { return active_ > 0 || subquery_.is_any(); }

  /// Runs the subquery, and the other sides of the joins that have not run yet. If the last join is
  /// deferred, its other side may take `most` microseconds, and the join restricts the scan only if
  /// the other side has run to its end. Returns false if a side has no key, so that no row is left.
  /// Sets *changed to true if the rows that are left may differ from those of the last call.
  bool load(double most, bool* changed);

  /// True if the last join is deferred, and does not restrict the scan yet.
  bool is_waiting() const { return active_ < count_; }

  /// True if the last join is deferred, and already restricts the scan.
  bool is_restricted_late() const { return has_deferred_ && active_ == count_ && count_ > 0; }

  /// Runs the other side of the deferred join, for at most `most` microseconds in all. Returns true
  /// if it has run to its end. is_waiting() must be true.
  bool arrives(double most);

  /// Return the number of keys as a multiple of the planner's estimate. growth() returns the
  /// product of these multiples over all conditions and the subquery. index_growth() returns the
  /// multiple for the condition, or the subquery, whose rows an index finds, or 1 if there is no
  /// such index.
  double growth() const;
  double index_growth() const;

  /// True if the keys of the row in the context's scan slot may be among the keys of all joins. The
  /// subquery is not tested, as the scan checks its condition. The caller switches to a context for
  /// temporary memory.
  bool contains(ExprContext* context) const;

  /// True if an index can list the rows that one of the conditions leaves.
  bool has_index() const;

  /// Adds the rows that the index finds to the list, and returns their number. If the number is
  /// more than `most`, the list is not complete. Returns kNotListed if the keys are too large.
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
  int active_;  // how many conditions restrict the scan: all, or all but the last
  bool has_deferred_;
  SubqueryKeys subquery_;
  KeyIndexPlan index_plan_;
  Relation index_;  // null if there is none
};

}  // namespace vecext::pg

// The points that a function is about: those with some ids, those that satisfy a filter, or both.
#pragma once

#include "pg/collection/common/statement.h"
#include "pg/collection/strict/strict.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/tupdesc.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

struct PointTarget {
  const Collection* collection;
  bool has_ids;
  Datum ids;      // an array of the id's type
  Jsonb* filter;  // null if there is none

  /// The texts of statements depend on these.
  struct Shape {
    bool has_ids;
    bool has_filter;
  };
  Shape shape() const { return {.has_ids = has_ids, .has_filter = filter != nullptr}; }
};

/// Reads arguments `ids` and `filter`, which are null if they are not given. Raises an ERROR 22023
/// if both are null: a caller who means all points must give the filter {}.
PointTarget read_target(const Collection& collection, Jsonb* ids, Jsonb* filter);

/// Returns the target of a read: the points that satisfy the filter, or all points if it is null.
/// Raises an ERROR 54000 if strict mode refuses the filter.
inline PointTarget filter_target(const Collection& collection, Jsonb* filter) {
  check_filter(collection, filter, FilterUse::kRetrieve);
  return {.collection = &collection, .has_ids = false, .ids = Datum{0}, .filter = filter};
}

/// Appends alias.id and the operator = of ids.
StatementDraft& append_id_equals(const Collection& collection, const char* alias,
                                 StatementDraft& draft);

/// Appends the condition that a row of the table with that alias is in the target, and declares the
/// parameters of the condition. The condition is true if the target has neither ids nor a filter.
/// The statement gets custom plans.
void append_target(const PointTarget& target, const char* alias, StatementDraft& draft);

/// Returns the values of a statement's parameters: `first`, and behind them the values of the
/// parameters that append_target() has declared.
ParamListInfo parameters_with_target(std::initializer_list<StatementParameter> first,
                                     const PointTarget& target);

/// True if the caller may lock points that it does not update, as those that it deletes. SELECT …
/// FOR UPDATE asks for the right to UPDATE, and for the policies of UPDATE, which DELETE does not.
bool may_lock_points(const Collection& collection);

/// True if several rows may have one id, as a unique index does not cover the tables that inherit
/// from its own. Then a row with the id of a locked point may be one that is not in the target.
bool may_share_ids(const Collection& collection);

/// The ids of points that are locked, as rows.
struct LockedPoints {
  TupleDesc row;
  Tuplestorestate* ids;

  std::uint64_t count() const { return static_cast<std::uint64_t>(tuplestore_tuple_count(ids)); }
  /// Returns how many decimal digits the count has, at least 1. It is in the shapes of statements
  /// with append_locked(), so each order of magnitude has a plan of its own.
  std::uint32_t digits() const;
};

/// Locks the points of a target in the order of compare_ids(). A statement that changed the target
/// at once would lock points in the order of its plan, and would also change points that others
/// have added since.
LockedPoints lock_target(const PointTarget& target);

/// Lets statements of the current SPI connection read the ids as the table `vecext_locked`, until
/// end_locked().
void show_locked(const LockedPoints& locked);
void end_locked(const LockedPoints& locked);

/// Appends the condition that a row of the table with that alias has the id of a locked point.
void append_locked(const Collection& collection, const char* alias, StatementDraft& draft);

}  // namespace vecext::pg

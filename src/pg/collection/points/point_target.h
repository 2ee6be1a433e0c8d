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
/// if both are null: the filter {} means all points.
PointTarget read_target(const Collection& collection, Jsonb* ids, Jsonb* filter);

/// Returns the points to read that satisfy a filter, or all points if that is null.
inline PointTarget filter_target(const Collection& collection, Jsonb* filter) {
  check_filter(collection, filter, FilterUse::kRetrieve);
  return {.collection = &collection, .has_ids = false, .ids = Datum{0}, .filter = filter};
}

/// Appends the condition on the row of the alias, with parameters of its own. Without ids and
/// filter it is true. The plan becomes a custom one.
void append_target(const PointTarget& target, const char* alias, StatementDraft& draft);

/// Returns the values of the first parameters, and of those that append_target() has added behind
/// them.
ParamListInfo parameters_with_target(std::initializer_list<StatementParameter> first,
                                     const PointTarget& target);

/// True if the caller may lock points that it may delete: DELETE does not ask for the right to
/// UPDATE, which FOR UPDATE does, nor for the policies of UPDATE.
bool may_lock_for_delete(const Collection& collection);

/// True if several rows may have one id: a unique index does not cover the tables that inherit from
/// its own. Then a row with the id of a locked point need not be of the target.
bool may_share_ids(const Collection& collection);

/// Points that are locked: their ids as rows.
struct LockedPoints {
  TupleDesc row;
  Tuplestorestate* ids;

  std::uint64_t count() const { return static_cast<std::uint64_t>(tuplestore_tuple_count(ids)); }
  /// Returns how many digits the count has, at least 1. Plans of statements with append_locked()
  /// are made for that.
  std::uint32_t digits() const;
};

/// Locks the points of a target in the order of compare_ids(). A statement that changes the target
/// itself would lock in the order of its plan, and those too that others have added since.
LockedPoints lock_target(const PointTarget& target);

/// Lets statements of the current SPI connection read the ids, until end_locked().
void show_locked(const LockedPoints& locked);
void end_locked(const LockedPoints& locked);

/// Appends the condition that the row of the alias is of a locked point.
void append_locked(const Collection& collection, const char* alias, StatementDraft& draft);

}  // namespace vecext::pg

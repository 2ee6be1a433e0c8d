// The path of a filtered scan, from which the server makes a plan with the node of filtered_scan.h.
#pragma once

#include "pg/plan/scan/filtered_plan.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What such a path consists of.
struct FilteredParts {
  IndexPath* index;     // a path of the vector index, in the order of the distance
  Path* bitmap;         // gives the rows that the conditions leave; null if there is none
  Expr* most_distance;  // the bound of a form of the distance, constant during the scan; null if
                        // there is none
  List* conditions;     // of joins; make_key_condition() makes each
  List* key_index;      // made by write_key_index(); NIL if there is none
  List* deferred;       // made by write_plan(): the plan for the time when a deferred last
                        // condition restricts the scan; NIL if it is not deferred
};

/// Makes a path without costs.
CustomPath* make_filtered_path(const FilteredPlan& plan, const FilteredParts& parts);

/// Gets the arguments of make_filtered_path() back from a path. Returns false if the path is of
/// another kind.
bool read_filtered_path(const Path* path, FilteredPlan* plan, FilteredParts* parts);

/// Makes an element of FilteredParts::conditions from the parameter of the lookup (hash_lookup.h),
/// the number of keys expected there, and the keys as expressions of the table. `may_go_first` is
/// true if the keys may be tested before the scan's own conditions.
List* make_key_condition(Integer* link, double expected, List* keys, bool may_go_first);

/// Registers the node by its name, so that the server can read its plans. It has to be called once,
/// when the library is loaded.
void register_filtered_scan();

}  // namespace vecext::pg

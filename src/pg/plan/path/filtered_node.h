// The path of a filtered scan. Its plan is made into the node of filtered_scan.h.
#pragma once

#include "pg/plan/scan/filtered_plan.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The parts of such a path.
struct FilteredParts {
  IndexPath* index;     // of the vector index, in the order of the distance
  Path* bitmap;         // of the rows that the conditions leave; null: none
  Expr* most_distance;  // the bound of a form of the distance, constant during the scan; null: none
  List* conditions;     // of joins, each by make_key_condition()
  List* key_index;      // by write_key_index(); NIL: none
  List* deferred;       // by write_plan(): the plan once the last condition restricts the scan, if
                        // that is deferred; NIL: none is
};

/// Makes a path without costs.
CustomPath* make_filtered_path(const FilteredPlan& plan, const FilteredParts& parts);

/// Gets the arguments of make_filtered_path() back from a path; false if the path is of another
/// kind.
bool read_filtered_path(const Path* path, FilteredPlan* plan, FilteredParts* parts);

/// An element of FilteredParts::conditions: the parameter of the lookup (hash_lookup.h), the number
/// of keys expected there, the keys as expressions of the table, and if they may be tested before
/// the scan's own conditions.
List* make_key_condition(Integer* link, double expected, List* keys, bool may_go_first);

/// Registers the node by its name, so that the server can read its plans. Call once, when the
/// library is loaded.
void register_filtered_scan();

}  // namespace vecext::pg

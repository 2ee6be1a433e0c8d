// The path of a scan with conditions, which becomes the node of filtered_scan.h.
#pragma once

#include "pg/plan/filtered_plan.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// What a path of the node is made of.
struct FilteredParts {
  IndexPath* index;     // that has the order
  Path* bitmap;         // what leaves rows by conditions; null: none
  Expr* most_distance;  // an expression without rows of the table; null: none
  List* conditions;  // of joins: lists of the link's Integer, a Const, the keys expected, and the
                     // List of keys, expressions of the table
  List* key_index;   // as write_key_index() has it; NIL: none
};

CustomPath* make_filtered_path(const FilteredPlan& plan, const FilteredParts& parts);

/// What make_filtered_path() was given; false where the path is of another kind.
bool read_filtered_path(const Path* path, FilteredPlan* plan, FilteredParts* parts);

/// An element of FilteredParts::conditions.
List* make_key_condition(Integer* link, double expected, List* keys);

/// Makes the node known by name, for plans that are read. To be called once.
void register_filtered_scan();

}  // namespace vecext::pg

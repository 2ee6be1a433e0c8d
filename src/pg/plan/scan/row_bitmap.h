// Makes the row set of a filtered scan.
#pragma once

#include "pg/plan/scan/key_restriction.h"
#include "pg/rowset/kept_sets.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Where the rows of a set come from: a node that makes bitmaps, an index that finds rows by the
/// keys of a join, or both. One of them may be null. With both, the set is their intersection, or
/// has only the bitmap's rows if the index finds more rows than a list can hold.
struct SetSource {
  PlanState* bitmap;
  const KeyRestriction* keys;
  EState* estate;
  MemoryContext context;  // has the set
};

/// True if the session may keep a set of rows of the table for later statements.
bool may_be_kept(Oid table);

/// Names the set, of which `estimate` rows are expected, for kept sets (pg/rowset/kept_sets.h).
/// Returns false if the set cannot be kept.
bool name_source(const SetSource& source, double estimate, SetName* name);

/// Finds the kept set of that name, or makes the set. `name` may be null. If a bitmap remembers a
/// page as a whole, all rows that the page may have are in the set. Returns false if it is known
/// before the set is made that it has more than `useful` rows; *expected is then about the number
/// of its rows. Also returns false if there is no bitmap and the index finds more rows than a list
/// can hold; *expected is then infinite.
bool read_set(const SetSource& source, const SetName* name, double useful, MadeSet* set,
              double* expected);

}  // namespace vecext::pg

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
/// the bitmap's rows alone if the index finds more rows than a list can hold.
struct SetSource {
  PlanState* bitmap;
  const KeyRestriction* keys;
  EState* estate;
  MemoryContext context;  // of the set
};

/// True if later statements of this session may find a set of rows of the table kept.
bool may_be_kept(Oid table);

/// Names the set, of which `estimate` rows are expected, for kept sets (pg/rowset/kept_sets.h).
/// False: it is not kept.
bool name_source(const SetSource& source, double estimate, SetName* name);

/// Takes or makes the set; `name` is its name, or null. A page that a bitmap remembers as a whole
/// is in the set with all rows that it may have. False if it has more than `useful` rows, about
/// *expected; or if there is no bitmap and the index finds more rows than a list can hold, with
/// *expected infinite.
bool read_set(const SetSource& source, const SetName* name, double useful, MadeSet* set,
              double* expected);

}  // namespace vecext::pg

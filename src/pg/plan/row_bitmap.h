// The rows that scans of ordinary indexes leave, as a set that a search can ask.
#pragma once

#include "core/filter/row_bits.h"
#include "pg/plan/key_restriction.h"
#include "pg/sys/pg.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

/// Where the rows of a set come from, one or both: a node that makes bitmaps, and an index of keys
/// that joins leave. Those of both are in the set that both have.
struct SetSource {
  PlanState* bitmap;
  const KeyRestriction* keys;
  EState* estate;
};

/// The rows of the set come into *rows. Pages that a bitmap remembers as a whole are in it with all
/// the rows they may have. False: they turn out to be more than `useful`, about *expected; or keys
/// leave more than a list may have, and *expected is infinite; and *rows has none.
bool read_set(const SetSource& source, double useful, RowBits* rows, double* expected);

}  // namespace vecext::pg

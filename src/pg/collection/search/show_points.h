// Reads the payloads and vectors that results show of points.
#pragma once

#include "pg/collection/common/selector.h"
#include "pg/collection/search/hits.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Sets the payload and the vectors of a hit from a row. `first` is the number, from 1, of the
/// first column that append_point_columns() has appended.
void show(const PointSelector& shown, TupleTableSlot* row, int first, Hit* hit);

/// Read the points of the hits by their ids, and set the payloads and vectors that `shown` selects.
/// read_points() reads the points even if nothing is selected, and returns how many of them the
/// collection has.
uint64 read_points(const Collection& collection, const PointSelector& shown, Hits* hits);
void show_points(const Collection& collection, const PointSelector& shown, Hits* hits);

}  // namespace vecext::pg

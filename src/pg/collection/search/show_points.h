// What results show of points that are known by their ids.
#pragma once

#include "pg/collection/common/selector.h"
#include "pg/collection/search/hits.h"
#include "pg/registry/registry.h"
#include "pg/sys/pg.h"

namespace vecext::pg {

/// Fills in what is shown of a row: column `first`, from 1, is the first of append_point_columns().
void show(const PointSelector& shown, TupleTableSlot* row, int first, Hit* hit);

/// Fills in what is shown of points that are known by their ids. read_points() reads them even if
/// nothing is shown, and returns how many there are.
uint64 read_points(const Collection& collection, const PointSelector& shown, Hits* hits);
void show_points(const Collection& collection, const PointSelector& shown, Hits* hits);

}  // namespace vecext::pg

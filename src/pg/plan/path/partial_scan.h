// Partial answers: a query that orders a partitioned table by a distance can go on without the
// foreign partitions whose servers cannot be reached. By itself it fails if one server is away.
#pragma once

#include "pg/sys/pg.h"

extern "C" {
#include "nodes/pathnodes.h"
}

namespace vecext::pg {

/// The setting vecext.partial_answers.
extern bool partial_answers;

/// If the setting is on and the statement only reads, puts a PartialScan above each path of the
/// searched foreign partition. If the partition's server cannot be reached when the plan starts,
/// this node returns no rows, and raises a WARNING that names the table and the server. Otherwise
/// it returns the rows of the path below, whose errors stand.
void allow_partial_answer(PlannerInfo* root, RelOptInfo* rel);

void register_partial_scan();

}  // namespace vecext::pg

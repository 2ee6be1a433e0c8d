// The recall that searches of a graph aim at, and what they are expected to reach.
#pragma once

#include "core/graph/format/graph_model.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// True if searches end by the target recall: the graph has been calibrated, and no setting says
/// otherwise.
bool is_for_recall(const GraphModel& model);

/// The same for an index, unless settings bound the rows that a scan returns.
bool graph_aims_at_recall(Relation index);

/// The recall that such searches are expected to reach, by the calibration that they go by. Call
/// only if is_for_recall().
double expected_recall_of(const GraphCalibration& calibration);

/// What may reach a recall that the graph does not: an access method, or an option.
const char* alternative_to(const GraphModel& model);

/// Reports a graph that has just been built for the user, and whose searches are expected to reach
/// much less than the target.
void warn_of_recall(Relation index);

}  // namespace vecext::pg

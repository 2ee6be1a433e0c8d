// The recall that searches of a graph aim at, and what they are expected to reach.
#pragma once

#include "core/graph/format/graph_model.h"
#include "pg/sys/pg.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

/// True if searches end by the target recall, which means that the graph has been calibrated and no
/// setting bounds the searches.
bool is_for_recall(const GraphModel& model);

/// True if searches of the index end by the target recall, and no setting bounds the rows that a
/// scan returns.
bool graph_aims_at_recall(Relation index);

/// Returns the recall that searches which go by `calibration` are expected to reach. It may be
/// called only if is_for_recall() is true.
double expected_recall_of(const GraphCalibration& calibration);

/// Returns an access method or a setting that may reach a recall that the graph does not reach.
const char* alternative_to(const GraphModel& model);

/// Warns the user of a graph that has just been built, if its searches are expected to reach much
/// less than the target.
void warn_of_recall(Relation index);

}  // namespace vecext::pg

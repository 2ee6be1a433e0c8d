// Scans of hnsw.
#pragma once

#include "core/graph/format/graph_model.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// True if searches end by the target recall: the graph has been calibrated, and no setting says
/// otherwise.
bool is_for_recall(const GraphModel& model);

extern const ScanMethod kGraphScan;

}  // namespace vecext::pg

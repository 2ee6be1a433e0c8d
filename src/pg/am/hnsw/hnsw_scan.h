// Scans of hnsw.
#pragma once

#include "core/graph/format/graph_model.h"
#include "pg/am/scan/scan_method.h"

namespace vecext::pg {

/// Are searches to end by the recall aimed at? A graph that was not tried cannot tell.
bool is_for_recall(const GraphModel& model);

extern const ScanMethod kGraphScan;

}  // namespace vecext::pg

// Index scans of hnsw.
#pragma once

#include "core/graph/format/graph_model.h"
#include "pg/sys/pg.h"

extern "C" {
#include "access/relscan.h"
}

namespace vecext::pg {

/// Are searches to end by the recall aimed at? A graph that was not tried cannot tell.
bool is_for_recall(const GraphModel& model);

/// ambeginscan; the rest of a scan is that of ordered_scan.h.
IndexScanDesc hnsw_begin_scan(Relation index, int keys, int order_bys);

}  // namespace vecext::pg

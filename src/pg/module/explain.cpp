#include "pg/module/explain.h"

#include "pg/am/ordered_scan.h"
#include "pg/sys/version.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

namespace {

/// The counts of a node that scans an index of ours, all its loops together.
void describe(PlanState* node, const ExplainProperties& properties) {
  if (!IsA(node, IndexScanState)) {
    return;
  }
  const IndexScanDesc scan = reinterpret_cast<IndexScanState*>(node)->iss_ScanDesc;
  const char* step;
  ScanWork work;
  if (scan != nullptr && describe_scan(scan, &step, &work)) {
    properties.add(step, work.steps);
    properties.add("Index Pages", work.pages);
    properties.add("Rows Scored", work.rows_scored);
    properties.add("Rows Reranked", work.rows_reranked);
  }
}

}  // namespace

void extend_explain() {
  on_explain_analyze(describe);
}

}  // namespace vecext::pg

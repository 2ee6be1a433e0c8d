#include "pg/module/explain.h"

#include "pg/am/scan/ordered_scan.h"
#include "pg/sys/version.h"

extern "C" {
#include "nodes/execnodes.h"
}

namespace vecext::pg {

namespace {

/// Shows the counts of a node that scans an index of this library, summed up over all loops of the
/// node.
void describe(PlanState* node, const ExplainProperties& properties) {
  if (!IsA(node, IndexScanState)) {
    return;
  }
  const IndexScanDesc scan = reinterpret_cast<IndexScanState*>(node)->iss_ScanDesc;
  const ScanWork* work = scan == nullptr ? nullptr : work_of_scan(scan);
  if (work != nullptr) {
    show_work(*work, properties);
  }
}

}  // namespace

void extend_explain() {
  on_explain_analyze(describe);
}

}  // namespace vecext::pg

#include "pg/am/common/target_recall.h"

#include "pg/sys/pg.h"

extern "C" {
#include "utils/guc.h"
}

namespace vecext::pg {

double target_recall;

namespace {

constexpr double kDefault = 0.95;
constexpr double kLeastRecall = 0.5;
constexpr double kMostRecall = 0.9999;

bool check_recall(double* recall, void**, GucSource) {
  if (*recall == 0 || *recall >= kLeastRecall) {
    return true;
  }
  GUC_check_errdetail("A recall is between %g and %g; 0 means none.", kLeastRecall, kMostRecall);
  return false;
}

}  // namespace

bool is_far_below_target(double expected) {
  constexpr double kWithin = 0.02;
  return expected < target_recall - kWithin;
}

void define_target_recall() {
  DefineCustomRealVariable(
      "vecext.target_recall", "Sets the mean recall that index scans aim at.",
      "0 means none. It has no effect if ivfpq.probes, hnsw.ef_search or a setting of ivfflat is "
      "set.",
      &target_recall, kDefault, 0, kMostRecall, PGC_USERSET, 0, check_recall, nullptr, nullptr);
}

}  // namespace vecext::pg

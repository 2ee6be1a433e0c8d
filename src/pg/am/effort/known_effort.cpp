#include "pg/am/effort/known_effort.h"

#include "pg/am/effort/effort_option.h"

namespace vecext::pg {

float forced_effort;

namespace {

/// The most effort to which observed queries lead, as a multiple of the effort of trials. It is
/// more than 1, because trials end after some visits, so users' queries may need more than trials
/// have found. It is not much more, so that no user's queries take many times as long as the
/// hardest trials.
constexpr double kMostOfObserved = 1.5;

/// The most effort to which calibration leads. It is not limited, because the owner of the index
/// has asked for it.
constexpr double kMostOfCalibrated = HUGE_VAL;

void load_calibrated(Relation index, KnownEffort* known) {
  const char* text = effort_text(index);
  if (text == nullptr) {
    text = "";
  }
  if (strcmp(text, known->text) == 0) {
    return;
  }
  if (!parse_effort(text, &known->calibrated)) {
    known->calibrated = {};
    text = "";
  }
  memcpy(known->text, text, strlen(text) + 1);
}

QueryEffort same_for_all(float effort) {
  QueryEffort all{};
  for (float& one : all.effort) {
    one = effort;
  }
  return all;
}

}  // namespace

void load_effort(CachedFile* entry, Relation index, KnownEffort* known) {
  load_observed(entry, index, &known->observed);
  load_calibrated(index, known);
}

float harder_now(const KnownEffort& known, SearchWay way, int32 rows) {
  return Max(known.observed[class_of(way, rows)].harder, 1.0F);
}

SearchedEffort effort_for(const KnownEffort& known, SearchWay way, double k) {
  if (forced_effort > 0) {
    return {same_for_all(forced_effort), kMostOfCalibrated, false};
  }
  const std::size_t of = class_of(way, k);
  if (of < kSearchClasses && known.observed[of].needed.is_known()) {
    return {known.observed[of].needed, kMostOfObserved, true};
  }
  // Calibration is done with given queries, which have no conditions. Rows of a set lie farther
  // apart, and need more effort.
  if (way != SearchWay::kInline && known.calibrated.is_known() && k <= kCalibratedRows.back()) {
    return {known.calibrated.for_rows(k), kMostOfCalibrated, false};
  }
  return {};
}

}  // namespace vecext::pg

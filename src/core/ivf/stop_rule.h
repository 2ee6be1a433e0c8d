// When a search stops of itself: when what it has found has stayed the same for long or, where a
// recall was asked for, when it expects few of the k nearest rows in the lists left. README.md has
// the law and its measurement.
#pragma once

#include "core/result/candidates.h"
#include "core/ivf/list_law.h"

namespace vecext {

/// By default it is enough when the k nearest stayed the same for kPatience + kPatienceShare × the
/// lists looked at, and for the rows of kPatientLists lists: lists that deletes have thinned count
/// less.
inline constexpr float kPatience = 24;
inline constexpr float kPatienceShare = 0.2f;
inline constexpr std::int32_t kPatientLists = 20;

/// For a mean recall asked for, it is when the rest is expected to hold no more than this part of
/// what the recall lets be missing: the law that expects is one of averages.
inline constexpr float kPromisedPart = 0.125f;

/// Nor before the k nearest stayed the same for so many lists, and rows of so many: the law says
/// too little where vectors fill few of their dimensions.
inline constexpr std::int32_t kLeastPatience = 12;
inline constexpr std::int32_t kLeastPatientLists = 10;

/// Of the k nearest, the share that a search for this recall may expect to be missing.
inline float rest_share(float recall) {
  return kPromisedPart * (1 - recall);
}

class StopRule {
 public:
  /// For a search for k rows; recall 0: the default.
  StopRule(const Model& model, const SearchQuery& query, std::int32_t k, float recall);

  /// Takes note of a list that was looked at: the rows scored there, and whether the k nearest of
  /// `found` changed.
  void looked_at(const Probe& probe, std::int64_t rows, bool changed, const Candidates& found);

  /// Is it enough? `order` has the lists left.
  bool enough(const ProbeOrder& order, const Candidates& found);

 private:
  bool unchanged_for_long() const;
  void sum_rest(const ProbeOrder& order, double enough);

  bool by_rest_;
  float missing_;
  std::int32_t list_rows_;
  ListLaw law_;
  std::int32_t looked_at_ = 0;
  // Since the k nearest have changed last:
  std::int32_t lists_ = 0;
  std::int64_t rows_ = 0;
  // and where a recall was asked for:
  float key_ = 0;            // about the k-th smallest; once lists_ > 0
  double expected_ = 0;      // rows within it that the lists should have had, and had not
  double rest_ = 0;          // rows within it that the lists left should have, or fewer
  bool rest_known_ = false;  // no fewer
};

}  // namespace vecext

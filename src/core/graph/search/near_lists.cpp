#include "core/graph/search/near_lists.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/search/frontier.h"
#include "core/quant/estimate_bounds.h"

namespace vecext {

namespace {

bool is_nearer(const NearList& a, const NearList& b) {
  return a.score < b.score;
}

/// Returns the share of a list's center that is subtracted from the query. `score` is the center's
/// score, and `norm_squared` its squared length.
double share_of(const GraphModel& model, const GraphQuery& query, double score,
                double norm_squared) {
  const auto product = static_cast<float>(query.rerank.shift - score);
  return static_cast<double>(
      center_share(model.metric(), product, static_cast<float>(norm_squared)));
}

/// Returns |q - t c|^2, where t is `share` and c is the center.
double rest_squared(const GraphModel& model, const GraphQuery& query, double score,
                    double norm_squared, double share) {
  if (model.metric() != Metric::kInnerProduct) {
    return score;
  }
  constexpr double kLeastRest = 1e-4;  // since factors are rounded
  const double query_squared = query.rerank.norm * query.rerank.norm;
  const double product = query.rerank.shift - score;
  return std::max(kLeastRest * query_squared,
                  query_squared - 2 * share * product + share * share * norm_squared);
}

void prefetch_center(const GraphModel& model, Part part, std::uint32_t list) {
  constexpr std::size_t kCacheLine = 64;
  const std::byte* center = model.center(part, list);
  for (std::size_t at = 0; at < model.layout.rerank_bytes; at += kCacheLine) {
    __builtin_prefetch(center + at);
  }
}

}  // namespace

float center_score(const GraphModel& model, const GraphQuery& query, Part part,
                   std::uint32_t list) {
  const ScoreInterval score = rerank_score(model.rerank(), model.metric(), query.rerank,
                                           model.center(part, list), model.dims());
  const double middle = (score.lower + score.upper) / 2;
  return std::isfinite(middle) ? static_cast<float>(middle)
                               : std::numeric_limits<float>::infinity();
}

kernel::EstimateTerms list_terms(const GraphModel& model, const GraphQuery& query, Part part,
                                 const NearList& list, float width) {
  const auto norm_squared = static_cast<double>(rerank_norm_squared(model.center(part, list.list)));
  const auto score = static_cast<double>(list.score);
  kernel::EstimateTerms terms =
      estimate_terms(model, query, model.lists[part].heads[list.list].scale, score, norm_squared);
  if (width > 0) {
    const double share = share_of(model, query, score, norm_squared);
    const auto rest = static_cast<float>(rest_squared(model, query, score, norm_squared, share));
    terms.slack = width * bound_slack(model.codec, query.table, rest) / static_cast<float>(share);
  }
  return terms;
}

bool is_far(const GraphModel& model, const GraphQuery& query, Part part, const NearList& nearest) {
  constexpr double kFar = 1.5;  // in squares: 1.2 times as far (measured)
  const auto score = static_cast<double>(nearest.score);
  const auto norm_squared =
      static_cast<double>(rerank_norm_squared(model.center(part, nearest.list)));
  const double share = share_of(model, query, score, norm_squared);
  return rest_squared(model, query, score, norm_squared, share) >
         kFar * share * share * static_cast<double>(model.meta.lists[part].residual);
}

void NearLists::keep(std::int32_t most) {
  if (count_ > most) {
    std::nth_element(lists_, lists_ + most - 1, lists_ + count_, is_nearer);
    limit_ = lists_[most - 1].score;
    count_ = most;
  }
}

void NearLists::add_block(const GraphModel& model, const GraphQuery& query, Part part,
                          std::uint32_t block, const kernel::EstimateTerms& terms) {
  const std::uint32_t first = block * kBlockLanes;
  const std::uint32_t left = model.lists[part].count - first;
  kernel::BlockScores scores;
  std::uint32_t lanes =
      first_lanes(static_cast<std::int32_t>(std::min<std::uint32_t>(left, kBlockLanes))) &
      kernel::score_block(scored_block(query, model, model.center_block(part, block)), terms,
                          limit_, &scores);
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = __builtin_ctz(lanes);
    lists_[count_++] = {or_farthest(scores.estimates[lane]),
                        first + static_cast<std::uint32_t>(lane)};
  }
}

void NearLists::find(const GraphModel& model, const GraphQuery& query, Part part,
                     std::int32_t most) {
  most = std::min(most, kMost);
  const std::uint32_t blocks = (model.lists[part].count + kBlockLanes - 1) / kBlockLanes;
  const kernel::EstimateTerms terms =
      origin_terms(model, query, model.meta.lists[part].center_scale);
  kernel::EstimateTerms estimates = terms;
  estimates.slack = 0;
  limit_ = std::numeric_limits<float>::infinity();
  count_ = 0;
  const std::int32_t room = std::min(kRoom, kRoomFor * most + 2 * kBlockLanes);
  for (std::uint32_t block = 0; block < blocks; ++block) {
    if (count_ > room - kBlockLanes) {
      keep(most);
    }
    add_block(model, query, part, block, estimates);
  }
  keep(most);
  constexpr std::int32_t kAhead = 4;
  for (std::int32_t i = 0; i < count_; ++i) {
    prefetch_center(model, part, lists_[std::min(i + kAhead, count_ - 1)].list);
    lists_[i].score = center_score(model, query, part, lists_[i].list);
  }
  std::sort(lists_, lists_ + count_, is_nearer);
}

}  // namespace vecext

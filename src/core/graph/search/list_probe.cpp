#include "core/graph/search/list_probe.h"

#include <algorithm>
#include <cmath>

#include "core/effort/at_recall.h"

namespace vecext {

namespace {

/// For each square root of the nodes of a part, a search compares kProbedBlocks blocks if a code
/// has kUsualGroups groups. Longer codes take longer, so then it compares fewer blocks. A search
/// for the ef nearest compares at most kProbedBlocksOfEf blocks for each of the ef: to compare more
/// takes longer than what they find saves.
constexpr double kProbedBlocks = 1.2;
constexpr double kProbedBlocksOfEf = 0.005;
constexpr double kUsualGroups = 28;

/// How many nodes wait after a probe of the nearest lists. If there are groups of near copies and a
/// search for a recall wants more rows than trials did, more nodes wait in the same proportion, and
/// more blocks are compared. The rows wanted are then in several groups, to which few links lead.
constexpr std::int32_t kMostProbed = 128;
constexpr std::int32_t kMostProbedOfWide = 512;

/// If a search for a recall is of groups of near copies, returns the rows that it wants as a
/// multiple of those that trials wanted. Returns 1 for other searches.
double times_rows_of_groups(const GraphModel& model, const GraphLimits& limits, Part part) {
  const bool are_groups = model.lists[part].are_wide || has_groups(model.meta.calibration);
  return are_groups && limits.slack[part] > 0
             ? std::max(limits.ef, kLeastInView) / double{kLeastInView}
             : 1;
}

/// A search looks for this many times the lists that would have enough blocks on average, because
/// lists differ in length.
constexpr double kMoreLists = 1.5;

/// If the slack for the usual recall is at most this, searches do not need lists.
constexpr float kEasySlack = 0.06F;
static_assert(kCalibratedRecalls[kUsualRecall] == 0.95);

/// The cost of probing all lists, in visits to nodes (measured): for a page, for a block, and for
/// each group of the block's codes.
constexpr double kPage = 0.1;
constexpr double kBlock = 0.025;
constexpr double kGroup = 0.0015;

/// The cost of comparing the rerank vector of a node if all nodes are compared, in visits. It
/// includes the look at the row in the table that follows (set_nodes.cpp has the cost without
/// that).
constexpr double kVector = 0.05;

/// Returns about how many nodes may be among the ef nearest by their codes alone.
double nodes_in_question(double nodes, std::int32_t ef) {
  constexpr double kInQuestion = 8;
  return kInQuestion * std::sqrt(std::sqrt(nodes)) * std::sqrt(ef);
}

/// A search for the ef nearest that is not hard visits fewer nodes than the lesser of two numbers
/// (measured): kUsualVisits for each of the ef beyond kFewRows, times the fourth root of all nodes;
/// and the share kMostUsual of all nodes. For fewer rows, more nodes may be near.
constexpr double kUsualVisits = 3;
constexpr std::int32_t kFewRows = 40;
constexpr double kMostUsual = 0.25;

/// After a probe of all lists, at most this many times the nodes in question are visited, and as
/// many wait. If lists are wide, more nodes wait: a link to one of several near copies shows that
/// all of them are far.
constexpr double kMostVisited = 4;
constexpr double kMostWaitingOfWide = 16;

}  // namespace

std::int32_t visits_before_probe(const GraphModel& model, const GraphLimits& limits, Part part) {
  const bool are_wide = model.lists[part].are_wide;
  if (limits.slack[part] > 0) {
    return are_wide ? kFewestVisits : kVisitsBeforeProbe;
  }
  if (are_wide) {
    return limits.ef >= kLeastEfOfProbeOfWide ? kVisitsBeforeProbeOfWide : 0;
  }
  const GraphCalibration& calibration = model.meta.calibration;
  const bool is_easy = calibration.nodes > 0 && calibration.at[kUsualRecall].slack <= kEasySlack;
  return limits.ef >= kLeastEfOfProbe && !is_easy ? kVisitsBeforeProbe : 0;
}

std::uint32_t most_probed_blocks(const GraphModel& model, const GraphLimits& limits, Part part) {
  const bool has_ef = limits.slack[part] == 0 && !model.lists[part].are_wide;
  const double by_rows = std::sqrt(times_rows_of_groups(model, limits, part));
  const double most =
      has_ef ? std::min(kProbedBlocks, kProbedBlocksOfEf * limits.ef) : kProbedBlocks * by_rows;
  const double shorter = std::sqrt(kUsualGroups / model.layout.groups);
  return static_cast<std::uint32_t>(most * std::min(1.0, shorter) *
                                    std::sqrt(model.meta.parts[part].nodes)) +
         1;
}

std::int32_t most_probed_lists(const GraphModel& model, Part part, std::uint32_t blocks) {
  const NodeLists& lists = model.lists[part];
  const double share = static_cast<double>(blocks) / lists.end(lists.count - 1);
  return 1 + static_cast<std::int32_t>(std::min(1.0, kMoreLists * share) * lists.count);
}

std::int32_t most_waiting_of_near(const GraphModel& model, const GraphLimits& limits, Part part) {
  const std::int32_t most = model.lists[part].are_wide ? kMostProbedOfWide : kMostProbed;
  return static_cast<std::int32_t>(most * times_rows_of_groups(model, limits, part));
}

std::int32_t most_waiting_of_all(const GraphModel& model, Part part, std::int32_t ef) {
  const double nodes = model.meta.parts[part].nodes;
  const double most = model.lists[part].are_wide ? kMostWaitingOfWide : kMostVisited;
  return static_cast<std::int32_t>(std::min(nodes, most * nodes_in_question(nodes, ef))) + 1;
}

std::int32_t visits_after_all_lists(const GraphModel& model, Part part, std::int32_t ef) {
  const double nodes = model.meta.parts[part].nodes;
  const double most = kMostVisited * nodes_in_question(nodes, ef);
  return static_cast<std::int32_t>(std::min(nodes, most)) + 1;
}

double visits_before_all_lists(const GraphModel& model, Part part, std::int32_t ef) {
  if (model.lists[part].count == 0) {
    return HUGE_VAL;
  }
  const double nodes = model.meta.parts[part].nodes;
  const double blocks = nodes / kBlockLanes;
  const double of_lists = nodes_in_question(nodes, ef) + kPage * model.meta.lists[part].pages +
                          blocks * (kBlock + kGroup * model.layout.groups);
  const double usual = kUsualVisits * (ef - kFewRows) * std::sqrt(std::sqrt(nodes));
  return std::max(of_lists, std::min(usual, kMostUsual * nodes));
}

bool are_fewer_than_last_visits(const GraphModel& model, Part part, std::int32_t ef) {
  return kVector * model.meta.parts[part].nodes <= visits_after_all_lists(model, part, ef);
}

bool are_fewer_than_visits(const GraphModel& model, const GraphLimits& limits, Part part) {
  const std::uint32_t nodes = model.meta.parts[part].nodes;
  return model.lists[part].count > 0 && nodes <= limits.most_nodes &&
         (nodes < kFewestNodesOfWalk || kVector * nodes <= limits.ef);
}

std::int64_t most_list_visits(const GraphModel& model, Part part, std::int32_t ef) {
  return model.lists[part].count == 0
             ? 0
             : static_cast<std::int64_t>(visits_before_all_lists(model, part, ef)) +
                   visits_after_all_lists(model, part, ef);
}

void ProbedNodes::keep() {
  const auto most = static_cast<std::size_t>(most_);
  if (count_ > most) {
    std::nth_element(nodes_, nodes_ + most - 1, nodes_ + count_, is_nearer_node);
    limit_ = std::min(limit_, nodes_[most - 1].estimate);
    count_ = most;
  }
}

void ProbedNodes::add(const GraphModel& model, const GraphQuery& query,
                      const kernel::EstimateTerms& terms, const NodeBlock<const std::byte>& block) {
  if (count_ + kBlockLanes > room()) {
    keep();
  }
  kernel::BlockScores scores;
  std::uint32_t lanes =
      kernel::score_block(scored_block(query, model, block.codes()), terms, limit_, &scores);
  for (; lanes != 0; lanes &= lanes - 1) {
    const int lane = __builtin_ctz(lanes);
    const NodeId node = block.nodes()[lane];
    if (node != kNoNode && (block.rows()[lane].line & kIsOther) == 0) {
      nodes_[count_++] = {or_farthest(scores.bounds[lane]), node};
    }
  }
}

bool ProbedNodes::push_to_frontier() {
  keep();
  if (!frontier_.reserve(static_cast<std::int32_t>(count_))) {
    return false;
  }
  std::for_each(nodes_, nodes_ + count_,
                [&](const QueuedNode& node) { frontier_.push(node.node, node.estimate, kRough); });
  return true;
}

}  // namespace vecext

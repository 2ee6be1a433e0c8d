// Trials of a flat graph (calibrate.h has those of graphs with codes). The order of visits does not
// depend on the slack, so a search with much slack shows where a search with less slack would end.
#pragma once

#include "core/graph/format/graph_verify.h"
#include "core/graph/flat/flat_queries.h"
#include "core/graph/flat/flat_search.h"
#include "core/graph/calibrate/trials.h"

namespace vecext {

/// Calls visit(head, element) with record i of a page of nodes. Does not call it if the node has
/// lost its row.
template <PageStore S, class Visit>
Status visit_node(S& store, const GraphModel& model, PageId page, std::int32_t i,
                  std::byte* scratch, const Visit& visit) {
  return read_record(store, model.node, page, i, scratch, [&](const std::byte* record) -> Status {
    const auto& head = *reinterpret_cast<const NodeHead*>(record);
    if (head.mark != kNodeMark) {
      return corrupt();
    }
    if (head.row != kNoRow) {
      visit(head, record + model.node.element_at);
    }
    return {};
  });
}

/// Sets *nodes to the number of nodes on the page, or to 0 if it is not a page of the main graph's
/// nodes.
template <PageStore S>
Status count_nodes(S& store, const GraphModel& model, PageId page, std::int32_t* nodes) {
  *nodes = 0;
  return store.read(page, [&](const std::byte* bytes) -> Status {
    const bool is_ours = is_page_of(model, kMain, bytes);
    *nodes = is_ours ? page_head(bytes)->rows : 0;
    return !is_ours || has_sound_records(bytes, model.node) ? Status{} : corrupt();
  });
}

/// Reads the rows that queries are made of, from random pages. Stops early if `queries` has enough.
template <PageStore S>
Status read_flat_sample(S& store, const GraphModel& model, std::uint64_t seed, std::byte* scratch,
                        FlatQueries* queries) {
  constexpr std::int32_t kTries = 10000;
  Random random(seed);
  const PageId pages = store.pages();
  bool is_full = false;
  for (std::int32_t i = 0; i < kTries && !is_full; ++i) {
    const auto page = static_cast<PageId>(random.below(pages));
    const std::uint64_t lot = random.next();
    std::int32_t nodes;
    VECEXT_TRY(count_nodes(store, model, page, &nodes));
    if (nodes > 0) {
      const auto one = static_cast<std::int32_t>(lot % static_cast<std::uint64_t>(nodes));
      VECEXT_TRY(visit_node(
          store, model, page, one, scratch, [&](const NodeHead&, const std::byte* element) {
            is_full = !queries->add_sample(model.layout.id_of(page, one), element);
          }));
    }
    store.poll();
  }
  return {};
}

/// Compares nodes of the main graph with the queries: those that take part in the truth, except for
/// duplicates. Then sets the true neighbors.
template <PageStore S>
Status find_flat_truth(S& store, const GraphModel& model, std::byte* scratch,
                       FlatQueries* queries) {
  const PageId pages = store.pages();
  for (PageId page = 1; page < pages; ++page) {
    std::int32_t nodes;
    VECEXT_TRY(count_nodes(store, model, page, &nodes));
    for (std::int32_t i = 0; i < nodes; ++i) {
      const NodeId node = model.layout.id_of(page, i);
      if (queries->wants(node)) {
        VECEXT_TRY(visit_node(store, model, page, i, scratch,
                              [&](const NodeHead& head, const std::byte* element) {
                                if ((head.flags & kIsDuplicate) == 0) {
                                  queries->add_row(node, element);
                                }
                              }));
      }
    }
    store.poll();
  }
  queries->finish();
  return {};
}

/// Notes the slack that a search needs to find its true neighbors. Only neighbors nearer than the
/// last row found count, since rows that are as far as the last row can stand for each other.
class FlatNeed {
 public:
  FlatNeed(FlatQueries* queries, std::int32_t query, TrialResult* result)
      : queries_(queries),
        query_(query),
        result_(result),
        needed_(queries->truth(), query, result) {}

  void before(const FlatSearch& search, const QueuedNode& node) {
    needed_.before(search, node);
    limit_ = search.view->full() ? search.found->limit() : limit_;
    visits_ = search.within.visits;
  }
  void after(NodeId node, RowId row) {
    if (needed_.after(node, row)) {
      last_found_ = visits_;
    }
  }

  /// True if all neighbors nearer than the last row were found, and half as many visits were made
  /// since. Before that the limit says little, and rows that are not among the nearest would count
  /// as found.
  bool is_done() const {
    const std::int32_t end = near_end();
    bool is_found = visits_ >= std::max(kFewestVisits, last_found_ + last_found_ / 2);
    for (std::int32_t i = 0; i < end && is_found; ++i) {
      is_found = result_->is_noted(query_, i);
    }
    return is_found;
  }

  /// Removes the neighbors that are as far as the last row or farther. Neighbors that were not
  /// found count as found with the slack that the search had reached, since nothing says what slack
  /// would find them. They do not count as found for the recall.
  void end() {
    queries_->truth().end(query_, near_end());
    for (std::int32_t i = 0; i < near_end(); ++i) {
      if (!result_->is_noted(query_, i)) {
        constexpr float kNever = std::numeric_limits<float>::infinity();
        result_->note(query_, i, {std::min(needed_.needed(), kMostSlack), kNever});
      }
    }
  }

 private:
  std::int32_t near_end() const {
    std::int32_t end = 0;
    while (end < kTrialNeighbors && upper_float(queries_->score(query_, end)) < limit_) {
      ++end;
    }
    return end;
  }

  FlatQueries* queries_;
  const std::int32_t query_;
  TrialResult* result_;
  NeededSlack needed_;
  float limit_ = std::numeric_limits<float>::infinity();
  std::int32_t visits_ = 0;
  std::int32_t last_found_ = 0;
};

/// For how many of the least recalls visits are counted. Searches for greater recalls would cost
/// much.
inline constexpr std::size_t kCountedRecalls = 2;

/// How many times as many rows are missed for queries between rows outside of the graph as for
/// queries between its own rows (measured with Jaccard distances and inner products: 1.2 to 1.7
/// times).
inline constexpr double kFlatTrulyMissed = 1.3;

/// Notes where searches with the slacks of the counted recalls would end, and what they would miss.
class EndsOfSlacks {
 public:
  EndsOfSlacks(const GraphCalibration& calibration, MissCheck* checks)
      : calibration_(calibration), checks_(checks) {}

  void before(const FlatSearch& search, const QueuedNode& node) {
    if (search.has_limit()) {
      const float needed = search.within.needed(node.estimate, search.found->limit());
      while (ended_ < kCountedRecalls && needed > calibration_.at[ended_].slack) {
        visits_[ended_++] = search.within.visits;
      }
    }
  }
  void after(NodeId node, RowId row) {
    for (std::size_t i = ended_; i < kCountedRecalls; ++i) {
      checks_[i].after(node, row);
    }
  }
  bool is_done() const { return ended_ == kCountedRecalls; }

  /// Returns the visits of a search for the recall of that number, given all visits of the trial.
  std::int64_t visits(std::size_t recall, std::int64_t all) const {
    return recall < ended_ ? visits_[recall] : all;
  }

 private:
  const GraphCalibration& calibration_;
  MissCheck* checks_;  // for each recall
  std::size_t ended_ = 0;
  std::int64_t visits_[kCountedRecalls] = {};
};

/// Searches one flat graph for queries made of its rows.
template <PageStore S>
class FlatTrials {
 public:
  FlatTrials(S& store, const GraphModel& model, FlatQueries* queries, std::byte* scratch,
             const CalibrationWork& work)
      : store_(store),
        model_(model),
        queries_(queries),
        scratch_(scratch),
        work_(work),
        found_(work.arena) {}

  /// Measures the slack that searches for queries between rows need.
  Status try_all(TrialResult* result) {
    const TrialTruth& truth = queries_->truth();
    for (std::int32_t i = truth.first(kEasyFamily + 1); i < truth.count(); ++i) {
      FlatNeed need(queries_, i, result);
      GraphCounts counts{};
      const std::int64_t most = most_trial_visits(nodes()) / 2;
      VECEXT_TRY(ask(i, kMostSlack, most, &need, &counts));
      need.end();
    }
    return {};
  }

  /// Counts the visits of searches with the slacks found for the first recalls, and sets the
  /// recalls reached. For greater recalls, visits are assumed to grow with the square of the slack
  /// (measured: powers of 1.8 to 2.1), up to the limit of visits. Among the rows that need more
  /// slack, the share missed is assumed to stay the same.
  Status count_visits(const TrialResult& result, GraphCalibration* out) {
    constexpr std::int32_t kOfFamily = 4;
    VisitsOfTrials<kOfFamily> visits[kCountedRecalls];
    const CalibratedRecall& last = out->at[kCountedRecalls - 1];
    MissCheck checks[kCountedRecalls] = {{queries_->truth(), result, out->at[0].slack},
                                         {queries_->truth(), result, last.slack}};
    const auto ask_one = [&](std::int32_t query, std::int32_t sample) {
      for (MissCheck& check : checks) {
        check.begin(query);
      }
      EndsOfSlacks ends(*out, checks);
      GraphCounts counts{};
      const Status status = ask(query, last.slack, INT64_MAX, &ends, &counts);
      for (std::size_t i = 0; i < kCountedRecalls; ++i) {
        visits[i].note(sample, ends.visits(i, counts.nodes));
      }
      return status;
    };
    VECEXT_TRY(visits[0].each(queries_->truth(), ask_one));
    for (std::size_t i = 0; i < kCountedRecalls; ++i) {
      visits[i].report(&out->at[i]);
    }
    for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
      const MissCheck& check = checks[std::min(i, kCountedRecalls - 1)];
      const double truly_missed = check.truly_missed(kFlatTrulyMissed);
      out->at[i].recall = static_cast<float>(result.recall_with(out->at[i].slack, truly_missed));
    }
    const auto most = static_cast<float>(most_trial_visits(nodes()));
    for (std::size_t i = kCountedRecalls; i < kCalibratedRecalls.size(); ++i) {
      const float wider = out->at[i].slack / last.slack;
      out->at[i].easy = std::min(most, last.easy * wider * wider);
      out->at[i].hard = std::min(most, last.hard * wider * wider);
    }
    return {};
  }

 private:
  std::uint32_t nodes() const { return model_.meta.parts[kMain].nodes; }

  template <class Follower>
  Status ask(std::int32_t query, float slack, std::int64_t most, Follower* follower,
             GraphCounts* counts) {
    const GraphLimits limits{.wanted = kLeastInView,
                             .ef = kLeastInView,
                             .filter = {},
                             .most_nodes = most,
                             .slack = {slack, slack}};
    FlatSearch search = flat_search(model_, limits, queries_->query(query), work_.frontier,
                                    scratch_, &view_, &found_, counts);
    return walk_flat(store_, work_.arena, &search, follower);
  }

  S& store_;
  const GraphModel& model_;
  FlatQueries* queries_;
  std::byte* scratch_;
  const CalibrationWork& work_;
  UpperBounds view_;
  Candidates found_;
};

/// Tries the main graph of a flat index, as calibrate() does for a graph with codes. *out stays
/// empty if the graph has too few nodes or rows to try, or if all rows are equally far from each
/// query.
template <PageStore S>
Status calibrate_flat(S& store, const GraphModel& model, const CalibrationWork& work,
                      GraphCalibration* out) {
  *out = {};
  const std::uint32_t nodes = model.meta.parts[kMain].nodes;
  if (nodes < kFewestTried) {
    return {};
  }
  const FlatTrialPlan plan = plan_flat_trials(model);
  FlatQueries queries(model, plan, work.threads);
  TrialResult result(queries.truth(), kFlatTrulyMissed, true, plan.share);
  auto* scratch = work.arena.array<std::byte>(kLongestRecord);
  if (scratch == nullptr || !queries.reserve(work.arena) || !result.reserve(work.arena)) {
    return out_of_memory();
  }
  Status status = read_flat_sample(store, model, work.seed, scratch, &queries);
  if (!status.ok() || !queries.has_sample()) {
    return status;
  }
  if (!queries.make(work.seed, work.arena)) {
    return out_of_memory();
  }
  if (status = find_flat_truth(store, model, scratch, &queries); !status.ok()) {
    return status;
  }
  GraphModel tried = model;
  tried.meta.calibration.longest = queries.longest();
  FlatTrials<S> trials(store, tried, &queries, scratch, work);
  if (status = trials.try_all(&result); !status.ok()) {
    return status;
  }
  if (!result.says_anything()) {
    return {};
  }
  GraphCalibration calibration{};
  calibration.longest = queries.longest();
  set_slacks(result, &calibration);
  if (status = trials.count_visits(result, &calibration); !status.ok()) {
    return status;
  }
  order_recalls(&calibration);
  calibration.nodes = nodes;
  *out = calibration;
  return {};
}

}  // namespace vecext

// Trials of a constructed graph, which find the slack (slack.h) that searches need for a recall.
// Queries are made of the graph's own rows, in several families (trial_queries.h). A trial searches
// for a query with more slack than it should need, and notes the slack that each true neighbor of
// the query would have needed.
//
// The result depends on the graph and the seed, not on the number of threads.
#pragma once

#include "core/base/random.h"
#include "core/graph/search/graph_search.h"
#include "core/graph/format/graph_verify.h"
#include "core/graph/calibrate/trial_queries.h"
#include "core/graph/calibrate/trials.h"

namespace vecext {

/// Returns how many queries of each family between rows there are. With this number, trials take
/// some hundredths of the time of a construction.
inline std::int32_t trial_queries(std::uint32_t nodes) {
  constexpr std::uint32_t kNodesEach = 2000;
  constexpr std::uint32_t kFewest = 128;
  constexpr std::uint32_t kMost = 320;
  return static_cast<std::int32_t>(std::clamp(nodes / kNodesEach, kFewest, kMost));
}

/// The rows that seem to need more slack than a search has are not all missed: this is the share of
/// them that searches truly miss. (A search with less slack notes only the near estimates of a
/// node, so that true neighbors among these come sooner. But nodes of probed lists wait whatever
/// the slack is. Measured: .77 without lists, 1 with them.)
inline constexpr double kTrulyMissed = 1;

/// Reads the rows that queries are made of, from random pages.
template <PageStore S>
Status read_sample(S& store, const GraphModel& model, std::uint64_t seed, TrialQueries* queries) {
  constexpr std::size_t kTries = 20;  // for each row wanted
  Random random(seed);
  std::size_t left = queries->sample_size();
  const PageId pages = store.pages();
  for (std::size_t i = 0; left > 0 && i < kTries * queries->sample_size(); ++i) {
    const auto page = static_cast<PageId>(random.below(pages));
    const std::uint64_t lot = random.next();
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      if (!is_page_of(model, kMain, bytes) || page_head(bytes)->rows == 0) {
        return {};
      }
      VECEXT_TRY(check_node_page(bytes, model.layout));
      const auto slot_of_page = static_cast<std::int32_t>(lot % page_head(bytes)->rows);
      const auto slot = node_slot(bytes, model.layout, slot_of_page);
      if (slot.head()->row != kNoRow && std::isfinite(rerank_norm_squared(slot.rerank()))) {
        get_rerank(model.rerank(), slot.rerank(), model.dims(), queries->sample_vector());
        queries->add_sample();
        --left;
      }
      return {};
    }));
    store.poll();
  }
  return {};
}

/// Counts the rows of a node and its duplicates, up to `most`.
template <PageStore S>
Status count_equal(S& store, const GraphModel& model, NodeId node, std::int32_t most,
                   std::int32_t* rows) {
  *rows = 0;
  while (node != kNoNode && *rows < most) {
    const Status status =
        store.read(model.layout.page_of(node), [&](const std::byte* page) -> Status {
          const std::int32_t at = model.layout.slot_of(node);
          const auto slot = node_slot(page, model.layout, at);
          const Status sound = check_slot(slot, at);
          node = sound.ok() ? slot.head()->duplicate : kNoNode;
          return sound;
        });
    if (!status.ok()) {
      return status;
    }
    ++*rows;
  }
  return {};
}

/// Removes from the truth the nodes that are not among the ten nearest rows once duplicates count,
/// since a visit to a node finds its duplicates, too. Also removes nodes that are as near as a node
/// that is not in the truth.
template <PageStore S>
Status shorten_truth(S& store, const GraphModel& model, TrialQueries* queries) {
  TrialTruth& truth = queries->truth();
  for (std::int32_t query = 0; query < truth.count(); ++query) {
    std::int32_t left = kTrialNeighbors;
    std::int32_t i = 0;
    for (; i < kTrialNeighbors && left > 0 && truth.of(query)[i] != kNoNode; ++i) {
      std::int32_t rows;
      VECEXT_TRY(count_equal(store, model, truth.of(query)[i], left, &rows));
      left -= rows;
    }
    queries->shorten(query, i);
    store.poll();
  }
  return {};
}

/// Compares the nodes of the main graph, except for duplicates, with the queries, and sets the true
/// neighbors.
template <PageStore S>
Status find_truth(S& store, const GraphModel& model, TrialQueries* queries) {
  const PageId pages = store.pages();
  std::int32_t count = 0;
  for (PageId page = 1; page < pages; ++page) {
    VECEXT_TRY(store.read(page, [&](const std::byte* bytes) -> Status {
      if (!is_page_of(model, kMain, bytes)) {
        return {};
      }
      VECEXT_TRY(check_node_page(bytes, model.layout));
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        const auto slot = node_slot(bytes, model.layout, i);
        const float norm_squared = rerank_norm_squared(slot.rerank());
        const bool is_duplicate = (slot.head()->flags & kIsDuplicate) != 0;
        if (slot.head()->row != kNoRow && !is_duplicate && std::isfinite(norm_squared)) {
          get_rerank(model.rerank(), slot.rerank(), model.dims(), queries->chunk_vector(count));
          queries->note_row(count++, model.layout.id_of(page, i), norm_squared);
        }
      }
      return {};
    }));
    if (count + model.layout.slots > queries->chunk_room()) {
      queries->compare_chunk(count);
      count = 0;
    }
    store.poll();
  }
  queries->compare_chunk(count);
  queries->finish();
  return shorten_truth(store, model, queries);
}

/// Searches one graph for queries made of its rows.
template <PageStore S>
class Trials {
 public:
  Trials(S& store, const GraphModel& model, const TrialQueries& queries,
         const CalibrationWork& work)
      : store_(store), model_(model), queries_(queries), work_(work), found_(work.arena) {}

  /// How far a search goes.
  struct Effort {
    float slack;
    std::int64_t most_visits;
    std::int32_t fewest_visits;
  };

  /// Searches for a query, and adds its visits to *counts.
  template <class Follower>
  Status ask(std::int32_t query, const Effort& effort, Follower* follower, GraphCounts* counts) {
    const GraphQuery prepared = queries_.query(query);
    const GraphLimits limits{.wanted = kLeastInView,
                             .ef = kLeastInView,
                             .filter = {},
                             .most_nodes = counts->nodes + effort.most_visits,
                             .slack = {effort.slack, effort.slack},
                             .fewest_visits = effort.fewest_visits};
    GraphSearch search{.model = model_,
                       .query = prepared,
                       .limits = limits,
                       .frontier = work_.frontier,
                       .found = &found_,
                       .counts = counts,
                       .within = {.shift = score_shift(model_, prepared.rerank.norm)}};
    ScoredEntries entries;
    score_entries(model_, kMain, prepared, &entries);
    const Status status = search_all(store_, kMain, &entries, &search, follower);
    counts->stopped = false;
    return status;
  }

  /// Sets how many nodes searches visit with the slack for `recall`, which *out has, and the recall
  /// that they reach.
  Status count_visits(const TrialResult& result, double recall, CalibratedRecall* out) {
    const Effort of_users{out->slack, INT64_MAX / 2, kFewestVisits};
    VisitsOfTrials<kEasyQueries> visits;
    MissCheck check(queries_.truth(), result, out->slack);
    VECEXT_TRY(visits.each(queries_.truth(), [&](std::int32_t query, std::int32_t sample) {
      check.begin(query);
      GraphCounts counts{};
      const Status asked = ask(query, of_users, &check, &counts);
      visits.note(sample, counts.nodes);
      return asked;
    }));
    if (result.recall_with(out->slack, check.truly_missed(kTrulyMissed)) < recall) {
      VECEXT_TRY(check_more(of_users, &check));
    }
    visits.report(out);
    const double truly_missed = check.truly_missed(kTrulyMissed);
    out->recall = static_cast<float>(result.recall_with(out->slack, truly_missed));
    return {};
  }

 private:
  /// Searches for some of the queries that seem to miss neighbors. Too few of them were searched
  /// for before to tell how many of these neighbors are truly missed.
  Status check_more(const Effort& effort, MissCheck* check) {
    constexpr std::int32_t kMost = 48;
    constexpr std::int32_t kStride = 7919;  // a prime, so that the queries are of all families
    const TrialTruth& truth = queries_.truth();
    const std::int32_t first = truth.first(kEasyFamily + 1);
    const std::int32_t queries = truth.count() - first;
    Status status;
    for (std::int32_t i = 0, asked = 0; i < queries && asked < kMost && status.ok(); ++i) {
      const std::int32_t query = first + i * kStride % queries;
      if (check->seems_to_miss(query)) {
        check->begin(query);
        GraphCounts counts{};
        status = ask(query, effort, check, &counts);
        ++asked;
      }
    }
    return status;
  }

  S& store_;
  const GraphModel& model_;
  const TrialQueries& queries_;
  const CalibrationWork& work_;
  Candidates found_;
};

/// Tries the main graph. `model` has neither rows of nodes nor a calibration yet. *out stays empty
/// if the graph has too few nodes, or no rows to make queries of.
template <PageStore S>
Status calibrate(S& store, const GraphModel& model, const CalibrationWork& work,
                 GraphCalibration* out) {
  *out = {};
  const std::uint32_t nodes = model.meta.parts[kMain].nodes;
  if (nodes < kFewestTried) {
    return {};
  }
  TrialQueries queries(model, trial_queries(nodes), work.threads);
  TrialResult result(queries.truth(), kTrulyMissed, false);
  if (!queries.reserve(work.arena) || !result.reserve(work.arena)) {
    return out_of_memory();
  }
  Status status = read_sample(store, model, work.seed, &queries);
  if (!status.ok() || !queries.make(work.seed)) {
    return status;
  }
  if (status = find_truth(store, model, &queries); !status.ok()) {
    return status;
  }
  GraphModel tried = model;
  tried.meta.calibration.longest = queries.longest();
  Trials<S> trials(store, tried, queries, work);
  const TrialTruth& truth = queries.truth();
  GraphCounts counts{};
  const std::int64_t most = most_trial_visits(nodes) + most_list_visits(tried, kMain, kLeastInView);
  for (std::int32_t i = truth.first(kEasyFamily + 1); i < truth.count(); ++i) {
    NeededSlack needed(truth, i, &result);
    status = trials.ask(i, {kMostSlack, most, 0}, &needed, &counts);
    if (!status.ok()) {
      return status;
    }
  }
  out->longest = queries.longest();
  set_slacks(result, out);
  for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
    status = trials.count_visits(result, kCalibratedRecalls[i], &out->at[i]);
    if (!status.ok()) {
      return status;
    }
  }
  order_recalls(out);
  out->nodes = nodes;
  return {};
}

}  // namespace vecext

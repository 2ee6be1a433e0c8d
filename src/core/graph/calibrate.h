// Trials of a graph that was constructed: which slack (slack.h) its searches need for a recall. The
// queries are made of its own rows, in families of their own kinds (trial_queries.h); each is asked
// with more slack than it should need, and what it would have needed for each of its true
// neighbours noted on the way.
//
// The result depends on the graph and the seed, not on the number of threads.
#pragma once

#include "core/base/random.h"
#include "core/graph/graph_search.h"
#include "core/graph/graph_verify.h"
#include "core/graph/trial_result.h"

namespace vecext {

/// What a trial works with. The frontier's memory serves again.
struct CalibrationWork {
  std::int32_t threads;
  std::uint64_t seed;
  Arena arena;
  Frontier* frontier;
};

/// Graphs of fewer nodes are not tried: a search sees much of them anyway.
inline constexpr std::uint32_t kFewestTried = 1000;

/// Queries of each family between rows: so many, that they take some hundredths of a construction.
inline std::int32_t trial_queries(std::uint32_t nodes) {
  constexpr std::uint32_t kNodesEach = 2000;
  constexpr std::uint32_t kFewest = 128;
  constexpr std::uint32_t kMost = 320;
  return static_cast<std::int32_t>(std::clamp(nodes / kNodesEach, kFewest, kMost));
}

/// Takes the sample that queries are made of, from pages at random.
template <PageStore S>
Status take_sample(S& store, const GraphModel& model, std::uint64_t seed, TrialQueries* queries) {
  constexpr std::size_t kTries = 20;  // for each row
  Random random(seed);
  std::size_t left = queries->sample_size();
  const PageId pages = store.pages();
  for (std::size_t i = 0; left > 0 && i < kTries * queries->sample_size(); ++i) {
    const auto page = static_cast<PageId>(random.below(pages));
    const std::uint64_t lot = random.next();
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      if (!is_page_of(model, kMain, bytes) || page_head(bytes)->rows == 0) {
        return {};
      }
      if (const Status sound = check_node_page(bytes, model.layout); !sound.ok()) {
        return sound;
      }
      const auto slot_of_page = static_cast<std::int32_t>(lot % page_head(bytes)->rows);
      const auto slot = node_slot(bytes, model.layout, slot_of_page);
      if (slot.head()->row != kNoRow && std::isfinite(own_norm_squared(slot.own()))) {
        get_own(model.own(), slot.own(), model.dims(), queries->sample_vector());
        queries->add_sample();
        --left;
      }
      return {};
    });
    if (!status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

/// Rows of a node and of those equal to it, or `most` where there are more.
template <PageStore S>
Status count_equal(S& store, const GraphModel& model, NodeId node, std::int32_t most,
                   std::int32_t* rows) {
  *rows = 0;
  while (node != kNoNode && *rows < most) {
    const Status status =
        store.read(model.layout.page_of(node), [&](const std::byte* page) -> Status {
          const auto slot = node_slot(page, model.layout, model.layout.slot_of(node));
          const Status sound = check_slot(slot);
          node = sound.ok() ? slot.head()->twin : kNoNode;
          return sound;
        });
    if (!status.ok()) {
      return status;
    }
    ++*rows;
  }
  return {};
}

/// Leaves out what is not among the nearest rows: a visit to a node finds those equal to it, too.
template <PageStore S>
Status shorten_truth(S& store, const GraphModel& model, TrialQueries* queries) {
  for (std::int32_t query = 0; query < queries->count(); ++query) {
    std::int32_t left = kTrialNeighbours;
    std::int32_t i = 0;
    for (; i < kTrialNeighbours && left > 0 && queries->truth(query)[i] != kNoNode; ++i) {
      std::int32_t rows;
      const Status status = count_equal(store, model, queries->truth(query)[i], left, &rows);
      if (!status.ok()) {
        return status;
      }
      left -= rows;
    }
    queries->end_truth(query, i);
    store.poll();
  }
  return {};
}

/// Compares the nodes of the main graph that others link to with the queries.
template <PageStore S>
Status find_truth(S& store, const GraphModel& model, TrialQueries* queries) {
  const PageId pages = store.pages();
  std::int32_t count = 0;
  for (PageId page = 1; page < pages; ++page) {
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      if (!is_page_of(model, kMain, bytes)) {
        return {};
      }
      if (const Status sound = check_node_page(bytes, model.layout); !sound.ok()) {
        return sound;
      }
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        const auto slot = node_slot(bytes, model.layout, i);
        const float norm_squared = own_norm_squared(slot.own());
        const bool is_twin = (slot.head()->flags & kIsTwin) != 0;
        if (slot.head()->row != kNoRow && !is_twin && std::isfinite(norm_squared)) {
          get_own(model.own(), slot.own(), model.dims(), queries->chunk_vector(count));
          queries->note_row(count++, model.layout.id_of(page, i), norm_squared);
        }
      }
      return {};
    });
    if (!status.ok()) {
      return status;
    }
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

/// Notes the slack that a search needs for what it finds: the most that any visit until then did.
class NeededSlack {
 public:
  NeededSlack(const TrialQueries& queries, std::int32_t query, TrialResult* result)
      : queries_(queries), query_(query), result_(result) {
    for (std::int32_t i = 0; i < kTrialNeighbours; ++i) {
      left_ += queries.truth(query)[i] != kNoNode ? 1 : 0;
    }
  }

  void before(const GraphSearch& search, const Waiting& node) {
    if (!search.has_limit()) {
      return;
    }
    // The limit is (1 + part) of that of rows, with part = slack / t^(1/4).
    const float by = search.slack / (search.wider - 1);
    const float near = search.found->limit() + search.shift;
    const float beyond = node.estimate + search.shift - near;
    if (beyond > 0) {
      needed_ = std::max(needed_, near > 0 ? beyond / near * by : kMostSlack);
    }
  }

  void after(NodeId node, const Visit&) {
    for (std::int32_t i = 0; i < kTrialNeighbours; ++i) {
      if (queries_.truth(query_)[i] == node && !result_->is_noted(query_, i)) {
        result_->note(query_, i, needed_);
        --left_;
      }
    }
  }

  bool is_done() const { return left_ == 0; }

 private:
  const TrialQueries& queries_;
  const std::int32_t query_;
  TrialResult* result_;
  std::int32_t left_ = 0;
  float needed_ = 0;
};

/// Searches of one graph with queries made of its rows.
template <PageStore S>
class Trials {
 public:
  Trials(S& store, const GraphModel& model, const TrialQueries& queries,
         const CalibrationWork& work)
      : store_(store), model_(model), queries_(queries), work_(work), found_(work.arena) {}

  /// Searches by a query; adds what it visits.
  template <class Follower>
  Status ask(std::int32_t query, float slack, std::int64_t most, Follower* follower,
             GraphCounts* counts) {
    const GraphQuery prepared = queries_.query(query);
    const GraphLimits limits{.wanted = kLeastInView,
                             .ef = kLeastInView,
                             .filter = {},
                             .most_nodes = counts->nodes + most,
                             .slack = {slack, slack}};
    GraphSearch search{model_,
                       prepared,
                       limits,
                       work_.frontier,
                       &found_,
                       counts,
                       nullptr,
                       nullptr,
                       false,
                       0,
                       0,
                       0,
                       key_shift(model_, prepared.own.norm)};
    ScoredEntries entries;
    score_entries(model_, kMain, prepared, &entries);
    const Status status = search_all(store_, kMain, &entries, &search, follower);
    counts->stopped = false;
    return status;
  }

  /// Visits of some queries of each family: the mean of easy ones, the median of hard ones.
  Status count_visits(float slack, CalibratedRecall* out) {
    constexpr std::int32_t kOfFamily = kEasyQueries;
    double easy = 0;
    std::int64_t hard[(kTrialFamilies - 1) * kOfFamily];
    std::int32_t asked = 0;
    for (std::int32_t family = 0; family < kTrialFamilies; ++family) {
      const std::int32_t first = queries_.first(family);
      const std::int32_t step = (queries_.first(family + 1) - first) / kOfFamily;
      for (std::int32_t i = 0; i < kOfFamily; ++i) {
        Unfollowed nobody;
        GraphCounts counts{};
        const Status status = ask(first + i * step, slack, INT64_MAX / 2, &nobody, &counts);
        if (!status.ok()) {
          return status;
        }
        if (family == kEasyFamily) {
          easy += static_cast<double>(counts.nodes) / kOfFamily;
        } else {
          hard[asked++] = counts.nodes;
        }
      }
    }
    // The mean of so few says nothing: some queries halfway see ten times as much as others.
    std::nth_element(hard, hard + asked / 2, hard + asked);
    *out = {slack, static_cast<float>(easy), static_cast<float>(hard[asked / 2])};
    return {};
  }

 private:
  S& store_;
  const GraphModel& model_;
  const TrialQueries& queries_;
  const CalibrationWork& work_;
  Candidates found_;
};

/// Tries the main graph; the model has neither rows of nodes nor calibration. Nothing where it has
/// too few nodes, or rows that say nothing.
template <PageStore S>
Status calibrate(S& store, const GraphModel& model, const CalibrationWork& work,
                 GraphCalibration* out) {
  *out = {};
  const std::uint32_t nodes = model.meta.parts[kMain].nodes;
  if (nodes < kFewestTried) {
    return {};
  }
  TrialQueries queries(model, trial_queries(nodes), work.threads);
  TrialResult result(queries);
  if (!queries.take(work.arena) || !result.take(work.arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  Status status = take_sample(store, model, work.seed, &queries);
  if (!status.ok() || !queries.make(work.seed)) {
    return status;
  }
  if (status = find_truth(store, model, &queries); !status.ok()) {
    return status;
  }
  GraphModel tried = model;
  tried.meta.calibration.longest = queries.longest();
  Trials<S> trials(store, tried, queries, work);
  // That the slack grows with a power of the share that may be missing is an assumption.
  constexpr double kMostGrowth = 0.8;
  // What is not found by then costs more than it is worth.
  constexpr double kMostVisits = 7;
  const auto most = static_cast<std::int64_t>(kMostVisits * std::sqrt(nodes)) + kLeastInView;
  GraphCounts counts{};
  for (std::int32_t i = queries.first(kEasyFamily + 1); i < queries.count(); ++i) {
    NeededSlack needed(queries, i, &result);
    status = trials.ask(i, kMostSlack, most, &needed, &counts);
    if (!status.ok()) {
      return status;
    }
  }
  out->longest = queries.longest();
  for (std::size_t i = 0; i < kCalibratedRecalls.size(); ++i) {
    float slack = result.slack_for(kCalibratedRecalls[i]);
    if (i > 0) {
      // A trial that ended too early must not ask for more than what usually is enough.
      const double rest = (1 - kCalibratedRecalls[i - 1]) / (1 - kCalibratedRecalls[i]);
      slack =
          std::min(slack, out->at[i - 1].slack * static_cast<float>(std::pow(rest, kMostGrowth)));
    }
    status = trials.count_visits(slack, &out->at[i]);
    if (!status.ok()) {
      return status;
    }
    if (i > 0) {
      out->at[i].easy = std::max(out->at[i].easy, out->at[i - 1].easy);
      out->at[i].hard = std::max(out->at[i].hard, out->at[i - 1].hard);
    }
  }
  out->nodes = nodes;
  return {};
}

}  // namespace vecext

// The effort follows the queries that are observed.
#include "core/effort/missed_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace vecext::missed_rows_test {
namespace {

/// Queries whose rows need efforts around `median`, ten each. Half of what varies is the query's.
struct Workload {
  double median;
  double spread = 0.7;

  std::vector<float> needed(std::mt19937* random) const {
    std::normal_distribution<double> normal;
    const double of_query = normal(*random);
    std::vector<float> rows;
    for (int i = 0; i < 10; ++i) {
      const double log = spread * (of_query + normal(*random)) / std::sqrt(2.0);
      rows.push_back(static_cast<float>(median * std::exp(log)));
    }
    return rows;
  }
};

/// Searches that miss `truly` of the rows that need more than their effort.
struct Simulation {
  ObservedEffort observed{};
  std::mt19937 random{1};
  double truly = 1;

  double present(std::size_t recall) const {
    return observed.known.effort[recall] > 0 ? observed.known.effort[recall] : 1;
  }

  /// Observes queries; returns the recall of each that a search with the effort for a recall has.
  std::vector<double> run(const Workload& workload, int queries, std::size_t recall = 1) {
    std::vector<double> reached;
    std::uniform_real_distribution<double> uniform;
    for (int i = 0; i < queries; ++i) {
      const std::vector<float> needed = workload.needed(&random);
      const double effort = present(recall);
      bool is_missed[10];
      std::transform(needed.begin(), needed.end(), is_missed,
                     [&](float one) { return one > effort && uniform(random) < truly; });
      observed.add({needed.data(), is_missed, 10, 10, effort, 100 * effort, 10});
      reached.push_back(1 - std::count(is_missed, is_missed + 10, true) / 10.0);
    }
    return reached;
  }
};

double mean_of(const std::vector<double>& x, std::size_t from, std::size_t to) {
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    sum += x[i];
  }
  return sum / static_cast<double>(to - from);
}

/// The least mean of 300 that follow each other.
double least_window(const std::vector<double>& x) {
  double least = 1;
  for (std::size_t i = 0; i + 300 <= x.size(); ++i) {
    least = std::min(least, mean_of(x, i, i + 300));
  }
  return least;
}

TEST_CASE("observed effort: steps double every eight") {
  CHECK(effort_of_step(0) == doctest::Approx(1.0 / 32));
  CHECK(effort_of_step(40) == doctest::Approx(1));
  CHECK(effort_of_step(kEffortSteps - 1) == doctest::Approx(8));
}

TEST_CASE("observed effort: nothing is known before enough queries were seen") {
  Simulation few;
  few.run({.05}, static_cast<int>(kFewestObserved) - 1);
  CHECK(few.observed.known.effort[1] == 0);
  few.run({.05}, 1);
  CHECK(few.observed.known.effort[1] > 0);
}

TEST_CASE("observed effort: the recall is the target, whatever the queries need") {
  for (const double truly : {1.0, 0.6}) {
    for (const double median : {.05, .2, .5}) {
      for (const std::size_t recall : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        CAPTURE(truly);
        CAPTURE(median);
        CAPTURE(recall);
        auto simulation = std::make_unique<Simulation>();
        simulation->truly = truly;
        const std::vector<double> reached = simulation->run({median}, 5000, recall);
        const double mean = mean_of(reached, 500, reached.size());
        CHECK(mean > kEffortRecalls[recall] - .005);
        CHECK(mean < kEffortRecalls[recall] + .5 * (1 - kEffortRecalls[recall]));
        CHECK(simulation->observed.known.effort[0] <= simulation->observed.known.effort[1]);
        CHECK(simulation->observed.known.effort[1] <= simulation->observed.known.effort[2]);
        CHECK(simulation->observed.known.effort[2] <= simulation->observed.known.effort[3]);
      }
    }
  }
}

TEST_CASE("observed effort: a workload that becomes harder, easier and mixed is followed") {
  for (const double truly : {1.0, 0.6}) {
    CAPTURE(truly);
    auto simulation = std::make_unique<Simulation>();
    simulation->truly = truly;
    simulation->run({.05}, 1000);
    const double easy = simulation->present(1);
    for (const double median : {.15, .05, .2, .05}) {
      CAPTURE(median);
      const std::vector<double> reached = simulation->run({median}, 1500);
      CHECK(mean_of(reached, 500, 1500) > .94);
      CHECK(mean_of(reached, 500, 1500) < .98);
      CHECK(least_window(reached) > .92);
    }
    CHECK(simulation->present(1) < 1.3 * easy);
    CHECK(simulation->observed.known.steps == doctest::Approx(100 * easy).epsilon(.3));
    std::vector<double> mixed;
    for (int i = 0; i < 1500; ++i) {
      mixed.push_back(simulation->run({i % 2 == 0 ? .05 : .2}, 1)[0]);
    }
    CHECK(mean_of(mixed, 500, 1500) > .94);
    CHECK(least_window(mixed) > .92);
  }
}

TEST_CASE("observed effort: the nearest rows are not missed more often than all") {
  // Two of ten need an effort of 2, the others of forty one of .1: as the nearest of a search for
  // more rows, or the farthest.
  std::vector<float> needed(40, .1F);
  constexpr bool kFound[40] = {};
  for (const bool are_nearest : {false, true}) {
    CAPTURE(are_nearest);
    std::fill(needed.begin(), needed.end(), .1F);
    std::fill_n(are_nearest ? needed.begin() : needed.end() - 2, 2, 2.0F);
    for (const std::int32_t nearest : {10, 40}) {
      CAPTURE(nearest);
      ObservedEffort observed{};
      for (int i = 0; i < 500; ++i) {
        observed.add({needed.data(), kFound, 40, nearest, 4, 10, 40});
      }
      const bool is_needed = are_nearest && nearest == 10;
      CHECK(observed.known.effort[0] == doctest::Approx(is_needed ? 2 : .1).epsilon(.1));
    }
  }
}

TEST_CASE("observed effort: rows that no effort finds do not make it infinite") {
  Simulation simulation;
  const std::vector<float> never(10, HUGE_VALF);
  constexpr bool kMissed[10] = {true, true, true, true, true, true, true, true, true, true};
  for (int i = 0; i < 1000; ++i) {
    simulation.observed.add({never.data(), kMissed, 10, 10, 1, 5, 10});
  }
  for (const float effort : simulation.observed.known.effort) {
    CHECK(effort == doctest::Approx(8));
  }
  simulation.run({.05}, 2000);
  CHECK(simulation.observed.known.effort[1] < 1);
}

TEST_CASE("observed effort: efforts that were kept are gone on with") {
  for (const double median : {.05, .2}) {
    CAPTURE(median);
    Simulation before;
    before.truly = .6;
    before.run({median}, 2000);
    Simulation after;
    after.truly = .6;
    REQUIRE(after.observed.restore(before.observed.known, before.observed.queries));
    for (std::size_t i = 0; i < kEffortRecalls.size(); ++i) {
      CHECK(after.observed.known.effort[i] == before.observed.known.effort[i]);
    }
    const std::vector<double> same = after.run({median}, 500);
    CHECK(mean_of(same, 0, 500) > .94);
    CHECK(mean_of(same, 0, 500) < .985);
    // Harder queries are followed as if nothing had been between.
    const std::vector<double> harder = after.run({median * 3}, 1500);
    CHECK(mean_of(harder, 500, 1500) > .94);
    CHECK(least_window(harder) > .91);
    const std::vector<double> easier = after.run({median}, 1500);
    CHECK(mean_of(easier, 500, 1500) < .98);
  }
}

TEST_CASE("observed effort: efforts that no search has had are not") {
  const QueryEffort sound{.effort = {.1F, .2F, .4F, .8F}, .steps = 10, .rows = 10};
  Simulation simulation;
  for (const float one : {0.0F, -1.0F, 1e-6F, 9.0F, NAN, HUGE_VALF, .05F}) {
    CAPTURE(one);
    QueryEffort kept = sound;
    kept.effort[1] = one;
    CHECK_FALSE(simulation.observed.restore(kept, 300));
    CHECK_FALSE(simulation.observed.known.is_known());
  }
  for (const float one : {NAN, -1.0F, 1e30F}) {
    CAPTURE(one);
    QueryEffort kept = sound;
    kept.steps = one;
    CHECK_FALSE(simulation.observed.restore(kept, 300));
    kept = sound;
    kept.rows = one;
    CHECK_FALSE(simulation.observed.restore(kept, 300));
  }
  CHECK(simulation.observed.restore(sound, 0));
  CHECK(simulation.observed.queries == kFewestObserved);
}

}  // namespace
}  // namespace vecext::missed_rows_test

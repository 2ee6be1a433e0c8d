// What trials say of a slack: the recall that it reaches, and the slack that a recall takes.
#include "core/graph/calibrate/trial_result.h"

#include "core/graph/calibrate/trials.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test::trial_result_test {
namespace {

constexpr std::int32_t kQueries = 40;
constexpr float kNever = std::numeric_limits<float>::infinity();

/// Trials in which each query of a family needs the same slack for all of its neighbors but the
/// last ones.
struct Tried {
  TestArena arena;
  TrialTruth truth{kQueries};
  TrialResult result;

  Tried(double truly_missed, bool is_sample) : result(truth, truly_missed, is_sample) {
    REQUIRE(truth.reserve(arena));
    REQUIRE(result.reserve(arena));
  }

  void note(std::int32_t family, std::int32_t last_ones, float slack, float of_last_ones) {
    for (std::int32_t q = truth.first(family); q < truth.first(family + 1); ++q) {
      for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
        truth.of(q)[i] = static_cast<NodeId>(q * kTrialNeighbors + i);
        const float needed = i < kTrialNeighbors - last_ones ? slack : of_last_ones;
        if (needed < kNever) {
          result.note(q, i, {needed, needed});
        }
      }
    }
  }

  GraphCalibration calibration() const {
    GraphCalibration calibration{};
    set_slacks(result, &calibration);
    return calibration;
  }
};

TEST_CASE("a recall that trials do not reach is not said to be reached") {
  Tried tried(0.77, false);
  tried.note(1, 0, 0.1F, 0.1F);
  tried.note(2, 4, 0.1F, kNever);
  tried.note(3, 1, 0.1F, kNever);
  for (const CalibratedRecall& at : tried.calibration().at) {
    CHECK(at.slack >= kMostSlack);
    CHECK(tried.result.recall_with(at.slack, 1) == doctest::Approx(0.6));
    CHECK(tried.result.recall_with(at.slack, 0.5) == doctest::Approx(0.8));
  }
}

TEST_CASE("the recall reached is that of the slack kept, which grows no faster than it may") {
  Tried tried(0.77, false);
  tried.note(1, 1, 0.02F, 3);
  tried.note(2, 1, 0.02F, 3);
  const GraphCalibration calibration = tried.calibration();
  CHECK(calibration.at[0].slack < 0.03F);
  CHECK(calibration.at[1].slack < 2 * calibration.at[0].slack);
  for (const CalibratedRecall& at : calibration.at) {
    CHECK(tried.result.recall_with(at.slack, 0.77) == doctest::Approx(1 - 0.77 * 0.1));
  }
}

TEST_CASE("a recall that trials reach is reached without the margins for few queries") {
  for (const bool is_sample : {false, true}) {
    CAPTURE(is_sample);
    Tried tried(1, is_sample);
    tried.note(1, 0, 0.5F, 0.5F);
    for (const CalibratedRecall& at : tried.calibration().at) {
      CHECK(tried.result.recall_with(at.slack, 1) == 1);
      CHECK(at.slack >= 0.5F);
    }
    CHECK(tried.result.recall_with(0.4F, 1) == 0);
  }
}

TEST_CASE("a search finds what lies among the fewest visits, and not what no trial has found") {
  Tried tried(0.77, false);
  tried.note(1, 0, 3, 3);
  CHECK(tried.result.recall_with(0.1F, 1) == doctest::Approx(0));
  for (std::int32_t q = tried.truth.first(1); q < tried.truth.first(2); ++q) {
    for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
      tried.result.note(q, i, {3, i < 5 ? 0.0F : kNever});
    }
  }
  CHECK(tried.result.slack_for(0.9) == doctest::Approx(3).epsilon(0.03));
  CHECK(tried.result.recall_with(0.1F, 1) == doctest::Approx(0.5));
  CHECK(tried.result.recall_with(kMostSlack, 1) == doctest::Approx(0.5));
}

TEST_CASE("searches show how much of what seems to need more slack they miss") {
  Tried tried(0.77, false);
  tried.note(1, 4, 0.1F, 3);
  MissCheck check(tried.truth, tried.result, 0.1F);
  check.begin(0);
  CHECK(check.truly_missed(0.77) == doctest::Approx(0.77));
  const std::int32_t query = tried.truth.first(1);
  for (const std::int32_t found : {0, 9, 6, 9}) {
    check.begin(query);
    check.after(tried.truth.of(query)[found], kNoRow);
    check.after(tried.truth.of(query)[found], kNoRow);
  }
  CHECK(check.truly_missed(0.77) == doctest::Approx((7.7 + 13) / (10 + 16)));
}

TEST_CASE("a family of trials without true neighbors says nothing") {
  TestArena arena;
  TrialTruth truth(64);
  TrialResult result(truth, 1, true);
  REQUIRE(truth.reserve(arena));
  REQUIRE(result.reserve(arena));
  CHECK(!result.says_anything());
  CHECK(result.recall_with(0, 1) == 1);
  for (std::int32_t i = 0; i < kTrialNeighbors; ++i) {
    truth.of(0)[i] = 7;
  }
  CHECK(!result.says_anything());
  for (std::int32_t q = truth.first(2); q < truth.first(3); ++q) {
    truth.of(q)[0] = 7;
    result.note(q, 0, {0.3F, 0.3F});
  }
  CHECK(result.says_anything());
  CHECK(result.slack_for(0.95) == doctest::Approx(0.3).epsilon(0.04));
  CHECK(result.recall_with(0.2F, 1) == 0);
  CHECK(result.recall_with(0.3F, 1) == 1);
}

TEST_CASE("a query whose neighbors are not found counts as much as any other") {
  // Of a sample of a sixth, few others are nearer than the tenth row of a search that finds all;
  // ten are nearer than that of one that finds none.
  TestArena arena;
  TrialTruth truth(kQueries);
  TrialResult result(truth, 1, true, 1.0 / 6);
  REQUIRE(truth.reserve(arena));
  REQUIRE(result.reserve(arena));
  for (std::int32_t q = truth.first(2); q < truth.first(3); ++q) {
    const bool is_lost = q % 4 == 0;
    for (std::int32_t i = 0; i < (is_lost ? kTrialNeighbors : 1); ++i) {
      truth.of(q)[i] = static_cast<NodeId>(i);
      result.note(q, i, {0.3F, is_lost ? kNever : 0.3F});
    }
  }
  CHECK(result.recall_with(1, 1) == doctest::Approx(0.75));
}

}  // namespace
}  // namespace vecext::test::trial_result_test

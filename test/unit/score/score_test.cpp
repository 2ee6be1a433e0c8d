#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "core/score/decay.h"
#include "core/score/examples.h"
#include "core/score/fusion.h"
#include "core/score/mmr.h"
#include "core/score/ranking_quality.h"

namespace vecext::score_test {

namespace {

constexpr double kTolerance = 1e-6;

bool near(double a, double b) {
  return std::fabs(a - b) < kTolerance;
}

using Values = std::vector<double>;

}  // namespace

TEST_CASE("score: the better of the best examples decides") {
  CHECK(near(best_score(Values{.8}, Values{.3}), .722222));
  CHECK(near(best_score(Values{.3}, Values{.8}), -.722222));
  CHECK(near(best_score(Values{.1, .8}, Values{.3, -1}), .722222));
  CHECK(near(best_score(Values{.8}, Values{}), .722222));
  CHECK(near(best_score(Values{}, Values{.8}), -.722222));
  // A tie takes the negative branch.
  CHECK(near(best_score(Values{.5}, Values{.5}), -.666667));
  // Negated distances.
  CHECK(near(best_score(Values{-1}, Values{-3}), .25));
}

TEST_CASE("score: sums of similarities") {
  CHECK(near(sum_scores(Values{.5, .25}, Values{1}), -.25));
  CHECK(near(sum_scores(Values{}, Values{.5}), -.5));
}

TEST_CASE("score: discovery counts pairs, then orders by the target") {
  CHECK(near(discovery_score(.8, Values{.9, .4}, Values{.1, .3}), 2.722222));
  CHECK(near(discovery_score(.8, Values{.1, .4}, Values{.9, .3}), .722222));
  CHECK(near(discovery_score(.8, Values{.5}, Values{.5}), .722222));
  CHECK(near(discovery_score(.8, Values{}, Values{}), .722222));
  CHECK(near(discovery_score(.8, Values{.1}, Values{.5}), -.277778));
}

TEST_CASE("score: context is about the wrong side alone") {
  CHECK(near(context_score(Values{.2}, Values{.5}), -.230769));
  CHECK(context_score(Values{.5}, Values{.2}) == 0);
  CHECK(context_score(Values{.5}, Values{.5}) < 0);
  CHECK(near(context_score(Values{.2, .2, .9}, Values{.5, .5, .1}), -.461538));
}

TEST_CASE("score: relevance feedback") {
  const FeedbackWeights weights{.a = .5, .b = 2, .c = 3};
  CHECK(near(feedback_score(.8, Values{.9}, Values{.4}, Values{.5}, weights), .775));
  CHECK(near(feedback_score(.8, Values{}, Values{}, Values{}, weights), .4));
}

TEST_CASE("fusion: reciprocal ranks") {
  const auto fuse = [](const std::vector<std::vector<int>>& lists, double k,
                       const Values& weights) {
    ReciprocalRank constants = kQdrantRank;
    constants.k = k;
    std::map<int, double> scores;
    for (std::size_t list = 0; list < lists.size(); ++list) {
      for (std::size_t rank = 0; rank < lists[list].size(); ++rank) {
        scores[lists[list][rank]] +=
            reciprocal_rank(constants, static_cast<std::int64_t>(rank), weights[list]);
      }
    }
    return scores;
  };
  auto scores = fuse({{1, 2, 3}, {3, 1, 4}}, kQdrantRank.k, {1, 1});
  CHECK(near(scores[1], .833333));
  CHECK(near(scores[3], .75));
  CHECK(near(scores[2], .333333));
  CHECK(near(scores[4], .25));
  // The textbook's constant 60 counts ranks from 1.
  scores = fuse({{1, 2}}, 61, {1});
  CHECK(near(scores[1], 1.0 / 61));
  CHECK(near(scores[2], 1.0 / 62));
  scores = fuse({{1, 2}, {2}}, 2, {2, 0});
  CHECK(near(scores[1], 1 / (.5 + 1)));
  CHECK(near(scores[2], 1 / (1.0 + 1)));
}

TEST_CASE("fusion: by the distribution of scores") {
  Values a{.9, .8, .1};
  Values b{5, 4, 1};
  Values c{7};
  normalize_by_distribution(a);
  normalize_by_distribution(b);
  normalize_by_distribution(c);
  CHECK(near(a[0] + b[1], 1.168084));
  CHECK(near(a[2] + b[0], .942260));
  CHECK(near(a[1], .576472));
  CHECK(near(c[0], .5));
  CHECK(near(b[2], .313184));
  Values equal{3, 3, 3};
  normalize_by_distribution(equal);
  CHECK(equal == Values{.5, .5, .5});
  for (std::size_t n = 2; n < 50; ++n) {
    Values same(n, .7);
    normalize_by_distribution(same);
    CHECK(same == Values(n, .5));
  }
  Values none;
  normalize_by_distribution(none);
}

TEST_CASE("mmr: relevance and difference") {
  const Values relevance{.9, .89, .5};
  const auto similarity = [](std::size_t i, std::size_t j) {
    const bool is_pair = (i == 0 && j == 1) || (i == 1 && j == 0);
    return is_pair ? .99 : 0.0;
  };
  const auto choose = [&](double lambda, std::size_t count) {
    Values nearest(relevance.size());
    std::vector<std::int32_t> chosen(count);
    choose_by_marginal_relevance(relevance, lambda, nearest, chosen, similarity);
    return chosen;
  };
  CHECK(choose(.5, 3) == std::vector<std::int32_t>{0, 2, 1});
  CHECK(choose(1, 3) == std::vector<std::int32_t>{0, 1, 2});
  CHECK(choose(0, 2) == std::vector<std::int32_t>{0, 2});
  CHECK(choose(.5, 1) == std::vector<std::int32_t>{0});
  CHECK(choose(.5, 0).empty());
}

TEST_CASE("mmr: similarities that are no numbers") {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto choose = [](const Values& relevance, double lambda, auto similarity) {
    Values nearest(relevance.size());
    std::vector<std::int32_t> chosen(relevance.size());
    choose_by_marginal_relevance(relevance, lambda, nearest, chosen, similarity);
    return chosen;
  };
  // Of the first one chosen nothing is known: the others differ from each other all the same.
  for (const double none : {kNone, -kInfinity}) {
    const auto similarity = [=](std::size_t i, std::size_t j) {
      return i == 0 || j == 0 ? none : (i + j == 5 ? .99 : 0.0);
    };
    CHECK(choose({.9, .5, .8, .79}, .5, similarity) == std::vector<std::int32_t>{0, 2, 1, 3});
  }
  CHECK(choose({.9, .8, .85}, .5, [=](auto...) { return kNone; }) ==
        std::vector<std::int32_t>{0, 2, 1});
  CHECK(choose({.9, .8, .85}, 1, [=](auto...) { return kInfinity; }) ==
        std::vector<std::int32_t>{0, 2, 1});
  // The one that is most like those chosen comes last.
  CHECK(choose({.9, .8, .7}, .5, [=](std::size_t i, std::size_t j) {
          return i + j == 1 ? kInfinity : 0.0;
        }) == std::vector<std::int32_t>{0, 2, 1});
  // Numbers come before what is none.
  CHECK(choose({kNone, .5, kNone, .7}, .5, [](auto...) { return 0.0; }) ==
        std::vector<std::int32_t>{3, 1, 0, 2});
}

TEST_CASE("decay: the midpoint is at the scale") {
  for (const DecayKind kind : {DecayKind::kExponential, DecayKind::kGaussian, DecayKind::kLinear}) {
    CHECK(near(decay(kind, 0, 7, .3), 1));
    CHECK(near(decay(kind, 7, 7, .3), .3));
    CHECK(near(decay(kind, -7, 7, .3), .3));
  }
  CHECK(near(decay(DecayKind::kExponential, 2, 1, .5), .25));
  CHECK(near(decay(DecayKind::kGaussian, 2, 1, .5), .0625));
  CHECK(near(decay(DecayKind::kLinear, 1.5, 1, .5), .25));
  CHECK(decay(DecayKind::kLinear, 9, 1, .5) == 0);
}

TEST_CASE("score: discounted gains") {
  CHECK(discounted_gain(Values{}) == 0);
  CHECK(near(discounted_gain(3, 0), 3));
  CHECK(near(discounted_gain(3, 2), 1.5));
  CHECK(near(discounted_gain(Values{3, 0, 2}), 4));
}

TEST_CASE("score: reciprocal ranks from 1 are those from 0 with a smaller constant") {
  const auto from = [](int first_rank, double k, RankWeight weight = RankWeight::kTerm) {
    return ReciprocalRank{.k = k, .first_rank = first_rank, .weight = weight};
  };
  CHECK(reciprocal_rank(kReciprocalRank, 0, 1) == 1 / 61.);
  CHECK(reciprocal_rank(kReciprocalRank, 9, 2) == 2 / 70.);
  CHECK(reciprocal_rank(kQdrantRank, 0, 1) == 1 / 2.);
  for (const auto weight : {RankWeight::kTerm, RankWeight::kRank}) {
    for (int before = 0; before < 5; ++before) {
      CHECK(near(reciprocal_rank(from(1, 1, weight), before, 3),
                 reciprocal_rank(from(0, 2, weight), before, 3)));
      CHECK(near(reciprocal_rank(from(1, 60, weight), before, 3),
                 reciprocal_rank(from(0, 61, weight), before, 3)));
    }
  }
}

TEST_CASE("score: a weight is that of terms or of ranks") {
  const ReciprocalRank ranks{.k = 60, .first_rank = 1, .weight = RankWeight::kRank};
  CHECK(near(reciprocal_rank(kReciprocalRank, 3, 2), 2 / 64.));
  CHECK(near(reciprocal_rank(ranks, 3, 2), 1 / 62.));
  CHECK(reciprocal_rank(kReciprocalRank, 3, -2) < 0);
  CHECK(reciprocal_rank(ranks, 3, -2) == 0);
  CHECK(reciprocal_rank(ranks, 3, 0) == 0);
}

TEST_CASE("score: terms of a list") {
  const auto terms = [](const ScoreTerm& term, double weight) {
    Values scores{3, 2, -1};
    replace_by_terms({.term = term, .weight = weight}, scores);
    return scores;
  };
  CHECK(terms(kReciprocalRank, 61) == Values{1, 61 / 62., 61 / 63.});
  CHECK(terms(PlaceInRange{}, 2) == Values{2, 1.5, 0});
  CHECK(terms(PlaceAboveLeast{-5}, 1) == Values{1, 7 / 8., .5});
  const Values spread = terms(PlaceInDistribution{}, 2);
  CHECK(near(spread[0] + spread[1] + spread[2], 3));
}

TEST_CASE("score: scores between the least and the greatest") {
  Values scores{.9, .8, .1};
  normalize_by_range(scores);
  CHECK(near(scores[0], 1));
  CHECK(near(scores[1], .875));
  CHECK(near(scores[2], 0));
  Values same{-3, -3};
  normalize_by_range(same);
  CHECK(same == Values{1, 1});
  Values none;
  normalize_by_range(none);
  CHECK(none.empty());
  Values cosines{1, 0, -1};
  normalize_from(-1, cosines);
  CHECK(cosines == Values{1, .5, 0});
  Values opposite{-1};
  normalize_from(-1, opposite);
  CHECK(opposite == Values{1});
}

TEST_CASE("score: infinite ones are the highest or lowest, NaN is the lowest") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Values relative{kInfinity, 5, nan, -kInfinity};
  normalize_by_range(relative);
  CHECK(relative[0] == 1);
  CHECK(near(relative[1], .5));
  CHECK(relative[2] == 0);
  CHECK(relative[3] == 0);
  Values far{kInfinity, kInfinity, 2};
  normalize_from(-1, far);
  CHECK(far[0] == 1);
  CHECK(near(far[2], 0));
  Values spread{kInfinity, 1, nan};
  normalize_by_distribution(spread);
  CHECK(near(spread[0], 2.0 / 3));
  CHECK(near(spread[1], .5));
  CHECK(near(spread[2], 1.0 / 3));
}

}  // namespace vecext::score_test

// End to end: vectors in lists, codes in blocks, a query's table, the kernels; each estimate
// against the score itself.
#include <doctest/doctest.h>

#include <cmath>

#include "cluster/counted_arena.h"
#include "core/kernel/kernel.h"
#include "core/quant/rotation.h"
#include "quant/samples.h"

namespace vecext::estimate_test {
namespace {

constexpr std::int32_t kLanes = 32;
constexpr int kLists = 60;
constexpr int kQueries = 6;
constexpr float kBoundWidth = 1.6f;
constexpr double kGaussianShare = 0.0548;  // beyond 1.6 deviations on one side

/// Errors in units of the deviation that error_stddev() promises.
struct Errors {
  double sum = 0;
  double squares = 0;
  int count = 0;
  int beyond = 0;  // scores under their bound

  double mean() const { return sum / count; }
  double deviation() const { return std::sqrt(squares / count); }
  double share_beyond() const { return static_cast<double>(beyond) / count; }
};

/// One list: a centroid, 32 rows around it, their codes in a block.
struct List {
  std::vector<float> centroid;
  std::vector<std::vector<float>> rows;
  std::vector<std::uint8_t> block;
  std::vector<Half> a = std::vector<Half>(kLanes);
  std::vector<Half> b = std::vector<Half>(kLanes);
  float scale;
};

/// Of data whose dimensions are anything but alike, before they are rotated.
std::vector<float> uneven_values(const Rotation& rotation, std::mt19937& random, float size) {
  std::vector<float> x = normal_values(rotation.dims, random, size);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] /= static_cast<float>(1 + i % 7);
  }
  rotate(rotation, x.data());
  return x;
}

std::vector<float> sum_of(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> sum = a;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] += b[i];
  }
  return sum;
}

List random_list(const Codec& codec, const Rotation& rotation, std::mt19937& random) {
  List list;
  list.centroid = uneven_values(rotation, random, 1);
  double squares = 0;
  for (std::int32_t lane = 0; lane < kLanes; ++lane) {
    list.rows.push_back(sum_of(list.centroid, uneven_values(rotation, random, 20)));
    squares += distance_squared(list.rows.back(), list.centroid);
  }
  list.scale = factor_scale(static_cast<float>(squares / kLanes));
  list.block.assign(static_cast<std::size_t>(codec.groups()) * 16, 0);
  for (std::int32_t lane = 0; lane < kLanes; ++lane) {
    const auto i = static_cast<std::size_t>(lane);
    const Coded coded = code_of(codec, list.rows[i], list.centroid, list.scale);
    put_lane(list.block.data(), codec.groups(), lane, coded.nibbles.data());
    list.a[i] = coded.factors.a;
    list.b[i] = coded.factors.b;
  }
  return list;
}

void add_errors(const Codec& codec, const List& list, const std::vector<float>& q,
                const QueryTable& query, Errors* errors) {
  const bool product = codec.metric == Metric::kInnerProduct;
  const double apart = distance_squared(q, list.centroid);
  const double base = product ? -dot(q, list.centroid) : apart;
  const kernel::EstimateTerms terms = {
      .base = static_cast<float>(base),
      .scale = list.scale,
      .step = query.step,
      .offset = query.offset,
      .slack = kBoundWidth * error_stddev(codec) * static_cast<float>(std::sqrt(apart))};
  std::uint32_t sums[kLanes];
  float estimates[kLanes];
  float bounds[kLanes];
  const kernel::ScanKernels& scan = kernel::active().scan;
  scan.sum_codes(list.block.data(), query.table, static_cast<std::size_t>(codec.groups()), sums);
  scan.estimate(sums, list.a.data(), list.b.data(), terms, 0, estimates, bounds);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    const std::vector<float>& x = list.rows[lane];
    const double score = product ? -dot(q, x) : distance_squared(q, x);
    const double deviation =
        error_stddev(codec) * list.scale * value_of(list.b[lane]) * std::sqrt(apart);
    const double error = (estimates[lane] - score) / deviation;
    errors->sum += error;
    errors->squares += error * error;
    errors->count += 1;
    errors->beyond += score < bounds[lane];
  }
}

Errors errors_of(const Codec& codec) {
  std::mt19937 random(1);
  Errors errors;
  std::vector<std::uint8_t> table(static_cast<std::size_t>(codec.groups()) * 16);
  for (int l = 0; l < kLists; ++l) {
    const Rotation rotation = {codec.dims, static_cast<std::uint64_t>(l)};
    const List list = random_list(codec, rotation, random);
    for (int i = 0; i < kQueries; ++i) {
      const auto q = sum_of(list.centroid, uneven_values(rotation, random, 10));
      QueryTable query = {table.data(), 0, 0};
      prepare_query(codec, q.data(), &query);
      add_errors(codec, list, q, query, &errors);
    }
  }
  return errors;
}

TEST_CASE("estimates are unbiased, spread as promised, and bounds hold as often as they should") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
    for (const std::int32_t bits : {1, 2, 4}) {
      for (const std::int32_t dims : {100, 512}) {
        for (const std::int32_t coded : {dims, dims / 2 / 4 * 4}) {
          CAPTURE(static_cast<int>(metric));
          CAPTURE(bits);
          CAPTURE(dims);
          CAPTURE(coded);
          const Errors errors = errors_of({metric, bits, dims, coded});
          // 11,520 errors that share 1,920 codes: four standard errors of each figure.
          CHECK(std::fabs(errors.mean()) < 0.06);
          CHECK(errors.deviation() > 0.94);
          CHECK(errors.deviation() < 1.06);
          CHECK(std::fabs(errors.share_beyond() - kGaussianShare) < 0.015);
        }
      }
    }
  }
}

TEST_CASE("in few dimensions codes are better than promised") {
  for (const std::int32_t bits : {1, 2, 4}) {
    CAPTURE(bits);
    const Errors errors = errors_of({Metric::kL2, bits, 16, 16});
    CHECK(std::fabs(errors.mean()) < 0.06);
    CHECK(errors.deviation() > 0.75);
    CHECK(errors.deviation() < 1);
    CHECK(errors.share_beyond() < kGaussianShare);
  }
}

}  // namespace
}  // namespace vecext::estimate_test

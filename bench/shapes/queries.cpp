// Rows, means and directions.
#include "shapes/queries.h"

#include <cmath>
#include <functional>

namespace bench {
namespace {

using Row = std::span<const float>;

double mean_length(const Matrix<float>& rows) {
  double squares = 0;
  for (const float x : rows.values) {
    squares += double{x} * x;
  }
  return std::sqrt(squares / static_cast<double>(rows.rows));
}

}  // namespace

std::vector<FamilyRange> ask_families(const Points& points, std::size_t count, std::uint32_t seed,
                                      Dataset& data) {
  const std::size_t dims = points.base.columns;
  Random random(seed);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<float> times(10, 20);
  std::vector<FamilyRange> families;
  data.queries = {0, dims, {}};
  const auto add = [&](const char* name, std::size_t queries,
                       const std::function<float(std::size_t)>& element,
                       const std::function<void()>& next) {
    families.push_back({name, data.queries.rows, queries});
    for (std::size_t i = 0; i < queries; ++i) {
      next();
      for (std::size_t j = 0; j < dims; ++j) {
        data.queries.values.push_back(element(j));
      }
    }
    data.queries.rows += queries;
  };
  Row row, other;
  float factor = 1;
  std::size_t held_out = 0;
  const auto any = [&] { return points.base.row(random() % points.base.rows); };
  const auto next_held_out = [&] { return points.held_out.row(held_out++ % points.held_out.rows); };
  add(
      kOwn, 2 * count, [&](auto j) { return row[j]; },
      [&] { row = points.base.row(random() % points.base.rows / 2 * 2); });
  add(
      "held-out", count, [&](auto j) { return row[j]; }, [&] { row = next_held_out(); });
  add(
      "mean", count, [&](auto j) { return (row[j] + other[j]) / 2; },
      [&] { row = any(), other = any(); });
  const auto unit = static_cast<float>(mean_length(points.base) / std::sqrt(double(dims)));
  add(
      "far", count, [&](auto) { return factor * unit * normal(random); },
      [&] { factor = times(random); });
  if (data.metric == Metric::kEuclidean) {
    add(
        "scaled", count, [&](auto j) { return factor * row[j]; },
        [&] { row = next_held_out(), factor = times(random); });
  }
  return families;
}

}  // namespace bench

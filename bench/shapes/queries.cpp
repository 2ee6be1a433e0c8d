// Rows, means and directions.
#include "shapes/queries.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <span>

namespace bench {
namespace {

/// Root mean square.
float length_of(const Matrix<float>& rows) {
  double squares = 0;
  for (const float x : rows.values) {
    squares += double{x} * x;
  }
  return static_cast<float>(std::sqrt(squares / static_cast<double>(rows.rows)));
}

class Asker {
 public:
  using Fill = std::function<void(std::span<float> query)>;

  explicit Asker(Dataset& data) : data_(data) { data.queries = {0, data.base.columns, {}}; }

  /// Queries that `fill` makes of zeros.
  void add(const char* name, std::size_t count, const Fill& fill) {
    Matrix<float>& queries = data_.queries;
    families_.push_back({name, queries.rows, count});
    queries.rows += count;
    queries.values.resize(queries.rows * queries.columns);
    for (std::size_t i = queries.rows - count; i < queries.rows; ++i) {
      fill(std::span(queries.values).subspan(i * queries.columns, queries.columns));
    }
  }

  std::vector<FamilyRange> families() { return std::move(families_); }

 private:
  Dataset& data_;
  std::vector<FamilyRange> families_;
};

void add(std::span<const float> row, float weight, std::span<float> out) {
  for (std::size_t j = 0; j < out.size(); ++j) {
    out[j] += weight * row[j];
  }
}

}  // namespace

std::vector<FamilyRange> ask_families(const Matrix<float>& held_out, std::size_t count,
                                      std::uint32_t seed, Dataset& data) {
  const Matrix<float>& base = data.base;
  Random random(seed);
  std::uniform_real_distribution<float> times(10, 20);
  std::size_t next = 0;
  Asker asker(data);
  asker.add(kOwn, 2 * count,
            [&](auto query) { add(base.row(random() % base.rows / 2 * 2), 1, query); });
  asker.add(kHeldOut, count,
            [&](auto query) { add(held_out.row(next++ % held_out.rows), 1, query); });
  asker.add(kMean, count, [&](auto query) {
    add(base.row(random() % base.rows), .5F, query);
    add(base.row(random() % base.rows), .5F, query);
  });
  std::normal_distribution<float> normal(
      0, length_of(base) / std::sqrt(static_cast<float>(base.columns)));
  asker.add(kFar, count / 2, [&](auto query) {
    const float by = times(random);
    std::ranges::generate(query, [&] { return by * normal(random); });
  });
  if (data.metric == Metric::kEuclidean) {
    asker.add(kScaled, count / 2,
              [&](auto query) { add(held_out.row(next++ % held_out.rows), times(random), query); });
  }
  return asker.families();
}

}  // namespace bench

// Means, mixtures and noise.
#include "common/families.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <span>
#include <utility>

namespace bench {
namespace {

/// Of a row's length: the noise of rows that a data set is enlarged by.
constexpr float kJitter = .5F;
/// Rows that the farthest, or the nearest, of a row is looked for among.
constexpr std::size_t kSample = 2000;

using Random = std::mt19937;
using Row = std::span<const float>;

float length(Row row) {
  double squares = 0;
  for (const float x : row) {
    squares += double{x} * x;
  }
  return static_cast<float>(std::sqrt(squares));
}

/// out += weight * row.
void add(Row row, float weight, float* out) {
  for (std::size_t j = 0; j < row.size(); ++j) {
    out[j] += weight * row[j];
  }
}

/// Adds a random vector of about the given length.
void add_noise(float of_length, std::size_t dims, Random& random, float* out) {
  std::normal_distribution<float> normal(0, of_length / std::sqrt(static_cast<float>(dims)));
  for (std::size_t j = 0; j < dims; ++j) {
    out[j] += normal(random);
  }
}

/// The n rows of the first kSample that `before` has first, by their distance to row `of`.
template <class Before>
std::vector<std::size_t> first_by_distance(Metric metric, const Matrix<float>& rows, std::size_t of,
                                           std::size_t n, const Before& before) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < std::min(kSample, rows.rows); ++i) {
    if (i != of) {
      order.emplace_back(distance(metric, rows.row(of), rows.row(i)), i);
    }
  }
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(n), order.end(),
                    [&](const auto& a, const auto& b) { return before(a.first, b.first); });
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < n; ++i) {
    found.push_back(order[i].second);
  }
  return found;
}

class Maker {
 public:
  Maker(const Dataset& data, std::size_t count, std::uint32_t seed)
      : data_(data), count_(count), random_(seed) {}

  /// Queries that make(out) adds to zeros.
  void add_family(const std::string& name, Place place, const std::function<void(float*)>& make) {
    const std::size_t dims = data_.base.columns;
    Matrix<float> queries{count_, dims, std::vector<float>(count_ * dims)};
    for (std::size_t i = 0; i < count_; ++i) {
      make(queries.values.data() + i * dims);
    }
    families_.push_back({name, place, std::move(queries)});
  }

  void add_means(const std::string& suffix, Place place, const Matrix<float>& rows,
                 const std::vector<int>& sizes) {
    for (const int n : sizes) {
      add_family("mean of " + std::to_string(n) + suffix, place, [&, n](float* out) {
        for (int i = 0; i < n; ++i) {
          add(any(rows), 1.0F / static_cast<float>(n), out);
        }
      });
    }
  }

  void add_mixture(const std::string& name, Place place, const Matrix<float>& rows, float weight) {
    add_family(name, place, [&, weight](float* out) {
      const std::size_t row = random_() % rows.rows;
      const auto far = first_by_distance(data_.metric, rows, row, 1, std::greater<>());
      add(rows.row(row), weight, out);
      add(rows.row(far[0]), 1 - weight, out);
    });
  }

  void add_related(std::size_t n) {
    const Matrix<float>& rows = data_.queries;
    add_family("mean of " + std::to_string(n) + " related", Place::kBetween, [&, n](float* out) {
      const std::size_t row = random_() % std::min(kSample, rows.rows);
      add(rows.row(row), 1.0F / static_cast<float>(n), out);
      for (const auto near : first_by_distance(data_.metric, rows, row, n - 1, std::less<>())) {
        add(rows.row(near), 1.0F / static_cast<float>(n), out);
      }
    });
  }

  void add_noisy(const std::string& name, float noise) {
    add_family(name, Place::kBetween, [&, noise](float* out) {
      const Row row = any(data_.queries);
      add(row, 1, out);
      add_noise(noise * length(row), row.size(), random_, out);
    });
  }

  void add_directions() {
    add_family("direction", Place::kAnywhere, [&](float* out) {
      add_noise(length(any(data_.base)), data_.base.columns, random_, out);
    });
  }

  std::vector<Family> families() { return std::move(families_); }

 private:
  Row any(const Matrix<float>& rows) { return rows.row(random_() % rows.rows); }

  const Dataset& data_;
  std::size_t count_;
  Random random_;
  std::vector<Family> families_;
};

}  // namespace

void choose(const Family& family, Dataset* data) {
  data->queries = family.queries;
  data->neighbors = family.neighbors;
  data->distances = family.distances;
}

std::string to_string(Place place) {
  return place == Place::kBetween ? "between" : place == Place::kOwn ? "own" : "anywhere";
}

std::vector<Family> make_families(const Dataset& data, std::size_t count, std::uint32_t seed) {
  Maker maker(data, count, seed);
  std::size_t next = 0;
  maker.add_family("file", Place::kBetween,
                   [&](float* out) { add(data.queries.row(next++ % data.queries.rows), 1, out); });
  maker.add_means("", Place::kBetween, data.queries, {2, 3, 5});
  maker.add_mixture("0.7 and 0.3 far", Place::kBetween, data.queries, .7F);
  maker.add_mixture("halfway", Place::kBetween, data.queries, .5F);
  for (const auto& [name, noise] :
       {std::pair("noise 0.3", .3F), std::pair("noise 0.6", .6F), std::pair("noise 1", 1.0F)}) {
    maker.add_noisy(name, noise);
  }
  for (const std::size_t n : {2, 3}) {
    maker.add_related(n);
  }
  maker.add_means(" own", Place::kOwn, data.base, {2, 3});
  maker.add_mixture("halfway own", Place::kOwn, data.base, .5F);
  maker.add_directions();
  return maker.families();
}

std::vector<std::size_t> resize(Dataset& data, std::size_t rows, std::uint32_t seed) {
  Matrix<float>& base = data.base;
  const std::size_t before = base.rows;
  Random random(seed);
  base.values.resize(rows * base.columns);
  base.rows = rows;
  std::vector<std::size_t> origins(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    origins[i] = i < before ? i : random() % before;
    if (i < before) {
      continue;
    }
    const Row from = base.row(origins[i]);
    float* out = base.values.data() + i * base.columns;
    add(from, 1, out);
    add_noise(kJitter * length(from), base.columns, random, out);
  }
  return origins;
}

}  // namespace bench

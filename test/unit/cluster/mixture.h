// Rows for tests of the room: normal clusters around known centroids.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace vecext::test {

struct Mixture {
  std::size_t dims;
  std::vector<float> centroids;
  std::vector<float> rows;
  double residual = 0;  // mean squared distance of a row to the centroid that it was drawn from

  std::size_t size() const { return rows.size() / dims; }
};

/// n rows in turn from `clusters` normal clusters of deviation 1 a dimension, whose centroids are
/// uniform in [origin, origin + width) in every dimension.
inline Mixture make_mixture(std::size_t n, std::size_t dims, std::size_t clusters, float width,
                            float origin = 0, unsigned seed = 1) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> place(origin, origin + width);
  std::normal_distribution<float> noise;
  Mixture mixture{dims, std::vector<float>(clusters * dims), std::vector<float>(n * dims)};
  for (float& value : mixture.centroids) {
    value = place(generator);
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t d = 0; d < dims; ++d) {
      const float centroid = mixture.centroids[i % clusters * dims + d];
      const float value = centroid + noise(generator);
      mixture.rows[i * dims + d] = value;
      mixture.residual +=
          static_cast<double>(value - centroid) * static_cast<double>(value - centroid);
    }
  }
  mixture.residual /= static_cast<double>(n);
  return mixture;
}

}  // namespace vecext::test

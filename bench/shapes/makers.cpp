// Random numbers of the standard library, no other source of data.
#include "shapes/makers.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace bench {
namespace {

using Row = std::span<float>;

void add_gaussian(Random& random, float deviation, Row out) {
  std::normal_distribution<float> normal;
  for (float& x : out) {
    x += deviation * normal(random);
  }
}

Matrix<float> gaussian_matrix(std::size_t rows, std::size_t dims, Random& random) {
  Matrix<float> matrix{rows, dims, std::vector<float>(rows * dims)};
  add_gaussian(random, 1, matrix.values);
  return matrix;
}

float length(std::span<const float> row) {
  double square = 0;
  for (const float x : row) {
    square += double{x} * x;
  }
  return static_cast<float>(std::sqrt(square));
}

void scale(Row row, float by) {
  for (float& x : row) {
    x *= by;
  }
}

/// Rows about centers; `cluster_of(row)` is below `count` and never falls.
RowMaker about_centers(const Draw& draw, std::size_t count, float spread,
                       std::function<std::size_t(std::size_t)> cluster_of) {
  return [centers = gaussian_matrix(count, draw.dims, draw.random), spread,
          cluster_of = std::move(cluster_of), &random = draw.random](std::size_t row, Row out) {
    std::ranges::copy(centers.row(cluster_of(row)), out.begin());
    add_gaussian(random, spread, out);
  };
}

/// `rows`, each then changed by change(row, out, random).
template <class Change>
Make changed(Make rows, Change change) {
  return [rows = std::move(rows), change](const Draw& draw) -> RowMaker {
    return [make = rows(draw), change, draw](std::size_t row, Row out) {
      make(row, out);
      change(row, out, draw);
    };
  };
}

}  // namespace

Make uniform(float low, float high) {
  return [=](const Draw& draw) -> RowMaker {
    return [=, &random = draw.random](std::size_t, Row out) {
      std::uniform_real_distribution<float> element(low, high);
      std::ranges::generate(out, [&] { return element(random); });
    };
  };
}

Make gaussian() {
  return [](const Draw& draw) -> RowMaker {
    return [&random = draw.random](std::size_t, Row out) {
      std::ranges::fill(out, 0.0F);
      add_gaussian(random, 1, out);
    };
  };
}

Make clusters(std::size_t count, float spread) {
  return [=](const Draw& draw) {
    return about_centers(draw, count, spread,
                         [count, rows = draw.rows](std::size_t row) { return row * count / rows; });
  };
}

Make power_law(std::size_t count, float spread) {
  return [=](const Draw& draw) {
    // That many rows lie in clusters below rank r is in proportion to log r.
    return about_centers(draw, count, spread, [count, rows = draw.rows](std::size_t row) {
      const double share = static_cast<double>(row) / static_cast<double>(rows);
      const double rank = std::pow(static_cast<double>(count), share);
      return std::min(static_cast<std::size_t>(rank), count) - 1;
    });
  };
}

Make words() {
  return changed(power_law(300, .8F), [](std::size_t, Row out, const Draw&) {
    for (std::size_t j = 0; j < out.size(); ++j) {
      out[j] = out[j] / std::pow(1 + static_cast<float>(j), .25F) + .2F;
    }
  });
}

Make copies_of(Make originals, std::size_t size, float noise) {
  return [=](const Draw& draw) -> RowMaker {
    return [=, make = originals({draw.rows / size + 1, draw.dims, draw.random}),
            original = std::vector<float>(draw.dims),
            &random = draw.random](std::size_t row, Row out) mutable {
      if (row % size == 0) {
        make(row / size, original);
      }
      std::ranges::copy(original, out.begin());
      add_gaussian(random, noise * length(original) / std::sqrt(static_cast<float>(out.size())),
                   out);
    };
  };
}

Make copies(std::size_t size, float noise) {
  return copies_of(gaussian(), size, noise);
}

Make low_dimension(std::size_t dims) {
  return [=](const Draw& draw) -> RowMaker {
    return [map = gaussian_matrix(dims, draw.dims, draw.random), &random = draw.random](std::size_t,
                                                                                        Row out) {
      std::normal_distribution<float> normal;
      std::ranges::fill(out, 0.0F);
      for (std::size_t i = 0; i < map.rows; ++i) {
        const float weight = normal(random);
        for (std::size_t j = 0; j < out.size(); ++j) {
          out[j] += weight * map.row(i)[j];
        }
      }
    };
  };
}

Make one_hot(std::size_t parts) {
  return [=](const Draw& draw) -> RowMaker {
    return [=, &random = draw.random](std::size_t, Row out) {
      const std::size_t values = out.size() / parts;
      std::ranges::fill(out, 0.0F);
      for (std::size_t part = 0; part < parts; ++part) {
        out[part * values + random() % values] = 1;
      }
    };
  };
}

Make lattice(int values) {
  return changed(uniform(0, static_cast<float>(values)), [](std::size_t, Row out, const Draw&) {
    std::ranges::transform(out, out.begin(), [](float x) { return std::floor(x); });
  });
}

Make line() {
  return [](const Draw& draw) -> RowMaker {
    return [ends = gaussian_matrix(2, draw.dims, draw.random), rows = draw.rows](std::size_t row,
                                                                                 Row out) {
      const float at = 10 * static_cast<float>(row) / static_cast<float>(rows);
      for (std::size_t j = 0; j < out.size(); ++j) {
        out[j] = ends.row(0)[j] + at * ends.row(1)[j];
      }
    };
  };
}

Make with_lengths(Make rows, float decades) {
  return changed(std::move(rows), [=](std::size_t, Row out, const Draw& draw) {
    std::uniform_real_distribution<float> exponent(-decades / 2, decades / 2);
    scale(out, std::pow(10.0F, exponent(draw.random)));
  });
}

Make on_sphere(Make rows) {
  return changed(std::move(rows),
                 [](std::size_t, Row out, const Draw&) { scale(out, 1 / length(out)); });
}

Make moved(Make rows, float by) {
  return changed(std::move(rows), [=](std::size_t, Row out, const Draw&) {
    std::ranges::transform(out, out.begin(), [by](float x) { return x + by; });
  });
}

Make half_scaled(Make rows, float by) {
  return changed(std::move(rows), [=](std::size_t row, Row out, const Draw& draw) {
    scale(out, row < draw.rows / 2 ? 1 : by);
  });
}

Make with_outliers(Make rows, float by) {
  return changed(std::move(rows), [=](std::size_t row, Row out, const Draw&) {
    scale(out, row % 1000 == 0 ? by : 1);
  });
}

}  // namespace bench

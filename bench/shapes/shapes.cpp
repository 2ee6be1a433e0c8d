// The table of shapes, and how rows become a table.
#include "shapes/shapes.h"

#include <algorithm>
#include <numeric>

#include "shapes/makers.h"

namespace bench {
namespace {

constexpr Metric kL2 = Metric::kEuclidean, kCosine = Metric::kCosine, kIp = Metric::kInnerProduct;
const std::vector<Metric> kAll = {kL2, kCosine, kIp};

/// Vectors up to this many dimensions have tables of full size.
constexpr std::size_t kNarrow = 128;

}  // namespace

const std::vector<Shape>& all_shapes() {
  static const std::vector<Shape> all = {
      {"uniform", 64, uniform(0, 1), kAll},
      {"uniform-8d", 8, uniform(-1, 1), {kL2, kCosine}},
      {"gaussian", 64, gaussian(), kAll, Extent::kLives},
      {"gaussian-128d", 128, gaussian(), {kL2}},
      {"clusters-20-loose", 64, clusters(20, .5F), {kL2, kCosine}},
      {"clusters-20-tight", 64, clusters(20, .01F), {kL2, kCosine}},
      {"clusters-200-loose", 64, clusters(200, .5F), {kL2, kIp}},
      {"clusters-200-tight", 64, clusters(200, .01F), kAll, Extent::kLives},
      {"clusters-2000", 64, clusters(2000, .3F), {kL2, kCosine}, Extent::kWhole},
      {"clusters-skewed", 64, power_law(500, .3F), {kL2, kCosine}, Extent::kLives},
      {"copies-4-.01", 64, copies(4, .01F), {kL2}},
      {"copies-10-.01", 64, copies(10, .01F), {kL2, kCosine}},
      {"copies-20-.001", 64, copies(20, .001F), kAll, Extent::kLives},
      {"copies-20-.01", 64, copies(20, .01F), {kL2, kCosine}, Extent::kWhole},
      {"copies-20-.1", 64, copies(20, .1F), {kL2, kCosine}, Extent::kWhole},
      {"copies-35-.01", 64, copies(35, .01F), {kL2}},
      {"copies-60-.001", 64, copies(60, .001F), {kL2}},
      {"copies-60-.01", 64, copies(60, .01F), {kL2, kCosine}, Extent::kLives},
      {"copies-60-.1", 64, copies(60, .1F), {kL2}},
      {"copies-100-.01", 64, copies(100, .01F), {kL2}, Extent::kWhole},
      {"copies-500-.01", 64, copies(500, .01F), {kL2}},
      {"words", 100, words(), {kCosine, kL2}},
      {"words-20-.01", 100, copies_of(words(), 20, .01F), {kCosine, kL2}, Extent::kWhole},
      {"words-50-.03", 100, copies_of(words(), 50, .03F), {kCosine}, Extent::kWhole},
      {"duplicates-20", 64, copies(20, 0), {kL2, kCosine}, Extent::kLives},
      {"duplicates-skewed", 32, power_law(2000, 0), {kL2, kCosine}},
      {"scaled-50", 64, with_lengths(clusters(50, 0), .9F), {kCosine, kL2}, Extent::kWhole},
      {"scaled-200", 64, with_lengths(clusters(200, 0), .9F), {kCosine, kIp}, Extent::kLives},
      {"scaled-1000", 64, with_lengths(clusters(1000, 0), .9F), {kCosine}, Extent::kWhole},
      {"cones", 64, with_lengths(clusters(200, .01F), .9F), {kCosine, kIp, kL2}, Extent::kLives},
      {"norms", 64, with_lengths(gaussian(), 4), kAll},
      {"low-dimension", 128, low_dimension(5), {kL2, kCosine}},
      {"low-dimension-384d", 384, low_dimension(8), {kL2, kCosine}},
      {"sorted", 16, gaussian(), {kL2}, Extent::kLives, Order::kByCoordinate},
      {"sorted-clusters", 64, clusters(100, .3F), {kL2}, Extent::kLives, Order::kByCluster},
      {"sorted-copies", 64, copies(20, .01F), {kL2}, Extent::kHalf, Order::kByCluster},
      {"one-hot", 256, one_hot(4), kAll},
      {"lattice", 8, lattice(4), {kL2}},
      {"line", 64, line(), {kL2}},
      {"sphere", 32, on_sphere(gaussian()), {kL2, kIp}},
      {"far-from-zero", 64, moved(clusters(100, .5F), 100), {kL2, kCosine}},
      {"two-scales", 64, half_scaled(gaussian(), 1000), {kL2}},
      {"outliers", 32, with_outliers(clusters(100, .3F), 100), {kL2, kIp}},
      {"copies-20-384d", 384, copies(20, .01F), {kCosine}},
      {"clusters-768d", 768, clusters(100, .7F), {kCosine, kL2}},
      {"copies-20-1536d", 1536, copies(20, .05F), {kCosine}},
      {"gaussian-4000d", 4000, gaussian(), {kL2}},
  };
  return all;
}

std::size_t rows_of(const Shape& shape, std::size_t rows) {
  const std::size_t of_extent = shape.extent == Extent::kHalf ? rows / 2 : rows;
  return std::min(of_extent, std::max(rows * kNarrow / shape.dims, rows / 10));
}

Points make_points(const Shape& shape, std::size_t rows, std::size_t held_out, std::uint32_t seed) {
  Random random(seed);
  const std::size_t count = rows + held_out;
  const RowMaker make = shape.make({count, shape.dims, random});
  std::vector<std::vector<float>> made(count, std::vector<float>(shape.dims));
  for (std::size_t row = 0; row < count; ++row) {
    make(row, made[row]);
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  const auto first = order.begin() + static_cast<std::ptrdiff_t>(held_out);
  if (shape.order == Order::kByCluster) {
    std::sort(first, order.end());
  } else if (shape.order == Order::kByCoordinate) {
    std::sort(first, order.end(), [&](auto a, auto b) { return made[a][0] < made[b][0]; });
  }
  Points points{{rows, shape.dims, {}}, {held_out, shape.dims, {}}};
  for (auto at = order.begin(); at != order.end(); ++at) {
    auto& values = at < first ? points.held_out.values : points.base.values;
    values.insert(values.end(), made[*at].begin(), made[*at].end());
  }
  return points;
}

}  // namespace bench

// Shapes of data: tables of vectors that differ in how their rows lie to each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "common/dataset.h"

namespace bench {

using Random = std::mt19937;

/// What the rows of a table are drawn with; `rows` are those of the table and those held out.
struct Draw {
  std::size_t rows;
  std::size_t dims;
  Random& random;
};

/// Fills row `row`; is called for the rows in turn. Rows of a cluster follow each other.
using RowMaker = std::function<void(std::size_t row, std::span<float> out)>;
using Make = std::function<RowMaker(const Draw& draw)>;

/// In which order rows enter the table.
enum class Order { kShuffled, kByCluster, kByCoordinate };

/// How much of a run a shape takes.
enum class Extent {
  kLives,  // all rows, and every life cycle of the table
  kWhole,  // all rows
  kHalf    // half of the rows
};

struct Shape {
  std::string name;
  std::size_t dims;
  Make make;
  std::vector<Metric> metrics;  // that make sense, the main one first
  Extent extent = Extent::kHalf;
  Order order = Order::kShuffled;
};

/// All shapes, in the order of reports.
const std::vector<Shape>& all_shapes();

/// What a table of the shape has where --rows is `rows`; fewer where vectors are wide.
std::size_t rows_of(const Shape& shape, std::size_t rows);

struct Points {
  Matrix<float> base;
  Matrix<float> held_out;  // drawn as the base is, and in no table
};

/// The same for the same seed.
Points make_points(const Shape& shape, std::size_t rows, std::size_t held_out, std::uint32_t seed);

}  // namespace bench

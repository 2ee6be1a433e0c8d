// Families of queries: the queries of a data set, which are like its rows, and others that lie
// between rows, farther and farther from any. And larger data sets of the same kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/dataset.h"

namespace bench {

/// Where a family's queries lie, and so what recall is promised for it.
enum class Place {
  kBetween,  // between rows, none of which the table holds
  kOwn,      // between rows of the table, which are often among their own nearest
  kAnywhere  // where no row need be near
};

struct Family {
  std::string name;
  Place place;
  Matrix<float> queries;
  Matrix<std::int32_t> neighbors = {};  // as of a Dataset, where they are known
  Matrix<float> distances = {};
};

std::string to_string(Place place);

/// Has `data` the queries of a family, with their neighbors.
void choose(const Family& family, Dataset* data);

/// All families, of `count` queries each; the same for the same seed. Those between rows are made
/// of the data set's queries, of which the first are a family of their own.
std::vector<Family> make_families(const Dataset& data, std::size_t count, std::uint32_t seed);

/// Has `data` hold `rows` base vectors: fewer, or so many more, each a random one with noise of
/// half its length. Its neighbors are those of other rows then. Returns the row that each is made
/// of: itself for those that the data set has.
std::vector<std::size_t> resize(Dataset& data, std::size_t rows, std::uint32_t seed);

}  // namespace bench

// What codes keep: for each codec the bytes of a row, the recall of its estimates alone and of the
// best of them reranked, and the spread of its errors; one Markdown table a data set.
#include <algorithm>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/cluster/kmeans.h"
#include "core/kernel/kernel.h"
#include "core/page/code_page.h"
#include "core/quant/codec.h"
#include "core/quant/int8.h"
#include "core/quant/rotation.h"
#include "common/dataset.h"

namespace bench {
namespace {

using vecext::Codec;
using vecext::Half;

constexpr std::size_t kNeighbors = 10;
constexpr std::size_t kCutoffs[] = {10, 20, 50, 100, 500};
constexpr std::size_t kMostFound = 500;
constexpr std::size_t kRowsPerList = 300;
constexpr std::int32_t kRounds = 2;
constexpr std::size_t kLanes = 32;
constexpr std::size_t kFactorBytes = 4;
constexpr std::size_t kRowIdBytes = 6;
constexpr float kBoundWidth = 1.6f;
/// Errors are looked at in every so many lanes.
constexpr std::size_t kErrorStep = 97;

void check(const vecext::Status& status) {
  if (!status.ok()) {
    throw std::runtime_error("the core could not finish");
  }
}

/// Memory for core, freed at the end of a scope.
class Scratch {
 public:
  operator vecext::Arena() { return {allocate, this}; }

 private:
  static void* allocate(void* self, std::size_t bytes) {
    void* chunk = std::aligned_alloc(64, (bytes + 63) / 64 * 64);
    static_cast<Scratch*>(self)->chunks_.emplace_back(chunk, std::free);
    return chunk;
  }
  std::vector<std::unique_ptr<void, decltype(&std::free)>> chunks_;
};

// --- Rows in lists, as an index has them
// ------------------------------------------------------------

/// Rows and queries as codes see them: of unit length for cosines, relative to the mean, rotated.
/// Distances are squared Euclidean ones.
struct VectorTransform {
  std::size_t dims;
  Matrix<float> base;
  Matrix<float> queries;
  Matrix<float> centroids;
  std::vector<std::int32_t> list_of;            // of each row
  std::vector<std::vector<std::int32_t>> rows;  // of each list
};

void to_unit(Matrix<float>& x) {
  for (std::size_t i = 0; i < x.rows; ++i) {
    float* row = x.values.data() + i * x.columns;
    const double square = vecext::kernel::active().f32.norm_squared(row, x.columns);
    const auto scale = static_cast<float>(square > 0 ? 1 / std::sqrt(square) : 0);
    for (std::size_t d = 0; d < x.columns; ++d) {
      row[d] *= scale;
    }
  }
}

std::vector<float> mean_of(const Matrix<float>& x) {
  std::vector<double> sums(x.columns);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t d = 0; d < x.columns; ++d) {
      sums[d] += x.row(i)[d];
    }
  }
  std::vector<float> mean(x.columns);
  for (std::size_t d = 0; d < x.columns; ++d) {
    mean[d] = static_cast<float>(sums[d] / static_cast<double>(x.rows));
  }
  return mean;
}

Matrix<float> rotated(const Matrix<float>& x, const std::vector<float>& mean) {
  const std::int32_t dims = vecext::rotated_dims(static_cast<std::int32_t>(x.columns));
  const auto columns = static_cast<std::size_t>(dims);
  Matrix<float> out{x.rows, columns, std::vector<float>(x.rows * columns)};
  for (std::size_t i = 0; i < x.rows; ++i) {
    float* row = out.values.data() + i * columns;
    for (std::size_t d = 0; d < x.columns; ++d) {
      row[d] = x.row(i)[d] - mean[d];
    }
    vecext::rotate({dims, 1}, row);
  }
  return out;
}

void make_lists(VectorTransform& space, std::int32_t threads) {
  const std::size_t k = std::max<std::size_t>(1, space.base.rows / kRowsPerList);
  const vecext::KMeansOptions options{.k = static_cast<std::int32_t>(k),
                                      .rounds = kRounds,
                                      .seed = 1,
                                      .parallel = {threads, nullptr, nullptr}};
  const auto dims = static_cast<std::int32_t>(space.dims);
  space.centroids = {k, space.dims, std::vector<float>(k * space.dims)};
  std::int32_t made = 0;
  Scratch scratch;
  check(vecext::train_kmeans(space.base.values.data(), space.base.rows, dims, options, scratch,
                             space.centroids.values.data(), &made));
  space.list_of.resize(space.base.rows);
  check(vecext::assign_nearest(space.base.values.data(), space.base.rows, dims,
                               space.centroids.values.data(), made, options.parallel, scratch,
                               space.list_of.data(), nullptr));
  space.rows.resize(static_cast<std::size_t>(made));
  for (std::size_t i = 0; i < space.base.rows; ++i) {
    space.rows[static_cast<std::size_t>(space.list_of[i])].push_back(static_cast<std::int32_t>(i));
  }
}

VectorTransform make_transform(Dataset& data, std::int32_t threads) {
  if (data.metric == Metric::kCosine) {
    to_unit(data.base);
    to_unit(data.queries);
  }
  const std::vector<float> mean = mean_of(data.base);
  VectorTransform space;
  space.base = rotated(data.base, mean);
  space.queries = rotated(data.queries, mean);
  space.dims = space.base.columns;
  make_lists(space, threads);
  return space;
}

float distance(const VectorTransform& space, std::span<const float> a, std::span<const float> b) {
  return vecext::kernel::active().f32.l2_squared(a.data(), b.data(), space.dims);
}

// --- Estimates by codes
// -----------------------------------------------------------------------------

/// 32 rows of a list.
struct Block {
  std::size_t list;
  float scale;
  std::vector<std::int32_t> rows;
  std::vector<std::uint8_t> codes;
  Half a[kLanes] = {};
  Half b[kLanes] = {};
};

/// Errors of estimates in units of b |q - c|.
struct Errors {
  double sum = 0;
  double squares = 0;
  double count = 0;
  double below = 0;  // scores below the bound of kBoundWidth promised deviations
};

/// The scale of a list's factors.
float scale_of(const VectorTransform& space, std::size_t list) {
  double squares = 0;
  for (const std::int32_t row : space.rows[list]) {
    squares +=
        distance(space, space.base.row(static_cast<std::size_t>(row)), space.centroids.row(list));
  }
  return vecext::factor_scale(
      static_cast<float>(squares / static_cast<double>(space.rows[list].size())));
}

Block make_block(const VectorTransform& space, const Codec& codec, std::size_t list, float scale,
                 std::span<const std::int32_t> rows) {
  const auto groups = static_cast<std::size_t>(codec.groups());
  Block block{list, scale, {rows.begin(), rows.end()}, std::vector<std::uint8_t>(16 * groups)};
  std::vector<std::uint8_t> nibbles(groups);
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    vecext::Factors factors;
    vecext::encode(codec, space.base.row(static_cast<std::size_t>(rows[lane])).data(),
                   space.centroids.row(list).data(), scale, nibbles.data(), &factors);
    vecext::put_lane(block.codes.data(), codec.groups(), static_cast<std::int32_t>(lane),
                     nibbles.data());
    block.a[lane] = factors.a;
    block.b[lane] = factors.b;
  }
  return block;
}

std::vector<Block> make_blocks(const VectorTransform& space, const Codec& codec) {
  std::vector<Block> blocks;
  for (std::size_t list = 0; list < space.rows.size(); ++list) {
    const std::span<const std::int32_t> rows = space.rows[list];
    const float scale = scale_of(space, list);
    for (std::size_t from = 0; from < rows.size(); from += kLanes) {
      blocks.push_back(make_block(space, codec, list, scale,
                                  rows.subspan(from, std::min(kLanes, rows.size() - from))));
    }
  }
  return blocks;
}

void add_error(const VectorTransform& space, const Block& block, std::size_t lane,
               std::span<const float> q, float apart, float estimate, float bound, Errors* errors) {
  float b;
  vecext::kernel::active().convert.half_to_float(block.b + lane, &b, 1);
  if (b == 0) {
    return;
  }
  const float score =
      distance(space, q, space.base.row(static_cast<std::size_t>(block.rows[lane])));
  const double error = (estimate - score) / (b * block.scale * std::sqrt(apart));
  errors->sum += error;
  errors->squares += error * error;
  errors->count += 1;
  errors->below += score < bound ? 1 : 0;
}

/// Estimated distances of all rows to q.
void estimate(const VectorTransform& space, const Codec& codec, const std::vector<Block>& blocks,
              std::span<const float> q, float* out, Errors* errors) {
  const auto groups = static_cast<std::size_t>(codec.groups());
  std::vector<std::uint8_t> table(16 * groups);
  vecext::QueryTable query{table.data(), 0, 0};
  vecext::prepare_query(codec, q.data(), &query);
  std::uint32_t sums[kLanes];
  float estimates[kLanes];
  float bounds[kLanes];
  std::size_t seen = 0;
  const vecext::kernel::ScanKernels& scan = vecext::kernel::active().scan;
  for (const Block& block : blocks) {
    const float apart = distance(space, q, space.centroids.row(block.list));
    const vecext::kernel::EstimateTerms terms{
        .base = apart,
        .scale = block.scale,
        .step = query.step,
        .offset = query.offset,
        .slack = kBoundWidth * vecext::error_stddev(codec) * std::sqrt(apart)};
    scan.sum_codes(block.codes.data(), table.data(), groups, sums);
    scan.estimate(sums, block.a, block.b, terms, 0, estimates, bounds);
    for (std::size_t lane = 0; lane < block.rows.size(); ++lane) {
      out[block.rows[lane]] = estimates[lane];
      if (seen++ % kErrorStep == 0) {
        add_error(space, block, lane, q, apart, estimates[lane], bounds[lane], errors);
      }
    }
  }
}

// --- The table
// --------------------------------------------------------------------------------------

/// How many of the true nearest are among the best by estimate, for each cutoff.
struct Found {
  std::size_t right[std::size(kCutoffs)] = {};
  std::size_t wanted = 0;

  void add(const float* estimates, std::size_t n, std::span<const std::int32_t> truth) {
    std::vector<std::int32_t> best(n);
    std::iota(best.begin(), best.end(), 0);
    const auto nearer = [&](std::int32_t a, std::int32_t b) { return estimates[a] < estimates[b]; };
    const auto end = best.begin() + static_cast<std::ptrdiff_t>(std::min(kMostFound, n));
    std::nth_element(best.begin(), end - 1, best.end(), nearer);
    std::sort(best.begin(), end, nearer);
    for (const std::int32_t row : truth.first(kNeighbors)) {
      const auto place = static_cast<std::size_t>(std::find(best.begin(), end, row) - best.begin());
      for (std::size_t c = 0; c < std::size(kCutoffs); ++c) {
        right[c] += place < kCutoffs[c];
      }
    }
    wanted += kNeighbors;
  }
};

/// One line: `errors` of codecs that promise a spread, or null.
void print(const std::string& name, std::size_t bytes, std::size_t dims, const Found& found,
           const Errors* errors, float promised) {
  std::printf("| %s | %zu | %.1f |", name.c_str(), bytes,
              static_cast<double>(dims * sizeof(float)) / static_cast<double>(bytes - kRowIdBytes));
  for (const std::size_t right : found.right) {
    std::printf(" %.3f |", static_cast<double>(right) / static_cast<double>(found.wanted));
  }
  if (errors != nullptr) {
    std::printf(" %.3f (%.3f) | %.1f %% |", std::sqrt(errors->squares / errors->count), promised,
                100 * errors->below / errors->count);
  } else {
    std::printf(" | |");
  }
  std::printf("\n");
  std::fflush(stdout);
}

void measure_codes(const Dataset& data, const VectorTransform& space, std::size_t queries,
                   std::int32_t bits) {
  const Codec codec = vecext::make_codec(
      vecext::Metric::kL2, bits, static_cast<std::int32_t>(space.dims), vecext::kMaxBlockCodes);
  const std::vector<Block> blocks = make_blocks(space, codec);
  std::vector<float> estimates(space.base.rows);
  Found found;
  Errors errors;
  for (std::size_t i = 0; i < queries; ++i) {
    estimate(space, codec, blocks, space.queries.row(i), estimates.data(), &errors);
    found.add(estimates.data(), space.base.rows, data.neighbors.row(i));
  }
  const auto bytes = static_cast<std::size_t>(codec.groups() + 1) / 2;
  print("rabitq " + std::to_string(bits) + " bit", bytes + kFactorBytes + kRowIdBytes,
        data.base.columns, found, &errors, vecext::error_stddev(codec));
}

/// Distances to `rows`, vectors as some type keeps them.
void measure_vectors(const std::string& name, std::size_t bytes, const Dataset& data,
                     const Matrix<float>& rows, const Matrix<float>& queries, std::size_t count) {
  std::vector<float> distances(rows.rows);
  Found found;
  for (std::size_t i = 0; i < count; ++i) {
    vecext::kernel::active().f32.l2_squared_many(queries.row(i).data(), rows.values.data(),
                                                 rows.columns * sizeof(float), rows.rows,
                                                 rows.columns, distances.data());
    found.add(distances.data(), rows.rows, data.neighbors.row(i));
  }
  print(name, bytes + kRowIdBytes, data.base.columns, found, nullptr, 0);
}

Matrix<float> through_int8(Matrix<float> rows) {
  std::vector<std::int8_t> bytes(rows.columns);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    float* row = rows.values.data() + i * rows.columns;
    const float step = vecext::encode_int8(row, rows.columns, bytes.data());
    vecext::decode_int8(bytes.data(), rows.columns, step, row);
  }
  return rows;
}

Matrix<float> through_half(Matrix<float> rows) {
  std::vector<Half> halves(rows.columns);
  const vecext::kernel::ConvertKernels& convert = vecext::kernel::active().convert;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    float* row = rows.values.data() + i * rows.columns;
    convert.float_to_half(row, halves.data(), rows.columns);
    convert.half_to_float(halves.data(), row, rows.columns);
  }
  return rows;
}

struct Options {
  std::vector<std::string> data;
  std::size_t queries = 500;
  std::int32_t threads = 2;
};

Options parse(int argc, char** argv) {
  Options options;
  CLI::App app("What codes keep of vectors");
  app.add_option("--data", options.data, "Data sets in the HDF5 layout of ann-benchmarks")
      ->required()
      ->check(CLI::ExistingFile);
  app.option_defaults()->always_capture_default();
  app.add_option("--queries", options.queries, "Queries of each")->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "Threads of k-means")->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  return options;
}

void run(const std::string& file, const Options& options) {
  Dataset data = read_dataset(file);
  const VectorTransform space = make_transform(data, options.threads);
  const std::size_t queries = std::min(options.queries, data.queries.rows);
  std::printf(
      "\n%zu rows of %zu dims in %zu lists, %zu queries\n\n"
      "| codec | bytes a row | compression | recall@10 | best 20 | best 50 | best 100 | best 500 | "
      "deviation (promised) | below bound |\n|---|---|---|---|---|---|---|---|---|---|\n",
      data.base.rows, data.base.columns, space.rows.size(), queries);
  for (const std::int32_t bits : {1, 2, 4}) {
    measure_codes(data, space, queries, bits);
  }
  const std::size_t dims = data.base.columns;
  measure_vectors("int8", dims + sizeof(float), data, through_int8(space.base), space.queries,
                  queries);
  measure_vectors("fp16", dims * sizeof(Half), data, through_half(data.base), data.queries,
                  queries);
  measure_vectors("float4", dims * sizeof(float), data, data.base, data.queries, queries);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const bench::Options options = bench::parse(argc, argv);
  vecext::kernel::select_best();
  try {
    for (const std::string& file : options.data) {
      bench::run(file, options);
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

// Lloyd's algorithm, a group of dimensions at a time, from centroids drawn by k-means++ (Arthur and
// Vassilvitskii 2007).
#include "core/quant/codebook.h"

#include <cmath>

#include "core/base/random.h"
#include "core/quant/codeword.h"
#include "core/quant/grid.h"

namespace vecext {
namespace {

/// Twice as many lower the deviation by at most 0.8 % (docs/experiments/codes.md).
constexpr std::int32_t kRounds = 16;

/// Codewords learned from fewer residuals are worse than the fixed grid.
constexpr std::size_t kFewest = 512;

/// What brings the coded dimensions of a residual to a mean square of 1; 0 where nothing does.
float scale_of(const Codec& codec, const float* residual) {
  Float4 squares = {};
  for (std::int32_t i = 0; i < codec.coded; i += 4) {
    const Float4 r = load4(residual + i);
    squares += r * r;
  }
  const float scale = 1 / std::sqrt(sum4(squares) / static_cast<float>(codec.coded));
  return std::isfinite(scale) ? scale : 0;
}

/// The points of one group: n rows of kDims floats.
template <std::int32_t kDims>
struct Points {
  const float* x;
  std::size_t n;

  const float* operator[](std::size_t i) const { return x + i * kDims; }
};

template <std::int32_t kDims>
void put_word(const float* x, std::int32_t word, float* words) {
  for (std::int32_t d = 0; d < kDims; ++d) {
    words[kCodewords * d + word] = x[d];
  }
}

/// Lowers each point's squared distance to that from the new word; returns the sum of all.
template <std::int32_t kDims>
double lower(Points<kDims> points, const float* x, float* squares) {
  double sum = 0;
  for (std::size_t i = 0; i < points.n; ++i) {
    float square = 0;
    for (std::int32_t d = 0; d < kDims; ++d) {
      const float apart = points[i][d] - x[d];
      square += apart * apart;
    }
    squares[i] = square < squares[i] ? square : squares[i];
    sum += squares[i];
  }
  return sum;
}

/// The point at which the running sum of squares passes a random share of `sum`.
template <std::int32_t kDims>
const float* draw(Points<kDims> points, const float* squares, double sum, Random& random) {
  constexpr std::uint64_t kSteps = std::uint64_t{1} << 32;
  double left = sum * static_cast<double>(random.below(kSteps)) / static_cast<double>(kSteps);
  std::size_t i = 0;
  for (; i + 1 < points.n && left >= squares[i]; ++i) {
    left -= squares[i];
  }
  return points[i];
}

template <std::int32_t kDims>
void draw_words(Points<kDims> points, Random& random, float* squares, float* words) {
  for (std::size_t i = 0; i < points.n; ++i) {
    squares[i] = INFINITY;
  }
  const float* x = points[random.below(points.n)];
  for (std::int32_t word = 0; word < kCodewords; ++word) {
    put_word<kDims>(x, word, words);
    x = draw(points, squares, lower(points, x, squares), random);
  }
}

/// Moves each word to the mean of the points that are nearest to it, if there are any.
template <std::int32_t kDims>
void move_words(Points<kDims> points, float* words) {
  double sums[kCodewords][kDims] = {};
  double counts[kCodewords] = {};
  for (std::size_t i = 0; i < points.n; ++i) {
    const std::int32_t word = nearest_codeword<kDims>(words, points[i]);
    counts[word] += 1;
    for (std::int32_t d = 0; d < kDims; ++d) {
      sums[word][d] += points[i][d];
    }
  }
  for (std::int32_t word = 0; word < kCodewords; ++word) {
    if (counts[word] == 0) {
      continue;
    }
    for (std::int32_t d = 0; d < kDims; ++d) {
      words[kCodewords * d + word] = static_cast<float>(sums[word][d] / counts[word]);
    }
  }
}

/// The grid's values, in the unit of residuals of mean square 1.
template <std::int32_t kBits>
void put_grid(float* words) {
  using G = Grid<kBits>;
  for (std::int32_t d = 0; d < G::kDims; ++d) {
    for (std::int32_t word = 0; word < kCodewords; ++word) {
      words[kCodewords * d + word] = G::value(G::code(word, d)) * G::kStep;
    }
  }
}

/// Residuals to learn from: those at `x` + i * dims, times their scale where that is not 0.
struct Residuals {
  const float* x;
  std::size_t dims;
  const float* scales;
  std::size_t n;
};

/// Writes a group's points, kDims of each residual from dimension `first` on; their number.
template <std::int32_t kDims>
std::size_t gather(const Residuals& residuals, std::int32_t first, float* points) {
  float* to = points;
  for (std::size_t i = 0; i < residuals.n; ++i) {
    if (residuals.scales[i] != 0) {
      const float* r = residuals.x + i * residuals.dims + first;
      for (std::int32_t d = 0; d < kDims; ++d) {
        *to++ = r[d] * residuals.scales[i];
      }
    }
  }
  return static_cast<std::size_t>(to - points) / kDims;
}

template <std::int32_t kBits>
Status learn(const Codec& codec, const Residuals& residuals, const ParallelOptions& options,
             Random& random, float* x, float* squares, float* codebook) {
  constexpr std::int32_t kDims = Grid<kBits>::kDims;
  for (std::int32_t first = 0; first < codec.coded; first += kDims) {
    if (cluster::stopped(options)) {
      return {.code = StatusCode::kCancelled};
    }
    float* words = codebook + std::ptrdiff_t{kCodewords} * first;
    const Points<kDims> points{x, gather<kDims>(residuals, first, x)};
    if (points.n < kFewest) {
      put_grid<kBits>(words);
      continue;
    }
    draw_words(points, random, squares, words);
    for (std::int32_t round = 0; round < kRounds; ++round) {
      move_words(points, words);
    }
  }
  return {};
}

}  // namespace

Status train_codebook(const Codec& codec, const float* residuals, std::size_t n, std::uint64_t seed,
                      Arena scratch, float* codebook, const ParallelOptions& options) {
  constexpr std::size_t kMostDims = 4;
  float* scales = scratch.array<float>(n);
  float* squares = scratch.array<float>(n);
  float* points = scratch.array<float>(kMostDims * n);
  if (scales == nullptr || squares == nullptr || points == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  const auto dims = static_cast<std::size_t>(codec.dims);
  for (std::size_t i = 0; i < n; ++i) {
    scales[i] = scale_of(codec, residuals + i * dims);
  }
  Random random(seed);
  Status status;
  with_grid(codec.bits, [&]<std::int32_t kBits>(Grid<kBits>) {
    status = learn<kBits>(codec, {residuals, dims, scales, n}, options, random, points, squares,
                          codebook);
  });
  return status;
}

}  // namespace vecext

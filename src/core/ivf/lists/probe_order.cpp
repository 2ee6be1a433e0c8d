#include "core/ivf/lists/probe_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/ivf/lists/centroid_codes.h"
#include "core/kernel/kernel.h"

namespace vecext::ivf {

namespace {

constexpr std::int32_t kFirstPiece = 64;
constexpr std::int32_t kSample = 128;

/// Exact distances are computed for kMargin times the lists of the next part, those nearest by the
/// estimates. The nearest of these by their centroids are taken.
constexpr std::int32_t kMargin = 2;
constexpr std::int32_t kMarginUntil = 256;  // until this many lists are taken; later lists change
                                            // places with few others

/// The square of the largest of n normally distributed numbers, 2 ln n, for lists of 300 rows.
constexpr float kLargestOfList = 11.4f;

/// Returns the bits of a float such that they sort as the float does.
std::uint64_t sortable(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

/// Returns the place of a list in the order, given its score, and the list itself as one number. A
/// list whose score is NaN comes first.
std::uint64_t place(float score, std::int32_t list) {
  constexpr float kFirst = -std::numeric_limits<float>::infinity();
  return sortable(score > kFirst ? score : kFirst) << 32 | static_cast<std::uint32_t>(list);
}

}  // namespace

/// Puts all lists except vacant ones in the order of their scores.
template <class ResidualOf, class IsVacant>
void ProbeOrder::order_all(ResidualOf residual_of, IsVacant is_vacant) {
  const ResidualTerm term = residual_term_;
  const float* scores = scores_;
  std::uint64_t* order = order_;
  const std::int32_t lists = model_->lists();
  std::int32_t count = 0;
  for (std::int32_t i = 0; i < lists; ++i) {
    order[count] = place(scores[i] + term.of(residual_of(i)), i);
    count += is_vacant(i) ? 0 : 1;
  }
  count_ = count;
}

/// Computes the scores of all centroids.
void ProbeOrder::score_all() {
  const auto lists = static_cast<std::size_t>(model_->lists());
  const auto dims = static_cast<std::size_t>(model_->dims());
  const auto& kernels = kernel::active().f32;
  const std::size_t stride = dims * sizeof(float);
  kernels.l2_squared_many(query_, model_->centroids, stride, lists, dims, distances_);
  if (residual_term_.by_product) {
    kernels.inner_product_many(query_, model_->centroids, stride, lists, dims, scores_);
    for (std::size_t i = 0; i < lists; ++i) {
      scores_[i] = -scores_[i];
    }
  }
  const Model& model = *model_;
  order_all([&](std::int32_t i) { return model.entries[i].residual; },
            [&](std::int32_t i) { return model.is_vacant(i); });
}

/// Estimates the scores of all lists without reading centroids and entries. Returns false if memory
/// runs out.
bool ProbeOrder::estimate_all(Arena arena) {
  if (!estimate_products(*model_, query_, arena, scores_)) {
    return false;
  }
  const auto lists = static_cast<std::size_t>(model_->lists());
  const auto squared = static_cast<float>(
      kernel::active().f32.norm_squared(query_, static_cast<std::size_t>(model_->dims())));
  const CentroidCodes codes = model_->centroid_codes;
  float* scores = scores_;
  float* distances = distances_;
  for (std::size_t i = 0; i < lists; ++i) {
    distances[i] = squared + codes.norms[i] - 2 * scores[i];
  }
  for (std::size_t i = 0; residual_term_.by_product && i < lists; ++i) {
    scores[i] = -scores[i];
  }
  order_all([residuals = codes.residuals](std::int32_t i) { return residuals[i]; },
            [chains = codes.chains](std::int32_t i) { return chains[i] == 0; });
  return true;
}

/// Replaces the estimates of the n lists in piece_ by their scores.
void ProbeOrder::score_piece(std::int32_t n) {
  constexpr std::int32_t kAhead = 2;
  constexpr std::size_t kLine = 64 / sizeof(float);
  const auto dims = static_cast<std::size_t>(model_->dims());
  const auto& kernels = kernel::active().f32;
  for (std::int32_t i = 0; i < n; ++i) {
    if (i + kAhead < n) {
      const float* next = model_->centroid(list_of(piece_[i + kAhead]));
      for (std::size_t d = 0; d < dims; d += kLine) {
        __builtin_prefetch(next + d);
      }
    }
    const std::int32_t list = list_of(piece_[i]);
    const float* centroid = model_->centroid(list);
    distances_[list] = kernels.l2_squared(query_, centroid, dims);
    if (residual_term_.by_product) {
      scores_[list] = -kernels.inner_product(query_, centroid, dims);
    }
    piece_[i] = place(scores_[list] + residual_term_.of(model_->entries[list].residual), list);
  }
}

bool ProbeOrder::prepare(const Model& model, const float* query, bool by_product,
                         float residual_weight, Arena arena) {
  const auto lists = static_cast<std::size_t>(model.lists());
  const auto dims = static_cast<std::size_t>(model.dims());
  const std::size_t room = lists + kBlockLanes;  // estimates come in whole blocks
  order_ = arena.array<std::uint64_t>(lists);
  piece_ = arena.array<std::uint64_t>(lists);
  distances_ = arena.array<float>(room);
  scores_ = by_product ? arena.array<float>(room) : distances_;
  if (order_ == nullptr || piece_ == nullptr || distances_ == nullptr || scores_ == nullptr) {
    return false;
  }
  model_ = &model;
  query_ = query;
  residual_term_ = {
      .by_product = by_product,
      .weight = residual_weight,
      .reach = std::sqrt(kLargestOfList / static_cast<float>(dims) *
                         static_cast<float>(kernel::active().f32.norm_squared(query, dims)))};
  is_estimated_ = has_centroid_codes(model);
  count_ = 0;
  if (!is_estimated_) {
    score_all();
  } else if (!estimate_all(arena)) {
    return false;
  }
  rest_ = count_;
  sorted_ = 0;
  at_ = 0;
  return true;
}

std::uint64_t ProbeOrder::cut(std::int32_t wanted) {
  const std::int32_t stride = std::max(1, rest_ / kSample);
  std::int32_t size = 0;
  for (std::int32_t i = 0; i < rest_; i += stride) {
    piece_[size++] = order_[i];
  }
  const auto place = static_cast<std::int64_t>(size) * wanted / rest_;
  std::nth_element(piece_, piece_ + place, piece_ + size);
  return piece_[place];
}

void ProbeOrder::sort_next_part() {
  const std::int32_t taken = count_ - rest_;
  const bool has_margin = is_estimated_ && taken < kMarginUntil;
  const std::int32_t wanted = (has_margin ? kMargin : 1) * std::max(kFirstPiece, taken);
  const std::uint64_t most = 2 * wanted < rest_ ? cut(wanted) : ~std::uint64_t{0};
  std::int32_t near = 0;
  std::int32_t far = 0;
  for (std::int32_t i = 0; i < rest_; ++i) {
    const std::uint64_t list = order_[i];
    piece_[near] = list;
    order_[far] = list;
    near += list <= most ? 1 : 0;
    far += list <= most ? 0 : 1;
  }
  if (is_estimated_) {
    score_piece(near);
  }
  std::sort(piece_, piece_ + near);
  if (has_margin && far > 0) {
    // The farther half of these lists goes back to the rest: lists that the estimates put farther
    // away may be nearer than they are.
    const std::int32_t sure = (near + kMargin - 1) / kMargin;
    std::copy(piece_ + sure, piece_ + near, order_ + far);
    far += near - sure;
    near = sure;
  }
  rest_ = far;
  sorted_ = near;
  at_ = 0;
}

Probe ProbeOrder::next() {
  if (at_ == sorted_) {
    sort_next_part();
  }
  return probe_of(piece_[at_++]);
}

}  // namespace vecext::ivf

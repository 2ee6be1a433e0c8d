#include "core/ivf/probe_order.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

namespace {

constexpr std::int32_t kFirstPiece = 64;
constexpr std::int32_t kSample = 128;

/// Square of the largest of n normal numbers, 2 ln n, for lists of 300 rows.
constexpr float kLargestOfList = 11.4f;

/// Bits of a float that sort as the float does.
std::uint64_t sortable(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  return (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
}

}  // namespace

bool ProbeOrder::prepare(const Model& model, const float* query, Arena arena) {
  const auto lists = static_cast<std::size_t>(model.lists());
  const auto dims = static_cast<std::size_t>(model.dims());
  order_ = arena.array<std::uint64_t>(lists);
  piece_ = arena.array<std::uint64_t>(lists);
  distances_ = arena.array<float>(lists);
  keys_ = distances_;
  const bool by_product = model.metric() == Metric::kInnerProduct;
  if (by_product) {
    keys_ = arena.array<float>(lists);
  }
  if (order_ == nullptr || piece_ == nullptr || distances_ == nullptr || keys_ == nullptr) {
    return false;
  }
  const auto& kernels = kernel::active().f32;
  const std::size_t stride = dims * sizeof(float);
  kernels.l2_squared_many(query, model.centres, stride, lists, dims, distances_);
  if (by_product) {
    kernels.inner_product_many(query, model.centres, stride, lists, dims, keys_);
    for (std::size_t i = 0; i < lists; ++i) {
      keys_[i] = -keys_[i];
    }
  }
  // How far the farthest of a list's rows reaches along the query: the largest of some hundred
  // normal numbers, of which one direction has its share.
  const float reach = std::sqrt(kLargestOfList / static_cast<float>(dims) *
                                static_cast<float>(kernels.norm_squared(query, dims)));
  count_ = 0;
  for (std::size_t i = 0; i < lists; ++i) {
    const float residual = model.entries[i].residual;
    const float spread = by_product ? -reach * std::sqrt(residual) : kSpreadWeight * residual;
    if (!model.is_vacant(static_cast<std::int32_t>(i))) {
      order_[count_++] = sortable(keys_[i] + spread) << 32 | i;
    }
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

void ProbeOrder::take_piece() {
  const std::int32_t taken = count_ - rest_;
  const std::int32_t wanted = std::max(kFirstPiece, taken);
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
  std::sort(piece_, piece_ + near);
  rest_ = far;
  sorted_ = near;
  at_ = 0;
}

Probe ProbeOrder::next() {
  if (at_ == sorted_) {
    take_piece();
  }
  return probe_of(piece_[at_++]);
}

}  // namespace vecext

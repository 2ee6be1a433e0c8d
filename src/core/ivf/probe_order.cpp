#include "core/ivf/probe_order.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/kernel/kernel.h"

namespace vecext {

namespace {

constexpr std::int32_t kFirstPiece = 64;

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
  distances_ = arena.array<float>(lists);
  keys_ = distances_;
  const bool by_product = model.metric() == Metric::kInnerProduct;
  if (by_product) {
    keys_ = arena.array<float>(lists);
  }
  if (order_ == nullptr || distances_ == nullptr || keys_ == nullptr) {
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
  sorted_ = 0;
  at_ = 0;
  return true;
}

Probe ProbeOrder::next() {
  if (at_ == sorted_) {
    const std::int32_t end = std::min(count_, sorted_ + std::max(kFirstPiece, sorted_));
    std::nth_element(order_ + sorted_, order_ + end - 1, order_ + count_);
    std::sort(order_ + sorted_, order_ + end);
    sorted_ = end;
  }
  const auto list = static_cast<std::int32_t>(order_[at_++] & 0xFFFFFFFFu);
  return {list, keys_[list], distances_[list]};
}

}  // namespace vecext

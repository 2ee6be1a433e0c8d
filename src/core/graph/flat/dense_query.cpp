#include "core/graph/flat/dense_query.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/value/layout.h"

namespace vecext {

namespace {

constexpr std::int32_t kMostDims = 1 << 17;

/// Calls visit(index, value) for the elements of a sparse vector whose index is a dimension of the
/// column. On a damaged page an index may have any value.
template <class Visit>
void each_element(const std::byte* element, std::int32_t dims, const Visit& visit) {
  SparsevecLayout head;
  std::memcpy(&head, element, sizeof head);
  const std::byte* indices = element + sizeof head;
  const std::byte* values = indices + static_cast<std::ptrdiff_t>(head.nnz) * 4;
  for (std::ptrdiff_t i = 0; i < head.nnz; ++i) {
    std::uint32_t index;
    float value;
    std::memcpy(&index, indices + i * 4, sizeof index);
    std::memcpy(&value, values + i * 4, sizeof value);
    if (index < static_cast<std::uint32_t>(dims)) {
      visit(index, value);
    }
  }
}

}  // namespace

bool DenseQuery::serves(const GraphModel& model) {
  return model.element() == Element::kSparse && model.meta.dims <= kMostDims;
}

bool DenseQuery::reserve(const GraphModel& model, Arena arena) {
  dims_ = model.meta.dims;
  metric_ = model.metric();
  floats_ = arena.array<float>(static_cast<std::size_t>(dims_));
  if (floats_ != nullptr) {
    std::fill_n(floats_, dims_, 0.0F);
  }
  return floats_ != nullptr;
}

void DenseQuery::set(const std::byte* element) {
  element_ = element;
  squares_ = 0;
  magnitudes_ = 0;
  each_element(element, dims_, [&](std::uint32_t index, float value) {
    floats_[index] = value;
    squares_ += static_cast<double>(value) * value;
    magnitudes_ += std::fabs(value);
  });
}

void DenseQuery::clear() {
  each_element(element_, dims_, [&](std::uint32_t index, float) { floats_[index] = 0; });
}

double DenseQuery::distance(const std::byte* element) const {
  double product = 0;
  double squares = 0;
  double beyond = 0;  // sum over the row's elements of what they change in the query's magnitudes
  if (metric_ == Metric::kL1) {
    each_element(element, dims_, [&](std::uint32_t index, float value) {
      const float q = floats_[index];
      beyond += std::fabs(value - q) - std::fabs(q);
    });
    return magnitudes_ + beyond;
  }
  each_element(element, dims_, [&](std::uint32_t index, float value) {
    product += static_cast<double>(value) * floats_[index];
    squares += static_cast<double>(value) * value;
  });
  switch (metric_) {
    case Metric::kInnerProduct:
      return -product;
    case Metric::kCosine:
      return 1 - product / std::sqrt(squares_ * squares);
    default:
      return std::sqrt(std::max(0.0, squares_ + squares - 2 * product));
  }
}

}  // namespace vecext

// Merges two sparse rows, block by block. The loops are written once over vector primitives.
#pragma once

#include "core/kernel/loops.h"

namespace vecext::kernel {
namespace {

/// The last elements of a row, which are fewer than a block has. The rest of the block is filled up
/// with zeros at the greatest index. A row may have that index as well, in its last element. This
/// element is paired with the last one of the other row if it has the same index, or with a zero.
template <std::int32_t kSize>
struct LastBlock {
  std::uint32_t indices[kSize];
  float values[kSize];

  SparseRow fill(SparseRow row) {
    for (std::uint32_t& index : indices) {
      index = UINT32_MAX;
    }
    for (float& value : values) {
      value = 0;
    }
    const std::size_t bytes = static_cast<std::size_t>(row.count) * 4;
    copy_rest<sizeof indices>(indices, row.indices, bytes);
    copy_rest<sizeof values>(values, row.values, bytes);
    return {indices, values, kSize};
  }
};

/// Adds the pairs of two blocks. The n-th lane of `a` whose bit is set in `in_a` is paired with the
/// n-th lane of `b` whose bit is set in `in_b`.
template <class Op>
inline void add_pairs(typename Op::Sums& sums, const float* a, std::uint32_t in_a, const float* b,
                      std::uint32_t in_b) {
  using Lanes = typename Op::Lanes;
  if constexpr (requires { Lanes::compress(a, in_a); }) {
    Op::add(sums, Lanes::compress(a, in_a), Lanes::compress(b, in_b));
  } else {
    for (; in_a != 0 && in_b != 0; in_a &= in_a - 1, in_b &= in_b - 1) {
      Op::add(sums, Lanes::load(a + __builtin_ctz(in_a), 1),
              Lanes::load(b + __builtin_ctz(in_b), 1));
    }
  }
}

/// Compares all indices of a block of `a` with all indices of a block of `b`, then leaves the block
/// that ends at the lower index, since the other block may have indices of the next block. Indices
/// ascend in both rows, so the n-th lane of `a` that has an equal index in `b` pairs with the n-th
/// such lane of `b`. Elements without a pair are summed separately for each row, so that merge(a,
/// b) equals merge(b, a). If the indices of a row do not ascend, the result is wrong, but nothing
/// beyond the rows is read.
template <class Op>
float merge(SparseRow row_a, SparseRow row_b) {
  using Lanes = typename Op::Lanes;
  constexpr auto kBlock = static_cast<std::int32_t>(kWidth<Lanes, float>);
  using Sums = typename Op::Sums;
  SparseRow a = row_a;  // what is left of the row; it is a copy, since clang keeps parameters in
                        // memory
  SparseRow b = row_b;
  LastBlock<kBlock> last_a;
  LastBlock<kBlock> last_b;
  Sums sums = {};
  Sums alone_a = {};
  Sums alone_b = {};
  std::uint32_t done_a = 0;  // lanes of the block that have been added
  std::uint32_t done_b = 0;
  while (Op::kOnlyPairs ? a.count > 0 && b.count > 0 : a.count > 0 || b.count > 0) {
    if (a.count < kBlock) {
      a = last_a.fill(a);
    }
    if (b.count < kBlock) {
      b = last_b.fill(b);
    }
    const std::uint32_t in_a = Lanes::found(a.indices, b.indices);
    if (in_a != 0) {
      const std::uint32_t in_b = Lanes::found(b.indices, a.indices);
      add_pairs<Op>(sums, a.values, in_a, b.values, in_b);
      done_a |= in_a;
      done_b |= in_b;
    }
    const auto end_a = load_unaligned<std::uint32_t>(a.indices + kBlock - 1);
    const auto end_b = load_unaligned<std::uint32_t>(b.indices + kBlock - 1);
    const bool leave_a = end_a <= end_b;
    const bool leave_b = end_b <= end_a;
    if constexpr (!Op::kOnlyPairs) {
      Op::add(alone_a, Lanes::load_lanes(a.values, leave_a ? ~done_a : 0), Sums{});
      Op::add(alone_b, Lanes::load_lanes(b.values, leave_b ? ~done_b : 0), Sums{});
      done_a = leave_a ? 0 : done_a;
      done_b = leave_b ? 0 : done_b;
    }
    const std::int32_t step_a = leave_a ? kBlock : 0;
    const std::int32_t step_b = leave_b ? kBlock : 0;
    a = {a.indices + step_a, a.values + step_a, a.count - step_a};
    b = {b.indices + step_b, b.values + step_b, b.count - step_b};
  }
  if constexpr (!Op::kOnlyPairs) {
    sums = sums + (alone_a + alone_b);
  }
  return Op::result(sums);
}

template <class Lanes>
constexpr SparseKernels sparse_kernels() {
  return {merge<L2Squared<Lanes>>, merge<InnerProduct<Lanes>>, merge<L1<Lanes>>};
}

}  // namespace
}  // namespace vecext::kernel

#include "core/postings/sparse/sparse_terms.h"

namespace vecext::sparse {

namespace {

/// By how much the first range of an index is larger than its first weights need, since these may
/// be the least weights of all.
constexpr float kFirstRoom = 4;

/// By how much more than needed a range is widened. Each change of the range makes all backends
/// load the index again, so it should change rarely.
constexpr float kMoreRoom = 1.5F;

float times(float x, float factor) {
  return x > FLT_MAX / factor ? FLT_MAX : x * factor;
}

}  // namespace

std::uint32_t make_terms(const SparsevecView& vector, const WeightRange& range, SparseTerm* terms) {
  std::uint32_t count = 0;
  for (std::int32_t i = 0; i < vector.nnz; ++i) {
    const float weight = weight_at(vector, i);
    if (weight != 0) {
      SparseTerm& term = terms[count++];
      term.length = put_term(dimension_at(vector, i), weight < 0, term.bytes).length;
      term.code = code_of(range, std::abs(weight));
    }
  }
  return count;
}

void WeightsSeen::add(const SparsevecView& vector) {
  for (std::int32_t i = 0; i < vector.nnz; ++i) {
    greatest = std::max(greatest, std::abs(weight_at(vector, i)));
    has_negative = has_negative || weight_at(vector, i) < 0;
  }
}

bool admit(const WeightsSeen& seen, TextMeta* meta) {
  WeightRange& range = meta->weights;
  if (seen.greatest <= range.greatest && (!seen.has_negative || meta->has(kHasNegativeWeights))) {
    return false;
  }
  if (range.step == 0) {
    range = range_for(times(seen.greatest, kFirstRoom));
  } else if (seen.greatest > range.greatest) {
    range.greatest = times(seen.greatest, kMoreRoom);
  }
  meta->flags |= seen.has_negative ? kHasNegativeWeights : 0;
  ++meta->head.changes;
  return true;
}

}  // namespace vecext::sparse

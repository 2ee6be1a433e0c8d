// Text input and output of sparsevec.
#include "core/value/elements.h"
#include "core/value/parse.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

struct SparseText {
  Status status;
  std::int64_t dim = 0;
  std::vector<std::uint32_t> indices;
  std::vector<float> values;

  SparsevecView view() const {
    return {dim, static_cast<std::int32_t>(indices.size()), indices.data(), values.data()};
  }
};

SparseText parse(const std::vector<char>& text) {
  SparseText parsed;
  const std::int32_t capacity = std::min(sparse_capacity(text.data()), kMaxNonZeros);
  std::vector<SparseElement> elements(static_cast<std::size_t>(capacity));
  std::int32_t nnz = 0;
  parsed.status = parse_sparse(text.data(), elements.data(), &nnz, &parsed.dim);
  if (parsed.status.ok()) {
    require(nnz >= 0 && nnz <= capacity);
    parsed.status = sort_sparse(elements.data(), nnz, parsed.dim);
    elements.resize(static_cast<std::size_t>(nnz));
    for (const SparseElement& element : elements) {
      require(!parsed.status.ok() || (element.index >= 0 && element.index < parsed.dim));
      parsed.indices.push_back(static_cast<std::uint32_t>(element.index));
      parsed.values.push_back(element.value);
    }
  }
  return parsed;
}

void check_invariants(SparsevecView view) {
  require(view.dim >= 1 && (view.dim <= kMaxSparseDims || view.dim == kOpenSparseDims));
  for (std::int32_t i = 0; i < view.nnz; ++i) {
    require(i == 0 || view.indices[i] > view.indices[i - 1]);
    require(view.indices[i] < view.dim);
    require(is_finite(view.values[i]) && !is_zero(view.values[i]));
  }
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  const SparseText parsed = parse(text(data, size));
  if (parsed.status.ok()) {
    check_invariants(parsed.view());
    const SparseText again = parse(print(parsed.view()));
    require(again.status.ok() && again.dim == parsed.dim);
    require(again.indices == parsed.indices && again.values == parsed.values);
  }
  return 0;
}

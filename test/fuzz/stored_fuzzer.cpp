// Stored bytes that may say anything: whatever view_dense() and view_sparse() admit, every reader
// stays within it. The first byte says which type the rest is read as.
#include "core/value/arithmetic.h"
#include "core/value/binary.h"
#include "core/value/check.h"
#include "core/value/convert.h"
#include "core/value/distance.h"
#include "core/value/layout.h"
#include "fuzz.h"

namespace vecext::fuzz {
namespace {

template <class... Results>
void ignore(Results&&...) {}

template <class T>
void fuzz_dense(const OddBytes& stored) {
  DenseView<T> view;
  if (!view_dense(reinterpret_cast<const char*>(stored.data()), stored.size(), &view).ok()) {
    return;
  }
  const auto dim = static_cast<std::size_t>(view.dim);
  std::vector<T> out(dim);
  ignore(check_finite(view.x, view.dim), add(view, view, out.data()),
         subtract(view, view, out.data()), multiply(view, view, out.data()),
         normalize(view, out.data()), compare(view, view));
  ignore(l2_distance(view, view), cosine_distance(view, view), l1_distance(view, view), norm(view));

  std::vector<std::uint8_t> bits((dim + 7) / 8);
  binary_quantize(view, bits.data());

  const std::int32_t nnz = count_non_zeros(view);
  std::vector<std::uint32_t> indices(static_cast<std::size_t>(nnz));
  std::vector<float> values(indices.size());
  to_sparse(view, indices.data(), values.data());

  std::vector<std::byte> message(dense_wire_size<T>(view.dim));
  encode_dense(view, message.data());
  print(view);
}

void fuzz_sparse(const OddBytes& stored) {
  SparsevecView view;
  if (!view_sparse(reinterpret_cast<const char*>(stored.data()), stored.size(), &view).ok()) {
    return;
  }
  std::vector<std::uint32_t> indices(static_cast<std::size_t>(view.nnz));
  std::vector<float> values(indices.size());
  std::int32_t nnz = 0;
  ignore(normalize(view, indices.data(), values.data(), &nnz), compare(view, view));
  require(nnz <= view.nnz);
  ignore(l2_distance(view, view), cosine_distance(view, view), l1_distance(view, view), norm(view));

  if (view.dim <= kMaxDims) {
    std::vector<float> floats(static_cast<std::size_t>(view.dim));
    std::vector<Half> halves(floats.size());
    ignore(to_dense(view, floats.data()), to_dense(view, halves.data()));
  }
  std::vector<std::byte> message(sparse_wire_size(view.nnz));
  encode_sparse(view, message.data());
  print(view);
}

}  // namespace
}  // namespace vecext::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::fuzz;
  if (size > 0) {
    const OddBytes stored(data + 1, size - 1);
    switch (data[0] % 3) {
      case 0:
        fuzz_dense<float>(stored);
        break;
      case 1:
        fuzz_dense<vecext::Half>(stored);
        break;
      default:
        fuzz_sparse(stored);
        break;
    }
  }
  return 0;
}

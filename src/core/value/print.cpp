// Text output.
#include "core/value/print.h"

#include <charconv>

#include "core/value/elements.h"

namespace vecext {

namespace {

constexpr std::size_t kMaxIndexText = 10;  // digits of kOpenSparseDims

char* print_number(std::int64_t value, char* out) {
  return std::to_chars(out, out + kMaxIndexText, value).ptr;
}

}  // namespace

std::size_t dense_text_size(std::int32_t dim) {
  return sizeof "[]" + static_cast<std::size_t>(dim) * (kMaxFloatText + sizeof ',');
}

std::size_t sparse_text_size(std::int32_t nnz) {
  return sizeof "{}/" + kMaxIndexText +
         static_cast<std::size_t>(nnz) * (kMaxIndexText + sizeof ':' + kMaxFloatText + sizeof ',');
}

template <class T>
void print_dense(DenseView<T> view, PrintFloat print, char* out) {
  float x[kBlock];
  *out++ = '[';
  for_each_block(view.dim, [&](std::int32_t begin, std::int32_t n) {
    widen(view.x + begin, x, n);
    for (std::int32_t i = 0; i < n; ++i) {
      out += print(x[i], out);
      *out++ = ',';
    }
  });
  out[-1] = ']';
  *out = '\0';
}

void print_sparse(SparsevecView view, PrintFloat print, char* out) {
  *out++ = '{';
  for (std::int32_t i = 0; i < view.nnz; ++i) {
    if (i > 0) {
      *out++ = ',';
    }
    out = print_number(std::int64_t{load(view.indices, i)} + 1, out);
    *out++ = ':';
    out += print(load(view.values, i), out);
  }
  *out++ = '}';
  *out++ = '/';
  out = print_number(view.dim, out);
  *out = '\0';
}

template void print_dense(DenseView<float>, PrintFloat, char*);
template void print_dense(DenseView<Half>, PrintFloat, char*);

}  // namespace vecext

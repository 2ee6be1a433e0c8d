// Text input.
//
// Numbers are read as strtof() reads them: with its grammar, its rounding and its errors. Nearly
// all numbers are plain decimals. std::from_chars() reads these several times as fast, with the
// same result. strtof() reads the other numbers.
#include "core/value/parse.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/value/check.h"
#include "core/value/elements.h"

namespace vecext {

namespace {

/// A number, and where its token ends. If the token is not a number, `end` is where the token
/// begins.
struct Number {
  float value;
  const char* end;
  bool range_error;  // ERANGE of strtof()
};

Number read_with_strtof(const char* text) {
  char* end;
  errno = 0;
  const float value = std::strtof(text, &end);
  return {value, end, errno == ERANGE};
}

/// Reads a number. `end` is the terminating zero of the input. A number that underflows may be
/// returned as zero.
Number read_number(const char* text, const char* end) {
  float value;
  const auto [stop, error] = std::from_chars(text, end, value);
  if (error == std::errc{} && is_finite(value) && *stop != 'x' && *stop != 'X') [[likely]] {
    return {value, stop, false};
  }
  return read_with_strtof(text);
}

/// A decimal integer as strtoll() reads it. It is limited so that the integer before it is in the
/// range of int64 as well; an integer near the ends of that range is out of bounds in any case.
struct Integer {
  std::int64_t value;
  const char* end;
};

Integer read_integer(const char* text) {
  char* end;
  const std::int64_t value = std::strtoll(text, &end, 10);
  return {std::max(value, std::numeric_limits<std::int64_t>::min() + 1), end};
}

const char* skip_blanks(const char* text) {
  while (*text == ' ' || (*text >= '\t' && *text <= '\r')) {
    ++text;
  }
  return text;
}

/// Returns the number of commas plus one.
std::int32_t count_elements(const char* text) {
  const auto commas = std::count(text, text + std::strlen(text), ',');
  return static_cast<std::int32_t>(
      std::min<std::ptrdiff_t>(commas, std::numeric_limits<std::int32_t>::max() - 1) + 1);
}

Status invalid_syntax(const char* type, const char* text, const char* detail = nullptr) {
  return {.code = StatusCode::kInvalidSyntax,
          .type = type,
          .detail = detail,
          .text = text,
          .length = -1};
}

Status token_out_of_range(const char* type, const char* token, const char* end) {
  return {.code = StatusCode::kTokenOutOfRange,
          .type = type,
          .text = token,
          .length = static_cast<std::int32_t>(end - token)};
}

Status not_finite(const char* type, float value) {
  Status status = check_finite(&value, 1);
  status.type = type;
  return status;
}

/// Reads the element at `*cursor`, and moves the cursor to what follows it.
template <class T>
Status parse_element(const char* text, const char* end, const char** cursor, T* out) {
  constexpr const char* type = DenseType<T>::kName;
  const char* token = skip_blanks(*cursor);
  const Number number = read_number(token, end);
  if (number.end == token) {
    return invalid_syntax(type, text);
  }
  narrow(&number.value, out, 1);
  if (!is_finite(*out)) [[unlikely]] {
    return number.range_error || is_finite(number.value)
               ? token_out_of_range(type, token, number.end)
               : not_finite(type, number.value);
  }
  *cursor = skip_blanks(number.end);
  return {};
}

/// Does the same for an element of a sparse vector, `index:value`.
Status parse_element(const char* text, const char* end, const char** cursor, SparseElement* out) {
  const char* token = skip_blanks(*cursor);
  const Integer index = read_integer(token);
  if (index.end == token) {
    return invalid_syntax(kSparsevecName, text);
  }
  token = skip_blanks(index.end);
  if (*token != ':') {
    return invalid_syntax(kSparsevecName, text);
  }
  token = skip_blanks(token + 1);
  Number number = read_number(token, end);
  if (is_zero(number.value)) {
    number = read_with_strtof(token);
  }
  if (number.end == token) {
    return invalid_syntax(kSparsevecName, text);
  }
  if (number.range_error && (is_zero(number.value) || is_infinite(number.value))) {
    return token_out_of_range(kSparsevecName, token, number.end);
  }
  if (!is_finite(number.value)) {
    return not_finite(kSparsevecName, number.value);
  }
  *out = {index.value - 1, number.value};
  *cursor = skip_blanks(number.end);
  return {};
}

/// Reads `/dim` and the end of the text.
Status parse_sparse_dim(const char* text, const char* cursor, std::int64_t* dim) {
  cursor = skip_blanks(cursor);
  if (*cursor != '/') {
    return invalid_syntax(kSparsevecName, text, "Unexpected end of input.");
  }
  cursor = skip_blanks(cursor + 1);
  const Integer number = read_integer(cursor);
  if (number.end == cursor) {
    return invalid_syntax(kSparsevecName, text);
  }
  if (*skip_blanks(number.end) != '\0') {
    return invalid_syntax(kSparsevecName, text, "Junk after closing.");
  }
  *dim = number.value;
  return check_sparse_dim(number.value);
}

}  // namespace

std::int32_t dense_capacity(const char* text) {
  return std::min(count_elements(text), kMaxDims);
}

template <class T>
Status parse_dense(const char* text, T* out, std::int32_t* dim) {
  constexpr const char* type = DenseType<T>::kName;
  const char* const end = text + std::strlen(text);
  const char* cursor = skip_blanks(text);
  if (*cursor != '[') {
    return invalid_syntax(type, text, "Vector contents must start with \"[\".");
  }
  ++cursor;
  if (*skip_blanks(cursor) == ']') {
    return check_dim<T>(0);
  }
  std::int32_t n = 0;
  for (;; ++cursor) {
    if (n == kMaxDims) {
      return check_dim<T>(n + 1);
    }
    VECEXT_TRY(parse_element(text, end, &cursor, out + n));
    ++n;
    if (*cursor != ',') {
      break;
    }
  }
  if (*cursor != ']') {
    return invalid_syntax(type, text);
  }
  if (*skip_blanks(cursor + 1) != '\0') {
    return invalid_syntax(type, text, "Junk after closing right brace.");
  }
  *dim = n;
  return {};
}

std::int32_t sparse_capacity(const char* text) {
  return count_elements(text);
}

Status parse_sparse(const char* text, SparseElement* out, std::int32_t* nnz, std::int64_t* dim) {
  VECEXT_TRY(check_non_zeros(sparse_capacity(text)));
  const char* const end = text + std::strlen(text);
  const char* cursor = skip_blanks(text);
  if (*cursor != '{') {
    return invalid_syntax(kSparsevecName, text, "Vector contents must start with \"{\".");
  }
  std::int32_t n = 0;
  cursor = skip_blanks(cursor + 1);
  if (*cursor != '}') {
    for (;; ++cursor) {
      VECEXT_TRY(parse_element(text, end, &cursor, out + n));
      n += !is_zero(out[n].value);
      if (*cursor != ',') {
        break;
      }
    }
  }
  if (*cursor != '}') {
    return invalid_syntax(kSparsevecName, text);
  }
  *nnz = n;
  return parse_sparse_dim(text, cursor + 1, dim);
}

Status sort_sparse(SparseElement* elements, std::int32_t nnz, std::int64_t dim) {
  const auto by_index = [](SparseElement a, SparseElement b) { return a.index < b.index; };
  if (!std::is_sorted(elements, elements + nnz, by_index)) {
    std::sort(elements, elements + nnz, by_index);
  }
  for (std::int32_t i = 0; i < nnz; ++i) {
    if (elements[i].index < 0 || elements[i].index >= dim) {
      return {.code = StatusCode::kIndexOutOfBounds, .type = kSparsevecName};
    }
    if (i > 0 && elements[i].index == elements[i - 1].index) {
      return {.code = StatusCode::kIndicesRepeated, .type = kSparsevecName};
    }
  }
  return {};
}

template Status parse_dense(const char*, float*, std::int32_t*);
template Status parse_dense(const char*, Half*, std::int32_t*);

}  // namespace vecext

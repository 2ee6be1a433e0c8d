// Text input of a dense type: every number is strtof's, and what is printed reads back.
#pragma once

#include "core/value/elements.h"
#include "core/value/parse.h"
#include "fuzz.h"

namespace vecext::fuzz {

template <class T>
struct DenseText {
  Status status;
  std::vector<T> elements;
};

template <class T>
DenseText<T> parse(const std::vector<char>& text) {
  DenseText<T> parsed;
  parsed.elements.resize(static_cast<std::size_t>(dense_capacity(text.data())));
  std::int32_t dim = 0;
  parsed.status = parse_dense(text.data(), parsed.elements.data(), &dim);
  require(dim <= dense_capacity(text.data()));
  parsed.elements.resize(static_cast<std::size_t>(dim));
  return parsed;
}

/// The elements of a text known to be right, by strtof alone.
template <class T>
std::vector<T> read_by_strtof(const std::vector<char>& text) {
  std::vector<T> out;
  const char* cursor = std::strchr(text.data(), '[');
  while (cursor != nullptr) {
    char* end;
    const float value = std::strtof(cursor + 1, &end);
    narrow(&value, &out.emplace_back(), 1);
    cursor = std::strchr(end, ',');
  }
  return out;
}

inline void check_arguments(const Status& status, const std::vector<char>& text) {
  if (status.code == StatusCode::kInvalidSyntax) {
    require(status.text == text.data() && status.length == -1);
  }
  if (status.code == StatusCode::kTokenOutOfRange) {
    require(status.text > text.data() && status.length > 0);
    require(status.text + status.length < text.data() + text.size());
  }
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

template <class T>
void fuzz_dense_text(const std::uint8_t* data, std::size_t size) {
  const std::vector<char> input = text(data, size);
  const DenseText<T> parsed = parse<T>(input);
  if (!parsed.status.ok()) {
    check_arguments(parsed.status, input);
    return;
  }
  const auto dim = static_cast<std::int32_t>(parsed.elements.size());
  require(dim >= 1 && all_finite(parsed.elements.data(), dim));
  require(same(parsed.elements, read_by_strtof<T>(input)));

  const DenseText<T> again = parse<T>(print(DenseView<T>{parsed.elements.data(), dim}));
  require(again.status.ok() && same(again.elements, parsed.elements));
}

}  // namespace vecext::fuzz

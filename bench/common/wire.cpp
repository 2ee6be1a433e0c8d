// Encoders of PostgreSQL's binary formats and of COPY text.
#include "common/wire.h"

#include <bit>
#include <charconv>
#include <utility>

namespace bench {
namespace {

void put16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, static_cast<std::uint16_t>(value >> 16));
  put16(out, static_cast<std::uint16_t>(value));
}

void put_vector(std::string& out, std::span<const float> elements) {
  put16(out, static_cast<std::uint16_t>(elements.size()));
  put16(out, 0);
  for (const float element : elements) {
    put32(out, std::bit_cast<std::uint32_t>(element));
  }
}

/// A COPY field: length, then value.
void put_vector_field(std::string& out, std::span<const float> elements) {
  put32(out, static_cast<std::uint32_t>(4 + 4 * elements.size()));
  put_vector(out, elements);
}

void put_text(std::string& out, std::span<const float> elements) {
  char number[32];
  char separator = '[';
  for (const float element : elements) {
    out += separator;
    out.append(number, std::to_chars(number, number + sizeof number, element).ptr);
    separator = ',';
  }
  out += ']';
}

}  // namespace

std::string binary_vector(std::span<const float> elements) {
  std::string out;
  put_vector(out, elements);
  return out;
}

std::string binary_int(std::int32_t value) {
  std::string out;
  put32(out, static_cast<std::uint32_t>(value));
  return out;
}

std::string text_vector(std::span<const float> elements) {
  std::string out;
  put_text(out, elements);
  return out;
}

CopyRows CopyRows::binary_with_ids(const Matrix<float>& vectors) {
  CopyRows copy;
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    put16(copy.bytes_, 2);
    put32(copy.bytes_, 4);
    put32(copy.bytes_, static_cast<std::uint32_t>(i));
    put_vector_field(copy.bytes_, vectors.row(i));
    copy.ends_.push_back(copy.bytes_.size());
  }
  return copy;
}

CopyRows CopyRows::binary(const Matrix<float>& vectors) {
  CopyRows copy;
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    put16(copy.bytes_, 1);
    put_vector_field(copy.bytes_, vectors.row(i));
    copy.ends_.push_back(copy.bytes_.size());
  }
  return copy;
}

CopyRows CopyRows::text(const Matrix<float>& vectors) {
  CopyRows copy;
  copy.is_binary_ = false;
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    put_text(copy.bytes_, vectors.row(i));
    copy.bytes_ += '\n';
    copy.ends_.push_back(copy.bytes_.size());
  }
  return copy;
}

CopyRows CopyRows::lines(std::string text) {
  CopyRows copy;
  copy.is_binary_ = false;
  copy.bytes_ = std::move(text);
  for (std::size_t i = 0; i < copy.bytes_.size(); ++i) {
    if (copy.bytes_[i] == '\n') {
      copy.ends_.push_back(i + 1);
    }
  }
  return copy;
}

std::string_view copy_header() {
  // Signature, flags, length of the header extension.
  return {"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
}

std::string_view copy_trailer() {
  return {"\377\377", 2};
}

}  // namespace bench

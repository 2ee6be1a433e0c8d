// Vectors as bytes of the wire: values of binary parameters, rows of COPY in both formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/dataset.h"

namespace bench {

/// The binary form of a vector: int16 dimension, int16 zero, float4 elements, all big-endian.
std::string binary_vector(std::span<const float> elements);

/// The binary form of an int4.
std::string binary_int(std::int32_t value);

/// The text form of a vector: [1,2,3].
std::string text_vector(std::span<const float> elements);

/// COPY data, complete rows one after another, without the binary format's header and trailer.
class CopyRows {
 public:
  /// Rows of (id int, embedding vector), id = row number.
  static CopyRows binary_with_ids(const Matrix<float>& vectors);
  /// Rows of (embedding vector).
  static CopyRows binary(const Matrix<float>& vectors);
  static CopyRows text(const Matrix<float>& vectors);
  /// Rows that are in COPY's text format already, each with its end of line.
  static CopyRows lines(std::string text);

  bool is_binary() const { return is_binary_; }
  std::size_t rows() const { return ends_.size() - 1; }

  /// Bytes of rows [first, first + count).
  std::string_view slice(std::size_t first, std::size_t count) const {
    return std::string_view(bytes_).substr(ends_[first], ends_[first + count] - ends_[first]);
  }

 private:
  bool is_binary_ = true;
  std::string bytes_;
  std::vector<std::size_t> ends_ = {0};  // ends_[i]: where row i begins and row i - 1 ends
};

/// What precedes and follows the rows of binary COPY.
std::string_view copy_header();
std::string_view copy_trailer();

}  // namespace bench

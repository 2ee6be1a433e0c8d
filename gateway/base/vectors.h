// Dense vectors of a request in binary.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vecext::gateway {

/// Vectors as elements of an array of type vector[], in the binary form of the server: none of
/// their numbers is written as text.
class DenseVectors {
 public:
  /// Adds a vector, and returns its position, from 0. Throws a Failure kBadInput if it has more
  /// dimensions than a column can have.
  int add(std::span<const float> values);
  /// Adds a null.
  int add_null();

  int size() const { return size_; }
  /// Returns the elements, each behind its length.
  std::string_view elements() const { return elements_; }

 private:
  std::string elements_;
  int size_ = 0;
};

}  // namespace vecext::gateway

// Finds the word that a misspelt one may mean.
#pragma once

#include <string_view>

namespace vecext {

/// Finds the word among several that `word` may mean: the same word in other case, or with few
/// bytes changed. At most one byte may be changed, and one more for each four bytes of `word`, but
/// not all of them.
class ClosestWord {
 public:
  explicit ClosestWord(std::string_view word);

  /// Compares `word` with one more word. If several are equally near, the first stays.
  void compare(std::string_view known);

  /// Returns the nearest word so far; it is empty if none is near.
  std::string_view found() const { return found_; }

 private:
  std::string_view word_;
  int most_;  // changes that the next word may have
  std::string_view found_;
};

}  // namespace vecext

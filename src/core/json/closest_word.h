// The word that a misspelt one may mean.
#pragma once

#include <string_view>

namespace vecext {

/// Finds the one of several words that `word` is in other case or with few bytes changed: at most
/// one, and one more for each four bytes of it, but not all of them.
class ClosestWord {
 public:
  explicit ClosestWord(std::string_view word);

  /// Compares with one more word. The first of several that are equally near stays.
  void compare(std::string_view known);

  /// The nearest word so far; empty if none is near.
  std::string_view found() const { return found_; }

 private:
  std::string_view word_;
  int most_;  // changes that the next one may have
  std::string_view found_;
};

}  // namespace vecext

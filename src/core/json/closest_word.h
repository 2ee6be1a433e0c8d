// Finds the word that the writer of a misspelt word may have meant.
#pragma once

#include <string_view>

namespace vecext {

/// Finds, among several known words, the one that `word` may be meant to be: a word that differs
/// only in case, or in few bytes. One byte may be changed, and one more for each four bytes of
/// `word`, but never all of its bytes.
class ClosestWord {
 public:
  explicit ClosestWord(std::string_view word);

  /// Compares `word` with one more known word. If several known words are equally near, the first
  /// one is found.
  void compare(std::string_view known);

  /// Returns the nearest known word so far, or an empty string if none is near enough.
  std::string_view found() const { return found_; }

 private:
  std::string_view word_;
  int most_;  // how many changes the next known word may need at most
  std::string_view found_;
};

}  // namespace vecext

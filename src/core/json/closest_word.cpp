#include "core/json/closest_word.h"

#include <algorithm>
#include <cstddef>

namespace vecext {

namespace {

/// Words of more bytes than this are not compared, since no key and no name is so long.
constexpr std::size_t kMostBytes = 63;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Returns how many bytes have to be inserted, deleted or replaced to turn one word into the other
/// (Levenshtein's distance). Upper and lower case count as equal.
int changes(std::string_view a, std::string_view b) {
  int row[kMostBytes + 1];  // row[j]: changes from the first i bytes of a to the first j bytes of b
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = static_cast<int>(j);
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int replaced = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min(replaced, std::min(row[j], row[j + 1]) + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

ClosestWord::ClosestWord(std::string_view word) : word_(word), most_(-1) {
  if (!word.empty() && word.size() <= kMostBytes) {
    const int size = static_cast<int>(word.size());
    most_ = std::min(1 + size / 4, size - 1);
  }
}

void ClosestWord::compare(std::string_view known) {
  if (most_ < 0 || known.empty() || known.size() > kMostBytes) {
    return;
  }
  const int distance = changes(word_, known);
  if (distance <= most_) {
    found_ = known;
    most_ = distance - 1;
  }
}

}  // namespace vecext

#include "core/token/text_boundaries.h"

#include <algorithm>

#include "core/token/cjk_bigrams.h"

namespace vecext {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(std::string_view character, std::string_view set) {
  return !character.empty() && set.find(character) != std::string_view::npos;
}

std::string_view character_at(std::string_view text, std::size_t at) {
  return text.substr(at, next_character(text, at) - at);
}

/// Returns the character that ends at `at`, or an empty string at the beginning of the text.
std::string_view character_before(std::string_view text, std::size_t at) {
  if (at == 0) {
    return {};
  }
  const std::size_t begin = previous_character(text, at);
  return text.substr(begin, at - begin);
}

/// True if there are only blanks from `at` to the end of its line.
bool is_empty_line(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at]) && text[at] != '\n') {
    ++at;
  }
  return at == text.size() || text[at] == '\n';
}

/// True if the line that ends with the newline before `at` is empty and is not the first line.
bool follows_empty_line(std::string_view text, std::size_t at) {
  std::size_t i = at - 1;
  while (i > 0 && is_blank(text[i - 1]) && text[i - 1] != '\n') {
    --i;
  }
  return i > 0 && text[i - 1] == '\n';
}

/// True if the full stop before `at` belongs to an initial or to a common abbreviation.
bool is_abbreviation(std::string_view text, std::size_t stop) {
  constexpr std::size_t kLongest = 6;
  std::size_t begin = stop;
  while (begin > 0 && stop - begin <= kLongest &&
         (is_letter(text[begin - 1]) || text[begin - 1] == '.')) {
    --begin;
  }
  const std::string_view word = text.substr(begin, stop - begin);
  if (word.size() == 1) {
    return word[0] >= 'A' && word[0] <= 'Z';
  }
  for (const std::string_view known :
       {"Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Sr", "Jr", "vs", "cf", "Fig", "fig", "Vol", "vol",
        "pp", "approx", "e.g", "i.e"}) {
    if (word == known) {
      return true;
    }
  }
  return false;
}

/// True if a sentence ends before `at`, and only its closing marks and blanks lie between.
bool follows_sentence(std::string_view text, std::size_t at) {
  const char next = text[at];
  std::size_t end = at;
  while (end > 0 && is_blank(text[end - 1])) {
    --end;
  }
  const bool has_blank = end < at;
  constexpr std::size_t kMostClosing = 4;
  for (std::size_t i = 0; i < kMostClosing; ++i) {
    const std::string_view closing = character_before(text, end);
    if (!is_one_of(closing, "\"')]}”’»」』）】")) {
      break;
    }
    end -= closing.size();
  }
  const std::string_view last = character_before(text, end);
  if (is_one_of(last, "。！？")) {
    return true;
  }
  if (!has_blank || !is_one_of(last, ".!?…") || (next >= 'a' && next <= 'z')) {
    return false;
  }
  return last != "." || !is_abbreviation(text, end - 1);
}

/// True if the character at `at` belongs to a script without blanks between words.
bool is_cjk_at(std::string_view text, std::size_t at) {
  return has_cjk(character_at(text, at));
}

bool is_of_word(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::size_t next_character(std::string_view text, std::size_t at) {
  do {
    ++at;
  } while (at < text.size() && !begins_character(text[at]));
  return at;
}

std::size_t previous_character(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && !begins_character(text[at]));
  return at;
}

Boundary boundary_at(std::string_view text, std::size_t at) {
  if (at == 0) {
    return Boundary::kParagraph;
  }
  if (text[at - 1] == '\n') {
    return follows_empty_line(text, at) && !is_empty_line(text, at) ? Boundary::kParagraph
                                                                    : Boundary::kLine;
  }
  if (is_blank(text[at])) {
    return is_blank(text[at - 1]) ? Boundary::kCharacter : Boundary::kWordEnd;
  }
  if (follows_sentence(text, at)) {
    return Boundary::kSentence;
  }
  if (is_blank(text[at - 1])) {
    return Boundary::kWord;
  }
  const bool is_word =
      is_of_word(text[at]) && (is_cjk_at(text, at) || has_cjk(character_before(text, at)));
  return is_word ? Boundary::kWord : Boundary::kCharacter;
}

bool begins_token(std::string_view text, std::size_t at) {
  if (is_blank(text[at])) {
    return false;
  }
  if (at == 0 || !is_of_word(text[at]) || !is_of_word(text[at - 1])) {
    return true;
  }
  return is_cjk_at(text, at) || has_cjk(character_before(text, at));
}

MarkdownLine markdown_line(std::string_view text, std::size_t at) {
  constexpr std::size_t kMostIndent = 3;
  constexpr std::size_t kFenceMarks = 3;
  constexpr std::size_t kMostHeadingMarks = 6;
  if (is_empty_line(text, at)) {
    return MarkdownLine::kBlank;
  }
  std::size_t first = at;
  while (first < at + kMostIndent && text[first] == ' ') {
    ++first;
  }
  const char mark = text[first];
  std::size_t end = first;
  while (end < text.size() && text[end] == mark && end - first <= kMostHeadingMarks) {
    ++end;
  }
  if ((mark == '`' || mark == '~') && end - first >= kFenceMarks) {
    return MarkdownLine::kFence;
  }
  const bool is_heading = mark == '#' && end - first <= kMostHeadingMarks &&
                          (end == text.size() || is_blank(text[end]));
  return is_heading ? MarkdownLine::kHeading : MarkdownLine::kOther;
}

}  // namespace vecext

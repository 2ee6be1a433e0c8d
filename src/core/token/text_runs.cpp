#include "core/token/text_runs.h"

#include <array>

namespace vecext {

namespace {

enum class ByteClass : std::uint8_t {
  kOther,      // may form a token with the bytes around it
  kWord,       // a letter, a digit, a byte of a non-ASCII character
  kBlank,      // ends every token except tags
  kSeparator,  // ends a word, and does not begin a token
};

constexpr std::array<ByteClass, 256> classes() {
  std::array<ByteClass, 256> result{};
  for (std::size_t c = 0; c < result.size(); ++c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || (c >= '0' && c <= '9') || c >= 0x80) {
      result[c] = ByteClass::kWord;
    }
  }
  for (const char c : std::string_view(" \t\n\v\f\r")) {
    result[static_cast<unsigned char>(c)] = ByteClass::kBlank;
  }
  for (const char c : std::string_view("!\"#$%'()*,;:=>?[\\]^_`{|}")) {
    result[static_cast<unsigned char>(c)] = ByteClass::kSeparator;
  }
  return result;
}

constexpr std::array<ByteClass, 256> kClasses = classes();

ByteClass class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

/// True if a word that lies before `at` ends there, and the parser is between tokens after it. A
/// full stop or an underscore may make the word a part of a host or file name, and a colon may make
/// it a protocol.
bool TextRuns::ends_word(std::size_t at) const {
  if (at == text_.size() || class_of(text_[at]) == ByteClass::kBlank) {
    return true;
  }
  const bool is_last = at + 1 == text_.size();
  if (text_[at] == ':') {
    return is_last || text_[at + 1] != '/';
  }
  if (text_[at] == '.') {
    const ByteClass next = is_last ? ByteClass::kBlank : class_of(text_[at + 1]);
    return next == ByteClass::kBlank || (next == ByteClass::kSeparator && text_[at + 1] != '_');
  }
  return class_of(text_[at]) == ByteClass::kSeparator && text_[at] != '_';
}

/// True if the parser takes '<' at `at` for the beginning of a tag or comment.
bool TextRuns::begins_tag(std::size_t at) const {
  if (text_[at] != '<' || at + 1 == text_.size()) {
    return false;
  }
  const char next = text_[at + 1];
  return is_ascii_letter(next) || std::string_view("/!?:_").find(next) != std::string_view::npos;
}

void TextRuns::read_mixed(TextRun* run) {
  const std::size_t first = at_;
  run->kind = RunKind::kMixed;
  for (; at_ < text_.size() && class_of(text_[at_]) != ByteClass::kBlank; ++at_) {
    if (begins_tag(at_)) {
      run->kind = RunKind::kRest;
      at_ = text_.size();
      break;
    }
  }
  run->bytes = text_.substr(first, at_ - first);
}

bool TextRuns::next(TextRun* run) {
  while (at_ < text_.size() && (class_of(text_[at_]) == ByteClass::kBlank ||
                                class_of(text_[at_]) == ByteClass::kSeparator)) {
    ++at_;
  }
  if (at_ == text_.size()) {
    return false;
  }
  run->follows_blank = at_ > 0;
  std::size_t end = at_;
  while (end < text_.size() && class_of(text_[end]) == ByteClass::kWord) {
    ++end;
  }
  if (end == at_ || !ends_word(end)) {
    read_mixed(run);
    return true;
  }
  run->kind = RunKind::kWord;
  run->bytes = text_.substr(at_, end - at_);
  // A full stop after a word does not begin a token.
  at_ = end < text_.size() && text_[end] == '.' ? end + 1 : end;
  return true;
}

std::size_t place_to_cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) {
    return text.size();
  }
  for (std::size_t at = most; at > 0; --at) {
    if (class_of(text[at]) == ByteClass::kBlank) {
      return at;
    }
  }
  constexpr std::size_t kLongestCharacter = 4;
  for (std::size_t at = most; at > 0 && at + kLongestCharacter > most; --at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) {
      return at;
    }
  }
  return most;
}

}  // namespace vecext

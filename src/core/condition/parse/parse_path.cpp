#include <charconv>

#include "core/condition/parse/parse_filter.h"

namespace vecext {

namespace {

class PathParser {
 public:
  PathParser(std::string_view text, const Arena& arena) : text_(text), arena_(arena) {}

  ParseError parse(PayloadPath* path) {
    // Each step takes at least one character of the text.
    const std::size_t most = text_.size() < kMostLevels ? text_.size() : kMostLevels;
    PathStep* steps = arena_.array<PathStep>(most > 0 ? most : 1);
    if (steps == nullptr) {
      return failure(ParseErrorCode::kOutOfMemory, "out of memory");
    }
    std::size_t n = 0;
    for (bool begins = true; begins || at_ < text_.size(); begins = false) {
      if (n == kMostLevels) {
        return failure(ParseErrorCode::kTooLarge, "path has too many steps");
      }
      PathStep step;
      const ParseError error = read_step(begins, &step);
      if (!error.ok()) {
        return error;
      }
      steps[n++] = step;
    }
    *path = {{steps, n}, text_};
    return {};
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  ParseError failure(ParseErrorCode code, const char* reason) const {
    std::int32_t characters = 1;
    for (std::size_t i = 0; i < at_; ++i) {
      characters += (static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80;
    }
    return {code, reason, {}, {}, {}, characters};
  }

  ParseError malformed(const char* reason) const {
    return failure(ParseErrorCode::kMalformed, reason);
  }

  ParseError read_step(bool begins, PathStep* step) {
    if (!begins) {
      if (peek() == '[') {
        return read_index(step);
      }
      if (peek() != '.') {
        return malformed("path needs a period or a bracket here");
      }
      ++at_;
    }
    return peek() == '"' ? read_quoted(step) : read_plain(step);
  }

  ParseError read_plain(PathStep* step) {
    const std::size_t begin = at_;
    at_ = text_.find_first_of(".[]\"", begin);
    at_ = at_ == std::string_view::npos ? text_.size() : at_;
    if (at_ == begin) {
      return malformed("path needs a key here");
    }
    step->kind = PathStep::Kind::kKey;
    step->key = text_.substr(begin, at_ - begin);
    return {};
  }

  /// Reads a key in quotes, in which a quote is written twice.
  ParseError read_quoted(PathStep* step) {
    const std::size_t begin = ++at_;
    std::size_t quotes = 0;
    for (;; ++at_) {
      at_ = text_.find('"', at_);
      if (at_ == std::string_view::npos) {
        at_ = text_.size();
        return malformed("path has a quote that is not closed");
      }
      if (at_ + 1 == text_.size() || text_[at_ + 1] != '"') {
        break;
      }
      ++quotes;
      ++at_;
    }
    step->kind = PathStep::Kind::kKey;
    step->key = text_.substr(begin, at_ - begin);
    ++at_;
    return quotes == 0 ? ParseError{} : unquote(quotes, step);
  }

  ParseError unquote(std::size_t quotes, PathStep* step) const {
    char* room = arena_.array<char>(step->key.size());
    if (room == nullptr) {
      return failure(ParseErrorCode::kOutOfMemory, "out of memory");
    }
    std::size_t n = 0;
    for (std::size_t i = 0; i < step->key.size(); ++i) {
      room[n++] = step->key[i];
      i += step->key[i] == '"';
    }
    step->key = {room, step->key.size() - quotes};
    return {};
  }

  ParseError read_index(PathStep* step) {
    const char* end = text_.data() + text_.size();
    const char* digits = text_.data() + ++at_;
    if (peek() == ']') {
      ++at_;
      step->kind = PathStep::Kind::kAllElements;
      return {};
    }
    step->kind = PathStep::Kind::kIndex;
    const auto [stop, error] = std::from_chars(digits, end, step->index);
    if (error == std::errc::result_out_of_range) {
      return malformed("index in the path is out of range");
    }
    if (error != std::errc{} || *digits == '-') {
      return malformed("path needs an index or a closing bracket here");
    }
    at_ += static_cast<std::size_t>(stop - digits);
    if (peek() != ']') {
      return malformed("path needs a closing bracket here");
    }
    ++at_;
    return {};
  }

  std::string_view text_;
  const Arena& arena_;
  std::size_t at_ = 0;
};

}  // namespace

ParseError parse_path(std::string_view text, const Arena& arena, PayloadPath* path) {
  return PathParser(text, arena).parse(path);
}

}  // namespace vecext

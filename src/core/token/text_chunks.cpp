#include "core/token/text_chunks.h"

#include <algorithm>

namespace vecext {

namespace {

constexpr std::size_t kWordLevel = static_cast<std::size_t>(Boundary::kWord);
constexpr std::size_t kSentenceLevel = static_cast<std::size_t>(Boundary::kSentence);
constexpr std::size_t kLineLevel = static_cast<std::size_t>(Boundary::kLine);

/// After how many characters the caller is asked if the search should stop. It is a power of two.
constexpr std::int64_t kCharactersUnasked = 4096;

/// The greatest number of levels. Separators after the first kMostLevels - 1 are not searched for.
constexpr std::size_t kMostLevels = 33;

}  // namespace

TextChunks::TextChunks(std::string_view whole, const SplitOptions& options)
    : text_(whole), options_(options) {
  if (!text_.empty() && options_.strategy == SplitStrategy::kMarkdown) {
    enter_line(&start_);
  }
  covered_ = start_;
}

bool TextChunks::stops_at(const Place& place) const {
  return (place.character & (kCharactersUnasked - 1)) == 0 && options_.is_stopped();
}

/// Returns how many levels of boundaries there are, including level 0, at which any character may
/// end a chunk.
std::size_t TextChunks::levels() const {
  return options_.separators.empty() ? kBoundaries
                                     : std::min(options_.separators.size() + 1, kMostLevels);
}

/// Returns the level of a place: the higher it is, the better a chunk can end there.
std::size_t TextChunks::level_at(const Place& place) const {
  if (options_.strategy == SplitStrategy::kCharacter) {
    return 0;
  }
  if (options_.separators.empty()) {
    const auto level = static_cast<std::size_t>(boundary_at(text_, place.byte));
    if (options_.strategy == SplitStrategy::kSentence) {
      // A sentence ends at a paragraph, but may go on at a line.
      return level == kLineLevel ? kWordLevel : std::min(level, kSentenceLevel);
    }
    return place.fence != 0 ? std::min(level, kLineLevel) : level;
  }
  const std::string_view before = text_.substr(0, place.byte);
  const std::size_t count = levels() - 1;
  for (std::size_t i = 0; i < count; ++i) {
    if (before.ends_with(options_.separators[i])) {
      return count - i;
    }
  }
  return 0;
}

void TextChunks::step(Place* place) const {
  place->byte = next_character(text_, place->byte);
  ++place->character;
}

void TextChunks::step_back(Place* place) const {
  place->byte = previous_character(text_, place->byte);
  --place->character;
}

/// Notes in `*place` what the line of Markdown that begins there is. Returns true if a section
/// begins with this line. A heading that directly follows another heading does not begin a section.
bool TextChunks::enter_line(Place* place) const {
  const MarkdownLine line = markdown_line(text_, place->byte);
  if (line == MarkdownLine::kFence) {
    const char mark = text_[text_.find_first_not_of(' ', place->byte)];
    place->fence = place->fence == 0 ? mark : place->fence == mark ? '\0' : place->fence;
  }
  if (line == MarkdownLine::kHeading && place->fence == 0) {
    const bool ends_section = place->has_content;
    place->has_content = false;
    return ends_section;
  }
  place->has_content = place->has_content || line != MarkdownLine::kBlank;
  return false;
}

/// Returns the place before the first token that the chunk has no room for.
TextChunks::Place TextChunks::end_of_tokens() const {
  std::int64_t tokens = shared_tokens_;
  Place at = covered_;
  while (at.byte < text_.size() && !stops_at(at)) {
    if (begins_token(text_, at.byte) && ++tokens > options_.size) {
      break;
    }
    step(&at);
  }
  return at;
}

/// Returns the place where the chunk ends: the last place of the highest level that lies behind
/// what is covered, and with which the chunk is not too long. `*is_heading` becomes true if a
/// heading begins there.
TextChunks::Place TextChunks::end_of_chunk(bool* is_heading) const {
  *is_heading = false;
  Place best[kMostLevels];
  Place at = covered_;
  while (at.character - start_.character < options_.size) {
    step(&at);
    if (at.byte == text_.size() || stops_at(at)) {
      return at;
    }
    if (options_.strategy == SplitStrategy::kMarkdown && text_[at.byte - 1] == '\n' &&
        enter_line(&at)) {
      *is_heading = true;
      return at;
    }
    best[level_at(at)] = at;
  }
  std::size_t level = levels() - 1;
  while (best[level].byte == 0) {
    --level;
  }
  return best[level];
}

/// Returns the place such that as many tokens as may be shared lie between it and `end`.
TextChunks::Place TextChunks::start_by_tokens(const Place& end) {
  shared_tokens_ = 0;
  Place found = end;
  for (Place at = end; shared_tokens_ < options_.overlap;) {
    step_back(&at);
    if (at.byte <= start_.byte || stops_at(at)) {
      break;
    }
    if (begins_token(text_, at.byte)) {
      found = at;
      ++shared_tokens_;
    }
  }
  return found;
}

/// Returns where the chunk begins that follows a chunk with this end: at a word or a sentence, so
/// that the two chunks share as much as they may.
TextChunks::Place TextChunks::start_of_next(const Place& end) const {
  Place first = end;
  while (end.character - first.character < options_.overlap &&
         first.character > start_.character + 1 && !stops_at(first)) {
    step_back(&first);
  }
  // The kind of boundary at `end` decides with what the next chunk begins. If no such beginning is
  // found, the next chunk begins at `end`.
  const bool is_sentence =
      options_.strategy == SplitStrategy::kSentence && level_at(end) == kSentenceLevel;
  const bool is_word = options_.strategy != SplitStrategy::kCharacter && level_at(end) > 0;
  const std::size_t word = options_.separators.empty() ? kWordLevel : 1;
  const std::size_t least = is_sentence ? kSentenceLevel : is_word ? word : 0;
  for (Place at = first; at.byte < end.byte && !stops_at(at); step(&at)) {
    if (least == 0 || (level_at(at) >= least && !is_blank(text_[at.byte]))) {
      return at;
    }
  }
  return end;
}

bool TextChunks::next(TextChunk* chunk) {
  if (is_done()) {
    return false;
  }
  bool is_heading = false;
  const bool is_by_tokens = options_.strategy == SplitStrategy::kToken;
  const Place end = is_by_tokens ? end_of_tokens() : end_of_chunk(&is_heading);
  const std::int64_t shared_tokens = shared_tokens_;
  Place start = start_;
  if (end.byte < text_.size()) {
    start = is_heading ? end : is_by_tokens ? start_by_tokens(end) : start_of_next(end);
  }
  if (options_.is_stopped()) {
    shared_tokens_ = shared_tokens;
    return false;
  }
  *chunk = {.begin = start_.byte,
            .end = end.byte,
            .first_character = start_.character,
            .end_character = end.character};
  covered_ = end;
  start_ = start;
  return true;
}

}  // namespace vecext

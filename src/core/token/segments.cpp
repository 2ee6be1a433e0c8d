#include "core/token/segments.h"

#include "core/token/word_class.h"

namespace vecext {

namespace {

constexpr std::int32_t kEmojiSelector = 0xFE0F;
constexpr std::int32_t kKeycap = 0x20E3;

/// A character together with the characters after it that belong to it, by rule WB4 of UAX #29.
struct Unit {
  WordClass word_class;
  std::int32_t code;
  bool has_selector;  // true if a variation selector makes it an emoji
  bool has_keycap;
  bool ends_with_joiner;
  std::size_t end;
};

bool belongs_to_previous(WordClass word_class) {
  return word_class == WordClass::kExtend || word_class == WordClass::kJoiner;
}

/// Returns the unit that begins at `at`, which must be before the end of the text.
Unit unit_at(std::string_view text, std::size_t at) {
  const ClassedCharacter first = classed_character(text, at);
  Unit unit{first.word_class, first.code, false, false, first.word_class == WordClass::kJoiner,
            first.end};
  if (first.word_class == WordClass::kNewline) {
    return unit;
  }
  while (unit.end < text.size()) {
    const ClassedCharacter next = classed_character(text, unit.end);
    if (!belongs_to_previous(next.word_class)) {
      break;
    }
    unit.has_selector = unit.has_selector || next.code == kEmojiSelector;
    unit.has_keycap = unit.has_keycap || next.code == kKeycap;
    unit.ends_with_joiner = next.word_class == WordClass::kJoiner;
    unit.end = next.end;
  }
  return unit;
}

bool is_letter(WordClass c) {
  return c == WordClass::kLetter || c == WordClass::kHangul || c == WordClass::kHebrew;
}

bool is_letter_or_number(WordClass c) {
  return is_letter(c) || c == WordClass::kNumeric;
}

/// True if two units belong to one segment, whatever follows them. This is so by WB3c, WB5, WB7a,
/// WB8 to WB10 and WB13 to WB13b, and within a script of Southeast Asia.
bool are_joined(const Unit& first, const Unit& second) {
  const WordClass a = first.word_class;
  switch (second.word_class) {
    case WordClass::kPictograph:
      return first.ends_with_joiner;
    case WordClass::kLetter:
    case WordClass::kHangul:
    case WordClass::kHebrew:
    case WordClass::kNumeric:
      return is_letter_or_number(a) || a == WordClass::kExtendNumLet;
    case WordClass::kKatakana:
      return a == WordClass::kKatakana || a == WordClass::kExtendNumLet;
    case WordClass::kExtendNumLet:
      return is_letter_or_number(a) || a == WordClass::kKatakana || a == WordClass::kExtendNumLet;
    case WordClass::kSoutheastAsian:
      return a == WordClass::kSoutheastAsian;
    case WordClass::kSingleQuote:
      return a == WordClass::kHebrew;
    default:
      return false;
  }
}

bool may_join(WordClass between) {
  return between == WordClass::kMidLetter || between == WordClass::kMidNum ||
         between == WordClass::kMidNumLet || between == WordClass::kSingleQuote ||
         between == WordClass::kDoubleQuote;
}

/// True if three units belong to one segment, by WB6, WB7, WB7b, WB7c, WB11 or WB12. may_join()
/// must be true of the second one.
bool are_joined(WordClass a, WordClass between, WordClass b) {
  switch (between) {
    case WordClass::kMidLetter:
      return is_letter(a) && is_letter(b);
    case WordClass::kMidNum:
      return a == WordClass::kNumeric && b == WordClass::kNumeric;
    case WordClass::kMidNumLet:
    case WordClass::kSingleQuote:
      return (is_letter(a) && is_letter(b)) ||
             (a == WordClass::kNumeric && b == WordClass::kNumeric);
    case WordClass::kDoubleQuote:
      return a == WordClass::kHebrew && b == WordClass::kHebrew;
    default:
      return false;
  }
}

/// Returns the set of classes that has only class `c`.
constexpr std::uint32_t bit(WordClass c) {
  return std::uint32_t{1} << static_cast<unsigned>(c);
}

bool is_keycap(const Unit& unit) {
  return unit.has_keycap &&
         ((unit.code >= '0' && unit.code <= '9') || unit.code == '#' || unit.code == '*');
}

/// True if a segment that begins with this unit is an emoji. The segment must have no letters, or
/// be only this unit.
bool is_emoji(const Unit& unit) {
  return unit.word_class == WordClass::kPictograph
             ? unit.has_selector || is_emoji_character(unit.code)
             : is_keycap(unit);
}

/// Returns the kind of a segment whose characters have these classes.
SegmentKind kind_of(std::uint32_t classes) {
  constexpr std::uint32_t kAnyLetter =
      bit(WordClass::kLetter) | bit(WordClass::kHangul) | bit(WordClass::kHebrew);
  constexpr struct {
    WordClass word_class;
    SegmentKind kind;
  } kKinds[] = {{WordClass::kHangul, SegmentKind::kHangul},
                {WordClass::kNumeric, SegmentKind::kNumber},
                {WordClass::kKatakana, SegmentKind::kKatakana},
                {WordClass::kIdeograph, SegmentKind::kIdeograph},
                {WordClass::kHiragana, SegmentKind::kHiragana},
                {WordClass::kSoutheastAsian, SegmentKind::kSoutheastAsian}};
  const std::uint32_t of_words =
      classes &
      (kAnyLetter | bit(WordClass::kNumeric) | bit(WordClass::kKatakana) |
       bit(WordClass::kIdeograph) | bit(WordClass::kHiragana) | bit(WordClass::kSoutheastAsian));
  for (const auto& known : kKinds) {
    if (of_words == bit(known.word_class)) {
      return known.kind;
    }
  }
  return of_words != 0 ? SegmentKind::kWord : SegmentKind::kBetween;
}

/// True if the character is an ASCII character with which neither a word nor an emoji begins.
bool is_ascii_between(const ClassedCharacter& c) {
  return c.code < 0x80 && !is_letter_or_number(c.word_class) &&
         c.word_class != WordClass::kExtendNumLet && c.code != '#' && c.code != '*' && c.code >= 0;
}

/// Returns where a run of characters ends that begins with `next`. It goes on as long as
/// belongs(character) is true.
template <class Belongs>
std::size_t end_of_run(std::string_view text, ClassedCharacter next, const Belongs& belongs) {
  while (next.end < text.size()) {
    const ClassedCharacter after = classed_character(text, next.end);
    if (!belongs(after)) {
      break;
    }
    next = after;
  }
  return next.end;
}

}  // namespace

/// Reads a word, an emoji, or a run of ASCII characters between words.
SegmentKind Segments::read_standard() {
  const Unit first = unit_at(text_, at_);
  at_ = first.end;
  if (is_ascii_between({first.code, first.word_class, first.end})) {
    while (at_ < text_.size() && is_ascii_between(classed_character(text_, at_))) {
      ++at_;
    }
    return SegmentKind::kBetween;
  }
  Unit last = first;
  bool is_flag = false;
  if (first.word_class == WordClass::kRegionalIndicator && at_ < text_.size()) {
    const Unit second = unit_at(text_, at_);
    is_flag = second.word_class == WordClass::kRegionalIndicator;
    last = is_flag ? second : first;
    at_ = last.end;
  }
  std::uint32_t classes = bit(first.word_class);
  while (at_ < text_.size()) {
    Unit next = unit_at(text_, at_);
    bool is_joined = false;
    if (may_join(next.word_class) && next.end < text_.size()) {
      const Unit after = unit_at(text_, next.end);
      is_joined = are_joined(last.word_class, next.word_class, after.word_class);
      next = is_joined ? after : next;
    }
    is_joined = is_joined || are_joined(last, next);
    if (!is_joined) {
      break;
    }
    classes |= bit(next.word_class);
    last = next;
    at_ = next.end;
  }
  const SegmentKind kind = kind_of(classes);
  const bool may_be_emoji = kind == SegmentKind::kBetween || at_ == first.end;
  return is_flag || (may_be_emoji && is_emoji(first)) ? SegmentKind::kEmoji : kind;
}

SegmentKind Segments::read_word() {
  const ClassedCharacter first = classed_character(text_, at_);
  const bool is_word = is_alphanumeric(first.code);
  at_ = end_of_run(text_, first, [&](const ClassedCharacter& next) {
    return belongs_to_previous(next.word_class) || is_alphanumeric(next.code) == is_word;
  });
  return is_word ? SegmentKind::kWord : SegmentKind::kBetween;
}

SegmentKind Segments::read_printed() {
  const ClassedCharacter first = classed_character(text_, at_);
  const bool is_word = !is_white_space(first.code);
  at_ = end_of_run(text_, first, [&](const ClassedCharacter& next) {
    return is_white_space(next.code) != is_word;
  });
  return is_word ? SegmentKind::kWord : SegmentKind::kBetween;
}

bool Segments::next(Segment* segment) {
  if (at_ == text_.size()) {
    return false;
  }
  const std::size_t first = at_;
  const SegmentKind kind = how_ == Segmentation::kStandard ? read_standard()
                           : how_ == Segmentation::kWord   ? read_word()
                                                           : read_printed();
  *segment = {.bytes = text_.substr(first, at_ - first), .kind = kind};
  return true;
}

}  // namespace vecext

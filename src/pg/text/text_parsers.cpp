#include "pg/text/text_parsers.h"

#include "pg/sys/memory.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "tsearch/ts_public.h"
}

namespace vecext::pg {

namespace {

/// A type of tokens. Its number is that of a type of the default parser which is a word or blanks,
/// as the server's ts_headline() knows only these numbers.
struct TokenType {
  SegmentKind kind;
  int number;
  const char* name;
  const char* what;
};

constexpr TokenType kTypes[] = {
    {SegmentKind::kWord, 1, "word", "Letters and digits"},
    {SegmentKind::kNumber, 11, "number", "Digits"},
    {SegmentKind::kIdeograph, 2, "ideograph", "One Han character"},
    {SegmentKind::kHiragana, 3, "hiragana", "One Hiragana character"},
    {SegmentKind::kKatakana, 4, "katakana", "Katakana"},
    {SegmentKind::kHangul, 6, "hangul", "Hangul"},
    {SegmentKind::kSoutheastAsian, 9, "southeast_asian", "Thai, Lao, Khmer, Burmese"},
    {SegmentKind::kEmoji, 10, "emoji", "Emoji"},
    {SegmentKind::kBetween, kBlankToken, "blank", "What is between words"}};

int number_of(SegmentKind kind) {
  for (const TokenType& type : kTypes) {
    if (type.kind == kind) {
      return type.number;
    }
  }
  return 0;
}

Datum start(FunctionCallInfo fcinfo, Segmentation how) {
  check_utf8("this text search parser needs");
  const auto* bytes = reinterpret_cast<const char*>(PG_GETARG_POINTER(0));
  const std::string_view whole{bytes, static_cast<Size>(PG_GETARG_INT32(1))};
  auto* segments = palloc_object<Segments>(whole, how);
  PG_RETURN_POINTER(segments);
}

/// Returns the types of tokens in the form that the server expects: all types, or only word and
/// blank.
Datum types(bool all) {
  auto* found = palloc0_array<LexDescr>(lengthof(kTypes) + 1);
  int count = 0;
  for (const TokenType& type : kTypes) {
    if (all || type.kind == SegmentKind::kWord || type.kind == SegmentKind::kBetween) {
      found[count++] = {type.number, pstrdup(type.name), pstrdup(type.what)};
    }
  }
  PG_RETURN_POINTER(found);
}

}  // namespace

VECEXT_FUNCTION(vecext_standard_parser_start)
{ return start(fcinfo, Segmentation::kStandard); }
VECEXT_FUNCTION(vecext_word_parser_start)
{ return start(fcinfo, Segmentation::kWord); }
VECEXT_FUNCTION(vecext_whitespace_parser_start)
{ return start(fcinfo, Segmentation::kWhitespace); }

VECEXT_FUNCTION(vecext_parser_next)
{
  auto* segments = reinterpret_cast<Segments*>(PG_GETARG_POINTER(0));
  auto* token = reinterpret_cast<const char**>(PG_GETARG_POINTER(1));
  auto* size = reinterpret_cast<int*>(PG_GETARG_POINTER(2));
  Segment segment;
  // The server's loop over tokens does not process interrupts, and a dictionary may make hundreds
  // of n-grams of each token.
  CHECK_FOR_INTERRUPTS();
  if (!segments->next(&segment)) {
    PG_RETURN_INT32(0);
  }
  *token = segment.bytes.data();
  *size = static_cast<int>(segment.bytes.size());
  PG_RETURN_INT32(number_of(segment.kind));
}

VECEXT_FUNCTION(vecext_parser_end)
{
  pfree(PG_GETARG_POINTER(0));
  PG_RETURN_VOID();
}

VECEXT_FUNCTION(vecext_standard_parser_types)
{
  (void)fcinfo;
  return types(true);
}
VECEXT_FUNCTION(vecext_word_parser_types)
{
  (void)fcinfo;
  return types(false);
}

std::optional<Segmentation> segmentation_of(const TSParserCacheEntry& parser) {
  const PGFunction start = parser.prsstart.fn_addr;
  return start == vecext_standard_parser_start     ? std::optional{Segmentation::kStandard}
         : start == vecext_word_parser_start       ? std::optional{Segmentation::kWord}
         : start == vecext_whitespace_parser_start ? std::optional{Segmentation::kWhitespace}
                                                   : std::nullopt;
}

}  // namespace vecext::pg

#include "core/token/fold.h"

#include <algorithm>

// Only the C interface of ICU is used. From version 76 on, ICU's headers for C++ need all of its
// C++ interface.
#define U_SHOW_CPLUSPLUS_API 0
#define U_SHOW_CPLUSPLUS_HEADER_API 0
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

namespace vecext {

namespace {

constexpr std::int32_t kRoom =
    kFoldedRoom / 3;  // in units of UTF-16, each of which becomes at most 3 bytes of UTF-8

/// Returns ICU's rules that make ASCII of Latin letters. A process loads them once. Returns null if
/// ICU does not have them.
UTransliterator* latin_to_ascii() {
  static UTransliterator* const rules = [] {
    constexpr char16_t kName[] = u"Latin-ASCII";
    UErrorCode status = U_ZERO_ERROR;
    return utrans_openU(kName, -1, UTRANS_FORWARD, nullptr, 0, nullptr, &status);
  }();
  return rules;
}

FoldResult result_of(UErrorCode status) {
  if (U_SUCCESS(status)) {
    return FoldResult::kOk;
  }
  return status == U_BUFFER_OVERFLOW_ERROR ? FoldResult::kTooLong : FoldResult::kNoRules;
}

bool is_ascii(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

/// Folds a word that is all ASCII, in which only the case may be folded.
std::string_view fold_ascii(std::string_view word, bool lowercase, std::span<char> out) {
  std::transform(word.begin(), word.end(), out.begin(), [lowercase](char c) {
    return lowercase && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return {out.data(), word.size()};
}

}  // namespace

FoldResult fold(std::string_view word, const FoldOptions& options, std::span<char> out,
                std::string_view* folded) {
  if (word.size() > kLongestFolded) {
    return FoldResult::kTooLong;
  }
  if (is_ascii(word)) {
    *folded = fold_ascii(word, options.lowercase, out);
    return FoldResult::kOk;
  }
  UErrorCode status = U_ZERO_ERROR;
  char16_t read[kRoom];
  char16_t formed[kRoom];
  std::int32_t length = 0;
  u_strFromUTF8WithSub(read, kRoom, &length, word.data(), static_cast<std::int32_t>(word.size()),
                       0xFFFD, nullptr, &status);
  const UNormalizer2* form =
      options.lowercase ? unorm2_getNFKCCasefoldInstance(&status) : unorm2_getNFKCInstance(&status);
  length = unorm2_normalize(form, read, length, formed, kRoom, &status);
  if (options.ascii && U_SUCCESS(status)) {
    if (latin_to_ascii() == nullptr) {
      return FoldResult::kNoRules;
    }
    std::int32_t limit = length;
    utrans_transUChars(latin_to_ascii(), formed, &length, kRoom, 0, &limit, &status);
  }
  std::int32_t size = 0;
  u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &size, formed, length, &status);
  if (U_SUCCESS(status)) {
    *folded = {out.data(), static_cast<std::size_t>(size)};
  }
  return result_of(status);
}

}  // namespace vecext

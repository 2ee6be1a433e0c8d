#include "core/postings/update/postings_verify.h"

namespace vecext::postings {

namespace {

/// True if the hashes on the page are those of the document's terms, and its frequencies are
/// allowed.
bool has_sound_terms(const std::byte* page, const PendingTexts& text) {
  const std::uint8_t* at = text.terms();
  for (std::uint32_t i = 0; i < text.head().terms; ++i) {
    std::uint64_t length;
    at = get_number(at, text.terms_end(), &length);
    if (at == nullptr || length > static_cast<std::uint64_t>(text.terms_end() - at)) {
      return false;
    }
    const Term term{reinterpret_cast<const char*>(at), static_cast<std::uint32_t>(length)};
    if (pending_hashes(page)[text.first_hash() + i] != hash_of(term) ||
        text.extra()[i] >= kMostFrequency) {
      return false;
    }
    at += length;
  }
  return true;
}

}  // namespace

const char* check_pending_texts(const std::byte* page, OpenText* open) {
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    const bool is_first = (head.part & kFirstPartOfText) != 0;
    // VACUUM removes the parts of a document one after another, so some parts may still have a row.
    const bool is_of_row =
        is_first || head.row == open->row || head.row == kNoRow || open->row == kNoRow;
    if (is_first == open->is_open || !is_of_row) {
      return "parts of a pending document are not together";
    }
    if (head.row != kNoRow && head.row.line == 0) {
      return "an invalid row id";
    }
    *open = {(head.part & kLastPartOfText) == 0, is_first ? head.row : open->row};
    if (!has_sound_terms(page, text)) {
      return "a hash or a frequency of a pending document is wrong";
    }
  }
  return nullptr;
}

}  // namespace vecext::postings

#include "core/postings/update/insert_pending.h"

namespace vecext::postings {

namespace {

/// Returns how many bytes a document of `terms` terms takes, including their hashes. `coded` is how
/// many bytes its coded terms have.
std::size_t bytes_of(std::size_t coded, std::size_t terms) {
  const std::size_t bytes = (coded + terms + sizeof(PendingText) + 3) / 4 * 4;
  return bytes + terms * sizeof(std::uint32_t);
}

std::size_t coded_bytes(const Term& term) {
  return number_bytes(term.length) + term.length;
}

}  // namespace

void make_part(const NewText& text, std::uint32_t* from, TextPartOnPage* part) {
  const std::uint32_t first = *from;
  std::size_t coded = 0;
  std::uint32_t end = first;
  while (end < text.count &&
         bytes_of(coded + coded_bytes(text.terms[end]), end + 1 - first) <= kPendingTextRoom) {
    coded += coded_bytes(text.terms[end++]);
  }
  const std::uint32_t terms = end - first;
  const std::size_t bytes = bytes_of(coded, terms) - terms * sizeof(std::uint32_t);
  auto* to = reinterpret_cast<std::uint8_t*>(part->body);
  std::memset(to, 0, bytes - sizeof(PendingText));
  std::uint8_t* extra = to + bytes - sizeof(PendingText) - terms;
  for (std::uint32_t i = 0; i < terms; ++i) {
    const Term& term = text.terms[first + i];
    const std::uint32_t most = std::min(text.frequencies[first + i], kMostFrequency);
    part->hashes[i] = hash_of(term);
    to = put_number(to, term.length);
    if (term.length > 0) {
      std::memcpy(to, term.bytes, term.length);
    }
    to += term.length;
    extra[i] = static_cast<std::uint8_t>(most - 1);
  }
  part->head = {text.row,
                static_cast<std::uint16_t>(terms),
                static_cast<std::uint16_t>(bytes),
                length_code(text.length),
                static_cast<std::uint8_t>((first == 0 ? kFirstPartOfText : 0) |
                                          (end == text.count ? kLastPartOfText : 0)),
                0};
  *from = end;
}

bool is_wide(const NewText& text) {
  std::size_t coded = 0;
  for (std::uint32_t i = 0; i < text.count; ++i) {
    coded += coded_bytes(text.terms[i]);
  }
  return bytes_of(coded, text.count) > kPendingTextRoom;
}

}  // namespace vecext::postings

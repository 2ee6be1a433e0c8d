#include "core/postings/segment/term_page.h"

namespace vecext::postings {

bool TermPageWriter::add(const Term& term, const TermEntry& entry) {
  std::uint16_t& rows = page_head(page_)->rows;
  const bool is_first = rows % kGroupTerms == 0;
  const std::uint32_t shared = is_first ? 0 : common_prefix(last(), term);
  const std::uint32_t rest = term.length - shared;
  std::uint8_t coded[kLongestEntry];
  const auto entry_bytes = static_cast<std::size_t>(put_entry(coded, entry) - coded);
  const std::size_t bytes =
      (is_first ? 0 : number_bytes(shared)) + number_bytes(rest) + rest + entry_bytes;
  const std::uint32_t groups = rows / kGroupTerms + 1;
  if (used_ + bytes + groups * sizeof(std::uint16_t) > kPayloadSize) {
    return false;
  }
  std::uint8_t* to = text_bytes(page_) + used_;
  if (is_first) {
    *group_offset(page_, groups - 1) = static_cast<std::uint16_t>(used_);
  } else {
    to = put_number(to, shared);
  }
  to = put_number(to, rest);
  if (rest > 0) {
    std::memcpy(to, term.bytes + shared, rest);
    std::memcpy(last_ + shared, term.bytes + shared, rest);
  }
  std::memcpy(to + rest, coded, entry_bytes);
  last_length_ = term.length;
  used_ += bytes;
  ++rows;
  return true;
}

bool TermPageReader::next() {
  if (is_corrupt_ || i_ >= terms()) {
    return false;
  }
  is_corrupt_ = !read();
  ++i_;
  return !is_corrupt_;
}

bool TermPageReader::read() {
  const std::uint8_t* end = text_bytes(page_) + kPayloadSize - groups() * sizeof(std::uint16_t);
  std::uint64_t shared = 0;
  std::uint64_t rest;
  if (i_ % kGroupTerms == 0) {
    const std::size_t offset = *group_offset(page_, i_ / kGroupTerms);
    if (groups() * sizeof(std::uint16_t) > kPayloadSize || offset >= kPayloadSize) {
      return false;
    }
    at_ = text_bytes(page_) + offset;
  } else {
    at_ = get_number(at_, end, &shared);
    if (at_ == nullptr || shared > length_) {
      return false;
    }
  }
  at_ = get_number(at_, end, &rest);
  if (at_ == nullptr || rest > static_cast<std::uint64_t>(end - at_) ||
      shared + rest > kLongestTerm) {
    return false;
  }
  if (rest > 0) {
    std::memcpy(bytes_ + shared, at_, rest);
  }
  length_ = static_cast<std::uint32_t>(shared + rest);
  at_ = get_entry(at_ + rest, end, &entry_);
  return at_ != nullptr;
}

Status find_on_page(const std::byte* page, const Term& term, TermEntry* entry, bool* found) {
  TermPageReader reader(page);
  *found = false;
  // This finds the last group whose first term is not greater than the term.
  std::uint32_t low = 0;
  std::uint32_t high = reader.groups();
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    reader.seek(middle);
    if (!reader.next()) {
      return corrupt();
    }
    (compare(reader.term(), term) <= 0 ? low : high) = middle;
  }
  reader.seek(low);
  for (std::uint32_t i = 0; i < kGroupTerms && reader.next(); ++i) {
    const int order = compare(reader.term(), term);
    if (order >= 0) {
      *found = order == 0;
      *entry = reader.entry();
      break;
    }
  }
  return sound_if(!reader.is_corrupt());
}

}  // namespace vecext::postings

#include "core/text/update/flush.h"

namespace vecext::text {

namespace {

constexpr Status kNoMemory{.code = StatusCode::kOutOfMemory};
constexpr Status kDamaged{.code = StatusCode::kCorrupt};

}  // namespace

Status PendingPages::add(PageId id, const std::byte* page) {
  if (!reserve(arena_, page_count_, page_count_ + 1, 64u, &copies_room_, &copies_) ||
      !reserve(arena_, page_count_, page_count_ + 1, 64u, &ids_room_, &ids_)) {
    return kNoMemory;
  }
  auto* copy = arena_.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return kNoMemory;
  }
  std::memcpy(copy, page, kPageSize);
  copies_[page_count_] = copy;
  ids_[page_count_++] = id;
  return {};
}

Status PendingPages::read_terms(const PendingTexts& text, std::uint32_t document) {
  const std::uint32_t count = text.head().terms;
  if (!reserve(arena_, posting_count_, posting_count_ + count, std::size_t{4096}, &posting_room_,
               &postings_)) {
    return kNoMemory;
  }
  const std::uint8_t* at = text.terms();
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t length;
    at = get_number(at, text.terms_end(), &length);
    if (at == nullptr || length > static_cast<std::uint64_t>(text.terms_end() - at) ||
        length > kLongestTerm) {
      return kDamaged;
    }
    const Term term{reinterpret_cast<const char*>(at), static_cast<std::uint32_t>(length)};
    postings_[posting_count_++] = {term, document, text.extra()[i]};
    at += length;
  }
  return {};
}

Status PendingPages::read(const std::byte* page) {
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    const bool is_first = (head.part & kFirstPartOfText) != 0;
    if (head.row == kNoRow) {
      continue;
    }
    if (is_first) {
      if (!reserve(arena_, document_count_, document_count_ + 1, 1024u, &document_room_,
                   &documents_)) {
        return kNoMemory;
      }
      documents_[document_count_] = {head.row, head.length, document_count_};
      ++document_count_;
    } else if (document_count_ == 0 || documents_[document_count_ - 1].row != head.row) {
      return kDamaged;
    }
    if (const Status status = read_terms(text, document_count_ - 1); !status.ok()) {
      return status;
    }
  }
  return {};
}

Status PendingPages::sort() {
  for (std::uint32_t i = 0; i < page_count_; ++i) {
    if (const Status status = read(copies_[i]); !status.ok()) {
      return status;
    }
  }
  std::sort(documents_, documents_ + document_count_,
            [](const Document& a, const Document& b) { return a.row.packed() < b.row.packed(); });
  auto* numbers = arena_.array<std::uint32_t>(document_count_);
  if (numbers == nullptr) {
    return kNoMemory;
  }
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    numbers[documents_[i].read] = i;
  }
  for (std::size_t i = 0; i < posting_count_; ++i) {
    postings_[i].document = numbers[postings_[i].document];
  }
  std::sort(postings_, postings_ + posting_count_, [](const Posting& a, const Posting& b) {
    const int order = compare(a.term, b.term);
    return order != 0 ? order < 0 : a.document < b.document;
  });
  return {};
}

Status PendingPages::write(SegmentWriter* writer) const {
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    const Status status = writer->add_coded_document(documents_[i].row, documents_[i].length);
    if (!status.ok()) {
      return status;
    }
  }
  Status status = writer->end_documents();
  for (std::size_t i = 0; i < posting_count_ && status.ok(); ++i) {
    const Posting& posting = postings_[i];
    if (i == 0 || compare(postings_[i - 1].term, posting.term) != 0) {
      writer->begin_term(posting.term);
    }
    status = writer->add_extra(posting.document, posting.extra);
    const bool is_last =
        i + 1 == posting_count_ || compare(postings_[i + 1].term, posting.term) != 0;
    if (status.ok() && is_last) {
      status = writer->end_term();
    }
  }
  return status;
}

}  // namespace vecext::text

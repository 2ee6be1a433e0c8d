#include "core/text/update/flush.h"

#include <bit>

namespace vecext::text {

namespace {

constexpr Status kNoMemory{.code = StatusCode::kOutOfMemory};
constexpr Status kDamaged{.code = StatusCode::kCorrupt};

constexpr std::uint32_t kNoPosting = 0xFFFFFFFF;
/// Twice as many, to the next power of 2, have a number.
constexpr std::uint32_t kMostPostings = 1u << 29;

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

Status PendingPages::read_terms(const PendingTexts& text) {
  const std::uint32_t count = text.head().terms;
  if (posting_count_ > kMostPostings - count ||
      !reserve(arena_, posting_count_, posting_count_ + count, 4096u, &posting_room_, &postings_)) {
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
    postings_[posting_count_++] = {term, table_hash(term, seed_), 0, kNoPosting, text.extra()[i]};
    at += length;
  }
  return {};
}

Status PendingPages::read(const std::byte* page) {
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    const bool is_first = (head.part & kFirstPartOfText) != 0;
    // A VACUUM that was stopped leaves later parts of a document whose first one it has removed.
    is_removed_ = is_first ? head.row == kNoRow : is_removed_;
    if (is_removed_ || head.row == kNoRow) {
      continue;
    }
    if (is_first) {
      if (!reserve(arena_, document_count_, document_count_ + 1, 1024u, &document_room_,
                   &documents_)) {
        return kNoMemory;
      }
      documents_[document_count_++] = {head.row, head.length, posting_count_, posting_count_};
    } else if (document_count_ == 0 || documents_[document_count_ - 1].row != head.row) {
      return kDamaged;
    }
    if (const Status status = read_terms(text); !status.ok()) {
      return status;
    }
    documents_[document_count_ - 1].end = posting_count_;
  }
  return {};
}

/// Links the postings of each term, in the order of documents, and sorts the terms.
Status PendingPages::collect_lists(void (*poll)(void*), void* context) {
  const std::uint32_t room = std::bit_ceil(posting_count_ + 1) * 2;
  auto* table = arena_.array<std::uint32_t>(room);  // numbers of lists
  lists_ = arena_.array<List>(posting_count_);
  if (table == nullptr || lists_ == nullptr) {
    return kNoMemory;
  }
  std::fill_n(table, room, kNoPosting);
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    for (std::uint32_t j = documents_[i].first; j < documents_[i].end; ++j) {
      poll(context);
      Posting& posting = postings_[j];
      posting.document = i;
      std::uint32_t at = posting.hash & (room - 1);
      while (table[at] != kNoPosting && (postings_[lists_[table[at]].first].hash != posting.hash ||
                                         compare(term_of(lists_[table[at]]), posting.term) != 0)) {
        at = (at + 1) & (room - 1);
      }
      if (table[at] == kNoPosting) {
        table[at] = list_count_;
        lists_[list_count_++] = {j, j};
      } else {
        List& list = lists_[table[at]];
        postings_[list.last].next = j;
        list.last = j;
      }
    }
  }
  std::sort(lists_, lists_ + list_count_, [&](const List& a, const List& b) {
    poll(context);
    return compare(term_of(a), term_of(b)) < 0;
  });
  return {};
}

Status PendingPages::sort(void (*poll)(void*), void* context) {
  for (std::uint32_t i = 0; i < page_count_; ++i) {
    poll(context);
    if (const Status status = read(copies_[i]); !status.ok()) {
      return status;
    }
  }
  std::sort(documents_, documents_ + document_count_,
            [](const Document& a, const Document& b) { return a.row.packed() < b.row.packed(); });
  return collect_lists(poll, context);
}

Status PendingPages::write(SegmentWriter* writer) const {
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    const Status status = writer->add_coded_document(documents_[i].row, documents_[i].length);
    if (!status.ok()) {
      return status;
    }
  }
  Status status = writer->end_documents();
  for (std::uint32_t i = 0; i < list_count_ && status.ok(); ++i) {
    writer->begin_term(term_of(lists_[i]));
    for (std::uint32_t j = lists_[i].first; j != kNoPosting && status.ok(); j = postings_[j].next) {
      status = writer->add_extra(postings_[j].document, postings_[j].extra);
    }
    if (status.ok()) {
      status = writer->end_term();
    }
  }
  return status;
}

}  // namespace vecext::text

#include "core/postings/update/flush.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace vecext::postings {

namespace {

constexpr std::uint32_t kNoList = 0xFFFFFFFF;
/// The most occurrences of terms. The hash table has twice as many slots, rounded up to a power of
/// 2, whose number must fit into 32 bits.
constexpr std::uint32_t kMostOccurrences = 1u << 29;

/// How many lists ahead of the present one memory is prefetched.
constexpr std::uint32_t kListsAhead = 4;

}  // namespace

Status PendingPages::add(PageId id, const std::byte* page) {
  if (!reserve(arena_, page_count_, page_count_ + 1, 64u, &copies_room_, &copies_) ||
      !reserve(arena_, page_count_, page_count_ + 1, 64u, &ids_room_, &ids_)) {
    return out_of_memory();
  }
  auto* copy = arena_.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return out_of_memory();
  }
  std::memcpy(copy, page, kPageSize);
  copies_[page_count_] = copy;
  ids_[page_count_++] = id;
  return {};
}

/// Makes room for all documents and terms of the pages.
Status PendingPages::reserve_memory() {
  std::uint64_t documents = 0;
  std::uint64_t terms = 0;
  for (std::uint32_t i = 0; i < page_count_; ++i) {
    for (PendingTexts text(copies_[i]); text.next(); ++documents) {
      terms += text.head().terms;
    }
  }
  if (terms > kMostOccurrences) {
    return out_of_memory();
  }
  slot_count_ = std::bit_ceil(static_cast<std::uint32_t>(terms) + 1) * 2;
  documents_ = arena_.array<Document>(documents + 1);
  occurrences_ = arena_.array<Occurrence>(terms + 1);
  postings_ = arena_.array<Posting>(terms + 1);
  slots_ = arena_.array<Slot>(slot_count_);
  if (documents_ == nullptr || occurrences_ == nullptr || postings_ == nullptr ||
      slots_ == nullptr) {
    return out_of_memory();
  }
  std::fill_n(slots_, slot_count_, Slot{0, kNoList});
  return {};
}

/// Finds the list of a term. Adds a list if the term has none.
Status PendingPages::find_list(const Term& term, std::uint32_t* list) {
  const std::uint32_t hash = table_hash(term, seed_);
  Slot* slot = slots_ + (hash & (slot_count_ - 1));
  while (slot->list != kNoList &&
         (slot->hash != hash || compare(lists_[slot->list].term, term) != 0)) {
    slot = slots_ + ((slot + 1 - slots_) & (slot_count_ - 1));
  }
  if (slot->list == kNoList) {
    if (!reserve(arena_, list_count_, list_count_ + 1, 1024u, &list_room_, &lists_)) {
      return out_of_memory();
    }
    lists_[list_count_] = {term, 0, 0};
    *slot = {hash, list_count_++};
  }
  *list = slot->list;
  ++lists_[*list].count;
  return {};
}

Status PendingPages::read_terms(const PendingTexts& text) {
  const std::uint32_t count = text.head().terms;
  const std::uint8_t* at = text.terms();
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint64_t length;
    at = get_number(at, text.terms_end(), &length);
    if (at == nullptr || length > static_cast<std::uint64_t>(text.terms_end() - at) ||
        length > kLongestTerm) {
      return corrupt();
    }
    Occurrence& occurrence = occurrences_[occurrence_count_++];
    occurrence.extra = text.extra()[i];
    const Term term{reinterpret_cast<const char*>(at), static_cast<std::uint32_t>(length)};
    VECEXT_TRY(find_list(term, &occurrence.list));
    at += length;
  }
  return {};
}

Status PendingPages::read(const std::byte* page) {
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    const bool is_first = (head.part & kFirstPartOfText) != 0;
    // If a VACUUM was stopped, it may have removed the first part of a document and left later
    // parts.
    is_removed_ = is_first ? head.row == kNoRow : is_removed_;
    if (is_removed_ || head.row == kNoRow) {
      continue;
    }
    if (is_first) {
      documents_[document_count_++] = {head.row, head.length, occurrence_count_, occurrence_count_};
    } else if (document_count_ == 0 || documents_[document_count_ - 1].row != head.row) {
      return corrupt();
    }
    VECEXT_TRY(read_terms(text));
    documents_[document_count_ - 1].end = occurrence_count_;
  }
  return {};
}

/// Moves the postings of each list together, in the order of documents.
void PendingPages::place_postings(void (*poll)(void*), void* context) {
  std::uint32_t end = 0;
  for (std::uint32_t i = 0; i < list_count_; ++i) {
    lists_[i].end = end;
    end += lists_[i].count;
  }
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    poll(context);
    for (std::uint32_t j = documents_[i].first; j < documents_[i].end; ++j) {
      postings_[lists_[occurrences_[j].list].end++] = {i, occurrences_[j].extra};
    }
  }
}

/// Sorts keys by the first bytes of their terms: by one byte at a time, from the last one to the
/// first one. `room` has room for as many keys as `keys` has. Returns `keys` or `room`, whichever
/// has the sorted keys.
PendingPages::Key* PendingPages::sort_by_bytes(Key* keys, Key* room, void (*poll)(void*),
                                               void* context) const {
  constexpr unsigned kBits = 8;
  for (unsigned shift = 0; shift < 64 && list_count_ > 1; shift += kBits) {
    std::uint32_t places[(1u << kBits) + 1] = {};
    const auto byte = [shift](const Key& key) { return key.first_bytes >> shift & 0xFF; };
    poll(context);
    for (std::uint32_t i = 0; i < list_count_; ++i) {
      ++places[byte(keys[i]) + 1];
    }
    if (places[byte(keys[0]) + 1] == list_count_) {
      continue;
    }
    for (unsigned i = 0; i < 1u << kBits; ++i) {
      places[i + 1] += places[i];
    }
    for (std::uint32_t i = 0; i < list_count_; ++i) {
      room[places[byte(keys[i])]++] = keys[i];
    }
    std::swap(keys, room);
  }
  return keys;
}

Status PendingPages::order_lists(void (*poll)(void*), void* context) {
  auto* keys = arena_.array<Key>(std::size_t{list_count_} + 1);
  auto* room = arena_.array<Key>(std::size_t{list_count_} + 1);
  order_ = arena_.array<std::uint32_t>(std::size_t{list_count_} + 1);
  if (keys == nullptr || room == nullptr || order_ == nullptr) {
    return out_of_memory();
  }
  for (std::uint32_t i = 0; i < list_count_; ++i) {
    keys[i] = {first_bytes(lists_[i].term), i};
  }
  keys = sort_by_bytes(keys, room, poll, context);
  for (std::uint32_t i = 0, end = 0; i < list_count_; i = end) {
    for (end = i + 1; end < list_count_ && keys[end].first_bytes == keys[i].first_bytes;) {
      ++end;
    }
    std::sort(keys + i, keys + end, [&](const Key& a, const Key& b) {
      poll(context);
      return compare(lists_[a.list].term, lists_[b.list].term) < 0;
    });
  }
  for (std::uint32_t i = 0; i < list_count_; ++i) {
    order_[i] = keys[i].list;
  }
  return {};
}

Status PendingPages::sort(void (*poll)(void*), void* context) {
  VECEXT_TRY(reserve_memory());
  for (std::uint32_t i = 0; i < page_count_; ++i) {
    poll(context);
    VECEXT_TRY(read(copies_[i]));
  }
  std::sort(documents_, documents_ + document_count_,
            [](const Document& a, const Document& b) { return a.row.packed() < b.row.packed(); });
  place_postings(poll, context);
  return order_lists(poll, context);
}

Status PendingPages::write(SegmentWriter* writer) const {
  for (std::uint32_t i = 0; i < document_count_; ++i) {
    VECEXT_TRY(writer->add_coded_document(documents_[i].row, documents_[i].length));
  }
  VECEXT_TRY(writer->end_documents());
  for (std::uint32_t i = 0; i < list_count_; ++i) {
    // Lists and the bytes of their terms lie in the order in which they were found, not in the
    // order in which they are written, so they are prefetched.
    __builtin_prefetch(lists_ + order_[std::min(i + 2 * kListsAhead, list_count_ - 1)]);
    __builtin_prefetch(lists_[order_[std::min(i + kListsAhead, list_count_ - 1)]].term.bytes);
    const List& list = lists_[order_[i]];
    writer->begin_term(list.term);
    for (std::uint32_t j = list.end - list.count; j < list.end; ++j) {
      VECEXT_TRY(writer->add_extra(postings_[j].document, postings_[j].extra));
    }
    VECEXT_TRY(writer->end_term());
  }
  return {};
}

}  // namespace vecext::postings

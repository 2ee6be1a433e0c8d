#include "pg/am/postings/posting_builder.h"

#include <algorithm>

#include "pg/sys/hash_seed.h"
#include "pg/sys/memory.h"
#include "pg/sys/sort.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr Size kMostBlock = Size{1} << 20;
constexpr uint32 kFirstTable = 1 << 12;

/// The sizes of parts in bytes. The first is small, because most terms are rare.
constexpr Size kFirstPart = 32;
constexpr Size kLargestPart = 1024;
/// Lists are prefetched so many terms ahead.
constexpr int64 kListsAhead = 16;

/// The most bytes of a posting, whose gap has 31 bits.
constexpr int kMostBytes = 6;

/// The last number that a builder of this backend was given, when it was made or reset.
uint64 last_number;

}  // namespace

PostingBuilder::PostingBuilder(MemoryContext context, Size budget)
    : parent_(context), context_(nullptr), budget_(budget), seed_(hash_seed()) {
  reset();
}

void PostingBuilder::reset() {
  if (context_ != nullptr) {
    MemoryContextDelete(context_);
  }
  context_ = AllocSetContextCreate(parent_, "vecext postings", ALLOCSET_DEFAULT_SIZES);
  number_ = ++last_number;
  block_ = nullptr;
  left_ = 0;
  allocated_ = 0;
  table_room_ = kFirstTable;
  table_ = huge_array<TermList*>(table_room_, context_);
  std::fill_n(table_, table_room_, nullptr);
  terms_ = 0;
  postings_ = 0;
  longest_ = 0;
  rows_ = {};
  documents_ = 0;
  is_sorted_ = true;
}

void* PostingBuilder::allocate(Size bytes) {
  bytes = MAXALIGN(bytes);
  if (bytes > left_) {
    // A block is at most a part of the budget, so that no more than that lies idle.
    left_ = Max(Min(kMostBlock, budget_ / 16), bytes);
    block_ = array_in<char>(context_, left_);
    allocated_ += left_;
  }
  void* allocated = block_;
  block_ += bytes;
  left_ -= bytes;
  return allocated;
}

/// True if the memory is full. Writing takes memory, too: for the order of the terms, and for the
/// longest list.
bool PostingBuilder::is_full() const {
  const Size lists = table_room_ * sizeof(TermList*) + terms_ * sizeof(TermList*);
  const Size rows = static_cast<Size>(rows_.room) * sizeof(Document);
  return allocated_ + lists + rows + longest_ * sizeof(uint64) > budget_ ||
         documents_ == kMostDocuments - 1;
}

void PostingBuilder::grow_table() {
  const uint32 room = table_room_ * 2;
  auto* table = huge_array<TermList*>(room, context_);
  std::fill_n(table, room, nullptr);
  for (uint32 i = 0; i < table_room_; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (TermList* list = table_[i]; list != nullptr) {
      uint32 at = list->hash & (room - 1);
      while (table[at] != nullptr) {
        at = (at + 1) & (room - 1);
      }
      table[at] = list;
    }
  }
  pfree(table_);
  table_ = table;
  table_room_ = room;
}

PostingBuilder::TermList* PostingBuilder::list_of(const postings::Term& term) {
  CHECK_FOR_INTERRUPTS();
  const uint32 hash = postings::table_hash(term, seed_);
  uint32 at = hash & (table_room_ - 1);
  for (; table_[at] != nullptr; at = (at + 1) & (table_room_ - 1)) {
    TermList* list = table_[at];
    if (list->hash == hash && compare(list->term(), term) == 0) {
      return list;
    }
  }
  auto* list = static_cast<TermList*>(allocate(sizeof(TermList) + term.length));
  *list = {hash, term.length, 0, 0, nullptr, nullptr};
  memcpy(list->bytes(), term.bytes, term.length);
  table_[at] = list;
  if (++terms_ > table_room_ / 2) {
    grow_table();
  }
  return list;
}

/// Returns the list of a term of a document.
inline PostingBuilder::TermList* PostingBuilder::noted_list(const postings::DocumentTerm& term) {
  postings::TermNote* note = term.note;
  if (note != nullptr && note->owner == number_) {
    return static_cast<TermList*>(note->what);
  }
  TermList* list = list_of(term.term);
  if (note != nullptr) {
    *note = {list, number_};
  }
  return list;
}

/// Prefetches the list of a term, if there is one, into the processor's cache.
inline void PostingBuilder::prefetch_list(const postings::DocumentTerms& terms, int64 at) const {
  if (at < terms.count && terms.at[at].note != nullptr && terms.at[at].note->owner == number_) {
    __builtin_prefetch(terms.at[at].note->what);
  }
}

/// Prefetches the end of a list. The list has to be in the cache already.
inline void PostingBuilder::prefetch_tail(const postings::DocumentTerms& terms, int64 at) const {
  if (at < terms.count && terms.at[at].note != nullptr && terms.at[at].note->owner == number_) {
    __builtin_prefetch(static_cast<const TermList*>(terms.at[at].note->what)->tail);
  }
}

inline void PostingBuilder::add_posting(TermList* list, uint32 extra) {
  PostingPart* tail = list->tail;
  if (tail == nullptr || tail->room - tail->used < kMostBytes) {
    // If a posting might not fit the rest of a part, that rest stays unused.
    const Size bytes = tail == nullptr ? kFirstPart : Min(MAXALIGN(2 * tail->room), kLargestPart);
    auto* part = static_cast<PostingPart*>(allocate(bytes));
    part->next = nullptr;
    part->used = 0;
    part->room = static_cast<uint16>(bytes - offsetof(PostingPart, bytes));
    (tail == nullptr ? list->first : tail->next) = part;
    list->tail = tail = part;
  }
  const uint32 gap = list->count == 0 ? documents_ : documents_ - list->last - 1;
  uint8* end = postings::put_posting(tail->bytes + tail->used, gap, extra);
  tail->used = static_cast<uint16>(end - tail->bytes);
  list->last = documents_;
  longest_ = Max(longest_, ++list->count);
}

void PostingBuilder::add(RowId row, const postings::DocumentTerms& terms) {
  is_sorted_ =
      is_sorted_ && (documents_ == 0 || rows_.at[documents_ - 1].row.packed() < row.packed());
  const auto length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX)));
  rows_.push({row, postings::length_code(length)}, context_);
  for (int64 i = 0; i < terms.count; ++i) {
    prefetch_list(terms, i + kListsAhead);
    prefetch_tail(terms, i + kListsAhead / 2);
    const postings::DocumentTerm& term = terms.at[i];
    add_posting(noted_list(term), Min(term.count, postings::kMostFrequency) - 1);
  }
  postings_ += static_cast<uint64>(terms.count);
  ++documents_;
}

/// Sorts the documents by their rows. They may be out of order within a page of the table, because
/// a row whose index entry is that of an older version (HOT) has the row id of that version.
/// Returns the new number of each document, or null if all documents keep their numbers.
const uint32* PostingBuilder::sort_documents() {
  if (is_sorted_) {
    return nullptr;
  }
  auto* order = huge_array<uint64>(documents_, context_);
  auto* numbers = huge_array<uint32>(documents_, context_);
  GrowingArray<Document> sorted{};
  sorted.reserve(documents_, context_);
  for (uint32 i = 0; i < documents_; ++i) {
    order[i] = i;
  }
  interruptible_sort(order, documents_, [this](uint64 a, uint64 b) {
    return rows_.at[a].row.packed() < rows_.at[b].row.packed();
  });
  for (uint32 i = 0; i < documents_; ++i) {
    CHECK_FOR_INTERRUPTS();
    numbers[order[i]] = i;
    sorted.push(rows_.at[order[i]], context_);
  }
  rows_ = sorted;
  pfree(order);
  return numbers;
}

PostingBuilder::TermList** PostingBuilder::sorted_lists() {
  auto* lists = huge_array<TermList*>(terms_ + 1, context_);
  uint32 count = 0;
  for (uint32 i = 0; i < table_room_; ++i) {
    CHECK_FOR_INTERRUPTS();
    if (table_[i] != nullptr) {
      lists[count++] = table_[i];
    }
  }
  interruptible_sort(lists, count,
                     [](TermList* a, TermList* b) { return compare(a->term(), b->term()) < 0; });
  return lists;
}

/// Reads the postings of a list, and gives their documents new numbers unless `numbers` is null.
void PostingBuilder::read_list(TermList* list, const uint32* numbers, Postings* postings) {
  postings->count = 0;
  uint64 document = 0;
  for (PostingPart* part = list->first; part != nullptr; part = part->next) {
    const uint8* at = part->bytes;
    const uint8* end = at + part->used;
    CHECK_FOR_INTERRUPTS();
    while (at < end) {
      uint64 x;
      at = postings::get_number(at, end, &x);
      document += (x >> 1) + (postings->count > 0 ? 1 : 0);
      const uint64 extra = (x & 1) != 0 ? *at++ : 0;
      const uint64 number = numbers == nullptr ? document : numbers[document];
      postings->at[postings->count++] = number << 8 | extra;
    }
  }
  if (numbers != nullptr) {
    interruptible_sort(postings->at, postings->count);
  }
}

}  // namespace vecext::pg

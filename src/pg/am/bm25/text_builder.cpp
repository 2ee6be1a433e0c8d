#include "pg/am/bm25/text_builder.h"

#include <algorithm>
#include <new>

#include "pg/sys/error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

constexpr Size kBlockBytes = Size{1} << 20;
constexpr uint32 kFirstTable = 1 << 14;
constexpr uint32 kFirstDocuments = 4096;

template <class T>
T* allocate(MemoryContext context, Size count) {
  return static_cast<T*>(MemoryContextAllocHuge(context, count * sizeof(T)));
}

}  // namespace

TextBuilder::TextBuilder(MemoryContext context, Size budget)
    : parent_(context), context_(nullptr), budget_(budget) {
  reset();
}

void TextBuilder::reset() {
  if (context_ != nullptr) {
    MemoryContextDelete(context_);
  }
  context_ = AllocSetContextCreate(parent_, "vecext postings", ALLOCSET_DEFAULT_SIZES);
  block_ = nullptr;
  left_ = 0;
  taken_ = 0;
  table_room_ = kFirstTable;
  table_ = allocate<TermList*>(context_, table_room_);
  std::fill_n(table_, table_room_, nullptr);
  terms_ = 0;
  room_ = kFirstDocuments;
  rows_ = allocate<RowId>(context_, room_);
  lengths_ = allocate<uint32>(context_, room_);
  documents_ = 0;
  is_sorted_ = true;
}

void* TextBuilder::take(Size bytes) {
  bytes = MAXALIGN(bytes);
  taken_ += bytes;
  if (bytes > kBlockBytes / 8) {
    return MemoryContextAllocHuge(context_, bytes);
  }
  if (bytes > left_) {
    block_ = static_cast<char*>(MemoryContextAlloc(context_, kBlockBytes));
    left_ = kBlockBytes;
  }
  void* taken = block_;
  block_ += bytes;
  left_ -= bytes;
  return taken;
}

bool TextBuilder::is_full() const {
  return taken_ + table_room_ * sizeof(TermList*) + documents_ * (sizeof(RowId) + sizeof(uint32)) >
             budget_ ||
         documents_ == kMostDocuments - 1;
}

void TextBuilder::grow_table() {
  const uint32 room = table_room_ * 2;
  auto* table = allocate<TermList*>(context_, room);
  std::fill_n(table, room, nullptr);
  for (uint32 i = 0; i < table_room_; ++i) {
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

TextBuilder::TermList* TextBuilder::list_of(const text::Term& term) {
  const uint32 hash = text::hash_of(term);
  uint32 at = hash & (table_room_ - 1);
  for (; table_[at] != nullptr; at = (at + 1) & (table_room_ - 1)) {
    TermList* list = table_[at];
    if (list->hash == hash && compare(list->term(), term) == 0) {
      return list;
    }
  }
  auto* list = static_cast<TermList*>(take(sizeof(TermList) + term.length));
  *list = {hash, term.length, 0, 0, nullptr, nullptr};
  memcpy(list->bytes(), term.bytes, term.length);
  table_[at] = list;
  if (++terms_ > table_room_ / 2) {
    grow_table();
  }
  return list;
}

void TextBuilder::add(RowId row, const DocumentTerms& terms) {
  if (documents_ == room_) {
    room_ *= 2;
    rows_ = static_cast<RowId*>(repalloc_huge(rows_, room_ * sizeof(RowId)));
    lengths_ = static_cast<uint32*>(repalloc_huge(lengths_, room_ * sizeof(uint32)));
  }
  is_sorted_ = is_sorted_ && (documents_ == 0 || rows_[documents_ - 1].packed() < row.packed());
  rows_[documents_] = row;
  lengths_[documents_] = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX)));
  for (int64 i = 0; i < terms.count; ++i) {
    const DocumentTerm& term = terms.at[i];
    TermList* list = list_of({term.lexeme.data(), static_cast<uint32>(term.lexeme.size())});
    if (list->count == list->room) {
      const uint32 room = list->room == 0 ? 2 : list->room * 2;
      auto* documents = static_cast<uint32*>(take(room * sizeof(uint32)));
      auto* extra = static_cast<uint8*>(take(room));
      std::copy_n(list->documents, list->count, documents);
      std::copy_n(list->extra, list->count, extra);
      list->room = room;
      list->documents = documents;
      list->extra = extra;
    }
    list->documents[list->count] = documents_;
    list->extra[list->count++] = static_cast<uint8>(Min(term.count, text::kMostFrequency) - 1);
  }
  ++documents_;
}

/// Gives a list's postings the documents' new numbers.
void TextBuilder::renumber(TermList* list, const uint32* numbers) {
  auto* pairs = allocate<uint64>(context_, list->count);
  for (uint32 i = 0; i < list->count; ++i) {
    pairs[i] = static_cast<uint64>(numbers[list->documents[i]]) << 8 | list->extra[i];
  }
  std::sort(pairs, pairs + list->count);
  for (uint32 i = 0; i < list->count; ++i) {
    list->documents[i] = static_cast<uint32>(pairs[i] >> 8);
    list->extra[i] = static_cast<uint8>(pairs[i] & 255);
  }
  pfree(pairs);
}

/// Puts the documents in the order of their rows: within a page of the table, rows that follow
/// others there (HOT) have their first version's place.
void TextBuilder::sort_documents() {
  auto* order = allocate<uint32>(context_, documents_);
  auto* numbers = allocate<uint32>(context_, documents_);
  auto* rows = allocate<RowId>(context_, documents_);
  auto* lengths = allocate<uint32>(context_, documents_);
  for (uint32 i = 0; i < documents_; ++i) {
    order[i] = i;
  }
  std::sort(order, order + documents_,
            [this](uint32 a, uint32 b) { return rows_[a].packed() < rows_[b].packed(); });
  for (uint32 i = 0; i < documents_; ++i) {
    numbers[order[i]] = i;
    rows[i] = rows_[order[i]];
    lengths[i] = lengths_[order[i]];
  }
  rows_ = rows;
  lengths_ = lengths;
  for (uint32 i = 0; i < table_room_; ++i) {
    if (table_[i] != nullptr) {
      renumber(table_[i], numbers);
    }
  }
}

void TextBuilder::write(const text::PageSink& sink, const text::Bm25& bm25, uint32 chain,
                        SegmentEntry* entry) {
  if (!is_sorted_) {
    sort_documents();
  }
  auto* lists = allocate<TermList*>(context_, terms_ + 1);
  uint32 count = 0;
  for (uint32 i = 0; i < table_room_; ++i) {
    if (table_[i] != nullptr) {
      lists[count++] = table_[i];
    }
  }
  std::sort(lists, lists + count,
            [](TermList* a, TermList* b) { return compare(a->term(), b->term()) < 0; });
  auto* writer =
      new (MemoryContextAlloc(context_, sizeof(text::SegmentWriter))) text::SegmentWriter;
  check(writer->begin(context_arena(context_), sink, bm25, chain));
  for (uint32 i = 0; i < documents_; ++i) {
    check(writer->add_document(rows_[i], lengths_[i]));
  }
  check(writer->end_documents());
  for (uint32 i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    writer->begin_term(lists[i]->term());
    for (uint32 j = 0; j < lists[i]->count; ++j) {
      check(writer->add_extra(lists[i]->documents[j], lists[i]->extra[j]));
    }
    check(writer->end_term());
  }
  check(writer->finish(entry));
  reset();
}

}  // namespace vecext::pg

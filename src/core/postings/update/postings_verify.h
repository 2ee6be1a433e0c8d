// Checks every page, count, order and bound of an index. It computes each bound again. Nothing may
// change the segments meanwhile.
#pragma once

#include "core/page/pending_text_page.h"
#include "core/page/dead_rows.h"
#include "core/page/verify_pages.h"
#include "core/postings/segment/dictionary.h"
#include "core/postings/segment/document_cursor.h"
#include "core/postings/segment/posting_cursor.h"

namespace vecext::postings {

/// What the check has counted.
struct TextSummary {
  std::int64_t rows = 0;      // living documents, including pending ones
  std::int64_t removed = 0;   // removed documents
  std::int64_t pending = 0;   // pending documents
  std::int64_t postings = 0;  // postings in segments
};

template <PageStore S>
class VerifySegment {
 public:
  VerifySegment(S& store, const Segment& segment, bool has_weights, Arena arena,
                VerifyFinding* finding)
      : store_(store),
        segment_(segment),
        has_weights_(has_weights),
        arena_(arena),
        finding_(finding) {}

  Status run(const RowVisitor& visitor, TextSummary* summary) {
    lengths_ = arena_.array<std::uint8_t>(segment_.entry.documents);
    pages_ = arena_.array<DocumentPages>(1);
    term_page_ = arena_.array<std::byte>(kPageSize);
    list_memory_ = ListMemory::make(arena_);
    if (lengths_ == nullptr || pages_ == nullptr || term_page_ == nullptr ||
        list_memory_ == nullptr) {
      return out_of_memory();
    }
    norms_.set(segment_.bm25(), static_cast<double>(segment_.entry.average));
    Status status = check_documents(visitor, summary);
    if (status.ok() && finding_->what == nullptr) {
      status = check_terms();
    }
    summary->postings += static_cast<std::int64_t>(postings_seen_);
    return status;
  }

 private:
  void find(const char* what, PageId page = kNoPage) {
    if (finding_->what == nullptr) {
      *finding_ = {what, page};
    }
  }

  Status check_documents(const RowVisitor& visitor, TextSummary* summary) {
    DocumentCursor<S> at;
    std::uint64_t tokens = 0;
    std::uint32_t living = 0;
    std::uint64_t before = 0;
    Status status = at.begin(store_, segment_, pages_);
    for (; status.ok() && !at.is_end() && finding_->what == nullptr; status = at.next(store_)) {
      lengths_[at.document()] = at.length();
      tokens += decoded_length(at.length());
      if ((at.document() > 0 && at.row().packed() <= before) || at.row().line == 0) {
        find("rows of a segment are not in their order");
      }
      before = at.row().packed();
      if (at.is_living()) {
        ++living;
        if (!visitor.visit(visitor.context, at.row(), nullptr)) {
          find("a row is not the index's");
        }
      }
    }
    if (status.ok() && finding_->what == nullptr &&
        (tokens != segment_.entry.tokens || living != segment_.entry.living)) {
      find("a segment's documents are not as many as its entry says");
    }
    summary->rows += living;
    summary->removed += segment_.entry.documents - living;
    return status;
  }

  Status check_terms() {
    TermCursor<S> at;
    char last[kLongestTerm];
    Term before{last, 0};
    std::uint32_t terms = 0;
    Status status = at.begin(store_, segment_, {nullptr, 0}, term_page_);
    for (; status.ok() && !at.is_end() && finding_->what == nullptr; status = at.next(store_)) {
      const Term term = at.term();
      if (terms > 0 && compare(before, term) >= 0) {
        find("terms are not in their order");
      }
      std::memcpy(last, term.bytes, term.length);
      before.length = term.length;
      ++terms;
      TermEntry entry;
      bool is_found;
      status = find_term(store_, segment_, before, &entry, &is_found);
      if (status.ok() && (!is_found || entry.place != at.entry().place)) {
        find("a term is not found where it is");
      }
      if (status.ok()) {
        status = check_list(at.entry());
      }
      if (!status.ok()) {
        return status;
      }
    }
    if (status.ok() && finding_->what == nullptr &&
        (terms != segment_.entry.terms || postings_seen_ != segment_.entry.postings)) {
      find("a segment's terms are not as many as its entry says");
    }
    return status;
  }

  Status check_list(const TermEntry& entry) {
    PostingCursor<S> at;
    std::uint64_t count = 0;
    std::int64_t before = -1;
    std::uint8_t greatest = 0;
    std::uint8_t of_block = 0;
    std::uint8_t bound = 0;
    Status status = at.begin(store_, segment_, entry, list_memory_);
    for (; status.ok() && !at.is_end(); status = at.next(store_)) {
      if (!entry.is_short() && at.is_first_of_block()) {
        if (of_block != bound) {
          find("a block's bound is not that of its postings");
        }
        bound = at.head().bound;
        of_block = 0;
      }
      if (at.document() <= before || at.extra() >= kMostFrequency) {
        find("postings are not in their order");
      }
      before = at.document();
      const std::uint8_t impact = has_weights_
                                      ? bound_of_code(at.extra())
                                      : impact_code(at.extra(), norms_.of[lengths_[at.document()]]);
      of_block = std::max(of_block, impact);
      greatest = std::max(greatest, impact);
      ++count;
    }
    if (status.ok() && !entry.is_short() && of_block != bound) {
      find("a block's bound is not that of its postings");
    }
    if (status.ok() && (greatest != entry.bound || count != entry.df)) {
      find("a term's bound or count is not that of its postings");
    }
    postings_seen_ += count;
    return status;
  }

  S& store_;
  const Segment& segment_;
  bool has_weights_;
  Arena arena_;
  VerifyFinding* finding_;
  std::uint8_t* lengths_ = nullptr;
  DocumentPages* pages_ = nullptr;
  std::byte* term_page_ = nullptr;
  ListMemory* list_memory_ = nullptr;
  Norms norms_;
  std::uint64_t postings_seen_ = 0;
};

/// Says if the last document of a page of pending documents goes on on the next page, and which row
/// it has.
struct OpenText {
  bool is_open = false;
  RowId row = kNoRow;
};

/// Returns what is wrong with the contents of a page of pending documents, whose structure is
/// sound, or null if nothing is wrong. On entry, `*open` is the open document after the page
/// before; on return, it is the open document after this page.
const char* check_pending_texts(const std::byte* page, OpenText* open);

/// Checks the lists of pending documents.
template <PageStore S>
Status verify_pending(S& store, const Model& model, const RowVisitor& visitor, Arena arena,
                      TextSummary* summary, VerifyFinding* finding) {
  auto* copy = arena.array<std::byte>(kPageSize);
  if (copy == nullptr) {
    return out_of_memory();
  }
  for (std::int32_t i = 0; i < kPendingLists && finding->what == nullptr; ++i) {
    const PendingList& list = model.meta.pending[i];
    const std::uint32_t chain = model.meta.list_chains[i];
    verify_chain_number(model.meta.head, chain, finding);
    OpenText open;
    bool is_tail_seen = list.head == kNoPage && list.tail == kNoPage;
    ChainLength length;
    for (PageId page = list.head; page != kNoPage && finding->what == nullptr;) {
      if (length.is_beyond(store)) {
        *finding = {"a chain of pages is circular", page};
        return {};
      }
      const Status status = store.read(page, [&](const std::byte* bytes) {
        __builtin_memcpy(copy, bytes, kPageSize);
        return check_pending_text_page(bytes);
      });
      if (!status.ok()) {
        *finding = {"not a page of pending documents", page};
        return {};
      }
      *finding = {check_pending_texts(copy, &open), page};
      for (PendingTexts at(copy); at.next() && finding->what == nullptr;) {
        const bool is_first = (at.head().part & kFirstPartOfText) != 0;
        summary->pending += is_first ? 1 : 0;
        if (is_first && at.head().row != kNoRow) {
          ++summary->rows;
          if (!visitor.visit(visitor.context, at.head().row, nullptr)) {
            *finding = {"a row is not the index's", page};
          }
        }
      }
      is_tail_seen = is_tail_seen || page == list.tail;
      if (page == list.tail && page_head(copy)->chain != chain && finding->what == nullptr) {
        *finding = {"a list's last page has another chain number", page};
      }
      page = page_head(copy)->next;
      store.poll();
    }
    if (!is_tail_seen && finding->what == nullptr) {
      *finding = {"a list's last page is not in its chain", list.tail};
    }
    if (open.is_open && finding->what == nullptr) {
      *finding = {"a pending document has no end", list.tail};
    }
  }
  return {};
}

/// Checks the pages of the index against `model`, which was just loaded. If a page is so damaged
/// that reading it fails, that is a finding too.
template <PageStore S>
Status verify(S& store, const Model& model, const RowVisitor& visitor, Arena arena,
              TextSummary* summary, VerifyFinding* finding) {
  *summary = {};
  verify_next_chain(model.meta.head, finding);
  Status status;
  for (std::uint32_t i = 0; i < model.meta.segments && status.ok(); ++i) {
    VerifySegment<S> segment(store, model.segments[i], model.has_weights(), arena, finding);
    status = segment.run(visitor, summary);
    verify_chain_number(model.meta.head, model.meta.entries[i].chain, finding);
    if (finding->what != nullptr) {
      return {};
    }
  }
  if (status.code == StatusCode::kCorrupt || status.code == StatusCode::kStale) {
    *finding = {"a page of a segment is damaged", kNoPage};
    return {};
  }
  if (status.ok()) {
    status = verify_pending(store, model, visitor, arena, summary, finding);
  }
  return status.ok() && finding->what == nullptr
             ? verify_each_page(store, kUnknownPage, check_any_kind, finding)
             : status;
}

}  // namespace vecext::postings

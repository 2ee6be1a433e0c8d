// Finds the documents of a segment that score highest. This is MaxScore (Turtle, Flood 1995) within
// windows of documents, with the bounds of blocks (Ding, Suel, SIGIR 2011), as in Lucene. In each
// window, the lists are split: those of the lowest bounds, which cannot reach the k-th score even
// together, are not read from start to end. The documents of the other lists are candidates, and
// are looked up in the lists that were not read, in the one of the highest bound first.
#pragma once

#include <algorithm>

#include "core/base/bit_set.h"
#include "core/postings/search/document_rows.h"
#include "core/postings/search/prefix_list.h"
#include "core/postings/search/window.h"
#include "core/postings/segment/dictionary.h"

namespace vecext::postings {

/// What is searched for in a segment.
struct SegmentQuery {
  const Query& query;
  const Segment& segment;
  std::uint32_t number;     // number of the segment
  const DocumentBits* set;  // the documents that may be found; null if all documents may be found
                            // that the filter admits
  const RowFilter* filter;  // it is asked for each document found; null if every such document is
                            // admitted
  bool prunes;              // false, in tests, if every list is to be read
  bool has_few;             // true if most documents are not in the set
};

template <PageStore S>
class SegmentSearch {
 public:
  SegmentSearch(S& store, const SegmentQuery& of, Window* window, TopDocuments* top,
                SearchCounts* counts)
      : store_(store), of_(of), window_(*window), top_(top), counts_(counts) {}

  /// Searches the segment. entries[i] says where the query's term i is in it; its df is 0 if the
  /// segment does not have the term.
  Status run(const TermEntry* entries, Arena arena) {
    Status status = open_lists(entries, arena);
    const std::uint32_t windows = of_.segment.windows();
    for (std::uint32_t i = 0; i < windows && status.ok() && count_ > 0; ++i) {
      window_.first = i * kWindowDocuments;
      window_.end = std::min(window_.first + kWindowDocuments, of_.segment.entry.documents);
      window_.found_count = 0;
      status = search_window();
      store_.poll();
    }
    return status;
  }

 private:
  bool reserve_memory(Arena arena) {
    const std::size_t count = of_.query.count;
    lists_ = arena.array<QueryList>(count);
    order_ = arena.array<QueryList*>(count);
    below_ = arena.array<std::int32_t>(count + 1);
    if (of_.query.has_prefix) {
      prefix_memory_ = arena.array<PrefixMemory>(1);
      if (prefix_memory_ == nullptr ||
          !prefix_memory_->counts.reset(of_.segment.entry.documents, arena)) {
        return false;
      }
    }
    return lists_ != nullptr && order_ != nullptr && below_ != nullptr;
  }

  Status open_lists(const TermEntry* entries, Arena arena) {
    const Segment& segment = of_.segment;
    if (!reserve_memory(arena)) {
      return out_of_memory();
    }
    const double growth = growth_;
    for (std::uint32_t i = 0; i < of_.query.count; ++i) {
      if (entries[i].df == 0) {
        continue;
      }
      QueryList& list = lists_[count_];
      order_[count_++] = &list;
      list = {};
      list.entry = entries[i];
      list.weight = of_.query.terms[i].weight;
      const QueryTerm& term = of_.query.terms[i];
      list.units = term.units;
      list.scale = term.units != nullptr ? BoundScale(term.units)
                                         : BoundScale(list.weight, term.is_prefix ? 1 : growth);
      list.postings = arena.array<Postings>(1);
      if (list.postings == nullptr) {
        return out_of_memory();
      }
      VECEXT_TRY(term.is_prefix          ? open_union(term, &list, arena)
                 : list.entry.is_short() ? open_short(&list)
                                         : open_blocks(&list, arena));
      list.bound = list.scale.of(list.entry.bound);
      list.is_sparse = 2 * std::uint64_t{list.blocks} < segment.windows();
    }
    return {};
  }

  Status open_short(QueryList* list) {
    list->blocks = 1;
    ++counts_->blocks;
    return read_short_list(store_, of_.segment, list->entry, list->postings);
  }

  Status open_blocks(QueryList* list, Arena arena) {
    if (list->entry.df > of_.segment.entry.documents) {
      return corrupt();
    }
    list->blocks = static_cast<std::uint32_t>(list->entry.blocks());
    list->decoded = kNoBlock;
    auto* heads = arena.array<BlockHead>(list->blocks);
    list->heads = heads;
    return heads == nullptr
               ? out_of_memory()
               : read_heads(store_, of_.segment, list->entry.place, list->blocks, heads);
  }

  Status open_union(const QueryTerm& term, QueryList* list, Arena arena) {
    return open_prefix(store_, of_.segment, term, of_.query.norms, prefix_memory_, arena, list);
  }

  std::int32_t limit() const { return of_.prunes ? top_->limit() : 0; }

  /// Gives the user a chance to cancel a loop over very many lists.
  void poll_at(std::uint32_t list) {
    constexpr std::uint32_t kEach = 4096;
    if (list % kEach == kEach - 1) {
      store_.poll();
    }
  }

  Status search_window() {
    VECEXT_TRY(find_allowed());
    if (is_empty_) {
      return {};
    }
    for (std::uint32_t i = 0; i < count_; ++i) {
      poll_at(i);
      VECEXT_TRY(bound_list(order_[i]));
    }
    sort_lists();
    // Even together, the lists order_[0 .. essential_ - 1] cannot reach the limit.
    essential_ = 0;
    while (essential_ < count_ && below_[essential_ + 1] <= limit()) {
      ++essential_;
    }
    if (essential_ == count_) {
      return {};
    }
    ++counts_->windows;
    VECEXT_TRY(read_lengths());
    if (probes_set()) {
      find_allowed_documents(&window_);
      essential_ = count_;
    } else {
      VECEXT_TRY(read_essential());
    }
    for (std::uint32_t i = essential_; i > 0 && window_.found_count > 0; --i) {
      poll_at(i);
      VECEXT_TRY(probe_list(order_[i - 1], below_[i - 1]));
    }
    return add_found();
  }

  /// Sets window_.allowed to the documents that may be found in the window, and is_empty_ to true
  /// if there are none.
  Status find_allowed() {
    const std::uint64_t* set = of_.set == nullptr ? nullptr : of_.set->words + window_.first / 64;
    window_.allowed = set;
    window_.allows_few = of_.has_few;
    if (of_.segment.has_removed()) {
      const std::uint32_t window = window_.first / kWindowDocuments;
      VECEXT_TRY(read_part(store_, of_.segment, kLivePages, window / kWindowsOfLivePage,
                           [&](const std::byte* page) -> Status {
                             const std::uint64_t* live =
                                 live_words(page) + window % kWindowsOfLivePage * kWindowWords;
                             for (std::size_t i = 0; i < window_.groups(); ++i) {
                               window_.allowed_room[i] =
                                   live[i] & (set == nullptr ? ~std::uint64_t{0} : set[i]);
                             }
                             return {};
                           }));
      window_.allowed = window_.allowed_room;
    }
    is_empty_ = window_.allowed != nullptr &&
                std::all_of(window_.allowed, window_.allowed + window_.groups(),
                            [](std::uint64_t word) { return word == 0; });
    return {};
  }

  /// Moves a list to the window and sets the bound of its postings there. If the list is sparse,
  /// its block is decoded, which shows that some windows have none of its postings.
  Status bound_list(QueryList* list) {
    move_to(list, window_.first);
    while (list->is_sparse && list->decoded != list->block &&
           list->first_of(list->block) < window_.end) {
      VECEXT_TRY(decode(list, list->block));
      move_in_block(list, window_.first);
    }
    bound_window(list, window_.end);
    return {};
  }

  /// Sorts the lists by their bounds in the window, and sets the sums of these bounds. Insertion
  /// sort serves few lists, since most of them keep their places from one window to the next.
  void sort_lists() {
    constexpr std::uint32_t kFewLists = 64;
    const bool are_many = count_ > kFewLists;
    if (are_many) {
      std::sort(order_, order_ + count_, [](const QueryList* a, const QueryList* b) {
        return a->window_bound < b->window_bound;
      });
    }
    for (std::uint32_t i = 1; i < count_ && !are_many; ++i) {
      QueryList* list = order_[i];
      std::uint32_t at = i;
      for (; at > 0 && order_[at - 1]->window_bound > list->window_bound; --at) {
        order_[at] = order_[at - 1];
      }
      order_[at] = list;
    }
    below_[0] = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
      below_[i + 1] = below_[i] + order_[i]->window_bound;
    }
  }

  Status read_lengths() {
    if (of_.query.has_weights) {
      return {};
    }
    const std::uint32_t window = window_.first / kWindowDocuments;
    return read_part(
        store_, of_.segment, kLengthPages, window, [&](const std::byte* page) -> Status {
          if (page_head(page)->rows != window_.end - window_.first) {
            return corrupt();
          }
          __builtin_memcpy(window_.lengths, text_bytes(page), window_.end - window_.first);
          return {};
        });
  }

  /// True if looking up the window's allowed documents in all lists is less work than reading the
  /// essential lists. A look-up takes at most a fifth of the work of decoding and scoring a block.
  bool probes_set() const {
    if (window_.allowed == nullptr) {
      return false;
    }
    std::uint64_t blocks = 0;
    for (std::uint32_t i = essential_; i < count_; ++i) {
      const QueryList& list = *order_[i];
      for (std::uint32_t b = list.block; b < list.blocks && list.first_of(b) < window_.end; ++b) {
        ++blocks;
      }
    }
    const std::uint64_t most = 5 * blocks / count_;
    std::uint64_t allowed = 0;
    for (std::size_t i = 0; i < window_.groups() && allowed <= most; ++i) {
      allowed += count_bits(window_.allowed[i]);
    }
    return allowed <= most;
  }

  Status read_essential() {
    const std::int32_t below = below_[essential_];
    const bool is_single = essential_ + 1 == count_;
    for (std::uint32_t i = essential_; i < count_; ++i) {
      poll_at(i);
      QueryList* list = order_[i];
      if (list->window_bound == 0) {
        continue;
      }
      // A block is read if its documents can exceed the limit together with what the other lists
      // may add.
      const std::int32_t others = below_[count_] - list->window_bound;
      VECEXT_TRY(read_blocks(list, limit() - others, [&]() -> Status {
        bool is_sound = true;
        if (is_single) {
          is_sound = append_block(*list, of_.query.norms, limit() - below, &window_, counts_);
        } else {
          add_block(*list, of_.query.norms, &window_, counts_);
        }
        return sound_if(is_sound);
      }));
    }
    if (!is_single) {
      collect_sums(limit() - below, &window_);
    }
    return {};
  }

  /// Decodes each block of the list in the window whose bound is above `least`, and calls use()
  /// after each, which returns a Status.
  template <class Use>
  Status read_blocks(QueryList* list, std::int32_t least, const Use& use) {
    std::uint32_t i = list->block;
    const auto is_in_window = [&](std::uint32_t b) {
      return b < list->blocks && list->first_of(b) < window_.end;
    };
    while (is_in_window(i)) {
      if (list->bound_of(i) <= least) {
        ++i;
        continue;
      }
      if (list->documents != nullptr && list->decoded != i) {
        decode_in_memory(list, i);
      }
      if (list->decoded == i) {
        VECEXT_TRY(use());
        ++i;
        continue;
      }
      // All blocks of a page are decoded while it is locked.
      const std::uint32_t place = list->heads[i].page;
      prefetch_after(*list, i);
      const Status status =
          read_part(store_, of_.segment, kBlockPages, place, [&](const std::byte* page) -> Status {
            for (; is_in_window(i) && list->heads[i].page == place; ++i) {
              if (list->bound_of(i) <= least) {
                continue;
              }
              Status done = decode_on(page, list, i);
              if (done.ok()) {
                done = use();
              }
              if (!done.ok()) {
                return done;
              }
            }
            return {};
          });
      if (!status.ok()) {
        return status;
      }
    }
    return {};
  }

  /// Prefetches the page of blocks after the one that block `i` is on, if the list goes on there.
  void prefetch_after(const QueryList& list, std::uint32_t i) {
    const std::uint32_t place = list.heads[i].page;
    if (place + 1 < of_.segment.entry.pages[kBlockPages] &&
        list.heads[list.blocks - 1].page > place) {
      store_.prefetch(of_.segment.pages[kBlockPages][place + 1], 0, kPageSize);
    }
  }

  Status decode_on(const std::byte* page, QueryList* list, std::uint32_t i) {
    ++counts_->blocks;
    list->decoded = kNoBlock;
    const Status status = decode_block(page, list->heads[i], list->count_of(i),
                                       of_.segment.entry.documents, list->postings);
    list->decoded = status.ok() ? i : kNoBlock;
    list->at = 0;
    return status;
  }

  void decode_in_memory(QueryList* list, std::uint32_t i) {
    ++counts_->blocks;
    copy_block(list, i);
  }

  Status decode(QueryList* list, std::uint32_t i) {
    if (list->documents != nullptr) {
      decode_in_memory(list, i);
      return {};
    }
    return read_part(store_, of_.segment, kBlockPages, list->heads[i].page,
                     [&](const std::byte* page) { return decode_on(page, list, i); });
  }

  /// Looks the candidates up in a list, adds its scores, and keeps only candidates that can still
  /// exceed the limit. `rest` is the most that the lists after this one can add.
  Status probe_list(QueryList* list, std::int32_t rest) {
    if (list->window_bound == 0) {
      return {};
    }
    const std::int32_t least = limit() - rest;
    std::uint32_t block = list->block;
    if (list->decoded == block) {
      list->at = 0;
    }
    counts_->probes += static_cast<std::int64_t>(window_.found_count);
    ProbeState state;
    keep_candidates(least, list->first_of(block), &window_, &state);
    while (state.i < window_.found_count) {
      const DocumentId document = window_.found[state.i].document;
      while (block + 1 < list->blocks && list->heads[block + 1].first <= document) {
        ++block;
      }
      const DocumentId end =
          block + 1 < list->blocks ? list->heads[block + 1].first : kMostDocuments;
      const std::int32_t bound = list->bound_of(block);
      if (list->decoded != block) {
        // A candidate that stays below the limit even with the block's bound does not need the
        // block.
        if (window_.found[state.i].score + bound <= least) {
          ++state.i;
          continue;
        }
        VECEXT_TRY(decode(list, block));
      }
      probe_block(list, of_.query.norms, bound, least, end, &window_, &state);
    }
    window_.found_count = state.kept;
    return {};
  }

  Status add_found() {
    for (std::size_t i = 0; i < window_.found_count; ++i) {
      const kernel::ScoredDocument& found = window_.found[i];
      if (found.score <= top_->limit()) {
        continue;
      }
      if (of_.filter != nullptr) {
        RowId row;
        VECEXT_TRY(find_row(store_, of_.segment, found.document, &row));
        if (!of_.filter->may_match(row)) {
          continue;
        }
      }
      if (!top_->push({found.score, of_.number, found.document})) {
        return out_of_memory();
      }
    }
    return {};
  }

 public:
  /// Says by what factor bounds have grown since the segment was written (bound_growth()).
  void set_growth(double growth) { growth_ = growth; }

 private:
  S& store_;
  const SegmentQuery& of_;
  Window& window_;
  TopDocuments* top_;
  SearchCounts* counts_;
  double growth_ = 1;

  PrefixMemory* prefix_memory_ = nullptr;  // set if the query has a prefix
  QueryList* lists_ = nullptr;
  QueryList** order_ = nullptr;  // by ascending bounds in the window
  std::uint32_t count_ = 0;
  std::int32_t* below_ = nullptr;  // below_[i] is the sum of the bounds of the first i lists of
                                   // order_
  std::uint32_t essential_ = 0;
  bool is_empty_ = false;
};

}  // namespace vecext::postings

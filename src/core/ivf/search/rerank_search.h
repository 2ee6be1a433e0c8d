// Reranks by the vectors beside the codes. The rows of a list whose bounds are within the limit are
// queued until all pages of codes of the list are read. Then their rerank vectors are compared,
// page by page.
#pragma once

#include "core/result/candidates.h"
#include "core/ivf/lists/record.h"
#include "core/ivf/search/search_query.h"

namespace vecext::ivf {

class RerankSearch {
 public:
  RerankSearch(Arena arena, Candidates* found) : arena_(arena), found_(found) {}

  /// Starts again, for the k nearest. Returns false if memory runs out.
  bool reset(std::int32_t k) {
    count_ = 0;
    return coarse_.reset(k, arena_);
  }

  /// Returns the k-th smallest upper bound, by rerank vectors or, if that is smaller, by codes. A
  /// row whose lower bound is greater need not be taken.
  float limit() const {
    return found_->limit() < coarse_.limit() ? found_->limit() : coarse_.limit();
  }

  /// Queues the row `row` at lane `lane` of a page of codes, whose score has the given bounds.
  /// Returns false if memory runs out.
  bool accept(const Model& model, const std::byte* page, std::int32_t lane, float bound,
              float upper, RowId row) {
    if (!found_->full()) {
      coarse_.push(upper_float(upper), upper);
    }
    if (!reserve(arena_, count_, count_ + 1, kFewest, &capacity_, &rows_)) {
      return false;
    }
    const CodeLayout& layout = model.codes;
    rows_[count_++] = {bound, row, rerank_pages(page, layout)[lane / layout.rerank_places],
                       lane % layout.rerank_places};
    return true;
  }

  /// Compares the queued rows, which are all of one list, adds those that may be near to the
  /// candidates, and empties the queue. Adds the number of pages read to *pages. Returns kStale if
  /// the list was replaced since the model was loaded.
  template <PageStore S>
  Status look(S& store, const Model& model, const ListEntry& entry, const SearchQuery& query,
              std::int64_t* pages) {
    for (std::int64_t i = 0; i < count_; ++i) {
      if (rows_[i].bound <= limit()) {
        const std::size_t bytes = model.codes.rerank_bytes;
        const auto place = static_cast<std::size_t>(rows_[i].place);
        store.prefetch(rows_[i].page, kPayloadOffset + place * bytes, bytes);
      }
    }
    for (std::int64_t i = 0; i < count_;) {
      if (rows_[i].bound > limit()) {
        ++i;
        continue;
      }
      VECEXT_TRY(store.read(rows_[i].page, [&](const std::byte* page) {
        const Status sound = check_current(entry, PageKind::kRerank, page);
        return sound.ok() ? look_at_page(model, query, page, &i) : sound;
      }));
      ++*pages;
    }
    count_ = 0;
    store.poll();
    return {};
  }

 private:
  static constexpr std::int64_t kFewest = 256;

  /// A queued row, whose rerank vector is at place `place` of page `page`.
  struct QueuedRow {
    float bound;
    RowId row;
    PageId page;
    std::int32_t place;
  };

  /// Compares the queued rows from *at on whose rerank vectors are on the page, and moves *at
  /// behind them.
  Status look_at_page(const Model& model, const SearchQuery& query, const std::byte* page,
                      std::int64_t* at) {
    const PageId id = rows_[*at].page;
    for (; *at < count_ && rows_[*at].page == id; ++*at) {
      const QueuedRow& row = rows_[*at];
      if (row.bound > limit()) {
        continue;
      }
      const ScoreInterval score =
          rerank_score(model.rerank(), model.metric(), query.rerank,
                       rerank_vector_at(page, model.codes.rerank_bytes, row.place), model.dims());
      if (!(score.lower > found_->limit()) && !found_->add(score.lower, score.upper, row.row)) {
        return out_of_memory();
      }
    }
    return {};
  }

  Arena arena_;
  Candidates* found_;
  UpperBounds coarse_;  // upper bounds by codes, used until k rows have bounds by rerank vectors
  QueuedRow* rows_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t capacity_ = 0;
};

}  // namespace vecext::ivf

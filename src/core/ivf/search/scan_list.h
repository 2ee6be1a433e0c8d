// Scores the rows of one list: compares blocks of 32 codes against a bound, or computes the
// distances of whole vectors. If there is a set, only its rows are scored.
#pragma once

#include <algorithm>
#include <bit>

#include "core/base/bit_set.h"
#include "core/base/prefetch.h"
#include "core/ivf/lists/list_model.h"
#include "core/ivf/search/rerank_search.h"
#include "core/ivf/lists/record.h"
#include "core/ivf/search/search_limits.h"
#include "core/ivf/search/search_query.h"
#include "core/kernel/kernel.h"
#include "core/quant/vector_distance.h"
#include "core/result/candidates.h"

namespace vecext::ivf {

/// The test that comes first in a block: the test against the set, if few blocks have rows of it,
/// or the comparison of codes.
enum class BlockTest { kSetFirst, kCodesFirst };

/// If at least this share of the rows is in the set, codes are compared first.
inline constexpr double kDense = 0.015;

/// In one of kSampledBlocks blocks, both tests are made for all rows, to learn how many rows are
/// near and how many are in the set.
inline constexpr std::int64_t kSampledBlocks = 8;

/// The state of a search while it scans lists.
struct ListScan {
  const Model& model;
  const SearchQuery& query;
  VectorDistance distance;
  RowFilter filter;
  Candidates* found;
  RerankSearch* rerank;  // null if there is no reranking
  SearchCounts* counts;

  float kth = 0;  // rows of the list within this score are counted

  // These are used if there is a set.
  BlockTest test = BlockTest::kCodesFirst;
  std::int64_t blocks = 0;  // blocks scanned so far

  float limit() const { return rerank == nullptr ? found->limit() : rerank->limit(); }

  bool accept(const std::byte* page, std::int32_t lane, float bound, float upper, RowId row) const {
    return rerank == nullptr ? found->add(bound, upper, row)
                             : rerank->accept(model, page, lane, bound, upper, row);
  }

  /// Returns which of the first n rows of a block are in the set, as bits.
  std::uint32_t test_block(const RowId* rows, std::int32_t n) const {
    const std::uint32_t matches = filter.of(rows, n) & first_lanes(n);
    counts->tested += n;
    counts->matched += count_bits(matches);
    return matches;
  }

  /// Returns which of the rows in `lanes` of a block are in the set, as bits. Does not test the
  /// other rows.
  std::uint32_t test_lanes(const RowId* rows, std::uint32_t lanes) const {
    RowId few[kBlockLanes];
    std::int32_t n = 0;
    for (std::uint32_t left = lanes; left != 0; left &= left - 1) {
      few[n++] = rows[__builtin_ctz(left)];
    }
    std::uint32_t matches = n > 0 ? filter.of(few, n) : 0;
    for (std::uint32_t left = lanes; left != 0; left &= left - 1, matches >>= 1) {
      lanes ^= (matches & 1) != 0 ? 0 : left & -left;
    }
    return lanes;
  }

  /// True if all rows of a block are tested against the set before their codes are compared.
  bool asks_set_first(bool is_sample) const {
    return filter.has_set() && (is_sample || test == BlockTest::kSetFirst);
  }

  /// Begins the next block. True if it is one of the sample.
  bool next_is_sample() { return filter.has_set() && blocks++ % kSampledBlocks == 0; }

  /// Counts n scored rows, and how many of the rows in `lanes` have an estimate within the k-th
  /// score. No row outside `lanes` is within it.
  void count_within(const kernel::BlockScores& scores, std::int32_t n, std::uint32_t lanes) const {
    counts->compared += n;
    for (; lanes != 0; lanes &= lanes - 1) {
      counts->within += scores.estimates[__builtin_ctz(lanes)] <= kth ? 1 : 0;
    }
  }
};

/// How to score a block of a page of codes. If the set is tested first, `lanes` has the rows that
/// are in the set, or else all rows. `is_sample` is true if the block is one of the sample.
struct BlockChoice {
  std::uint32_t lanes;
  bool is_sample;

  bool is_scored() const { return lanes != 0 || is_sample; }
};
inline constexpr std::size_t kMostBlocks = kPayloadSize / (kBlockExtra + 16);
inline constexpr std::size_t kRowsBytes = kBlockLanes * sizeof(RowId);  // row ids of a block

/// Chooses the blocks of a page that are to be scored. If the set is tested first, prefetches the
/// codes of these blocks, which were not prefetched with the page.
inline void choose_blocks(ListScan& scan, const std::byte* page, BlockChoice* choices) {
  const CodeLayout& layout = scan.model.codes;
  const PageHead* head = page_head(page);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes, ++choices) {
    const auto block = code_block(page, layout, first / kBlockLanes);
    const std::int32_t n = std::min(head->rows - first, kBlockLanes);
    choices->is_sample = scan.next_is_sample();
    choices->lanes =
        scan.asks_set_first(choices->is_sample) ? scan.test_block(block.rows(), n) : first_lanes(n);
    if (scan.asks_set_first(false) && choices->is_scored()) {
      prefetch_lines<CacheLevel::kFirst>(block.at, layout.stride() - kRowsBytes);
    }
  }
}

/// Prefetches rows while the rows of a page are scored: the next rows of that page into the
/// first-level cache, and the next page into the second-level cache. Some of both are prefetched at
/// each step, as the processor waits for few lines at a time, and more prefetches would delay the
/// next instructions.
template <PageStore S>
class RowsAhead {
 public:
  /// Prefetches nothing before start().
  explicit RowsAhead(S& store) : store_(store) {}

  /// Starts a page that is scored in `steps` steps. `bytes` of this page are in use, and
  /// `next_bytes` of page `next`.
  void start(const std::byte* page, std::size_t bytes, std::int32_t steps, PageId next,
             std::size_t next_bytes) {
    const auto parts = static_cast<std::size_t>(std::max(steps, 1));
    page_ = page;
    bytes_ = bytes;
    part_ = bytes / parts + 1;
    next_ = next;
    next_bytes_ = next_bytes;
    next_part_ = next_bytes / parts + 1;
    if (next_bytes > 0) {
      store_.prefetch_far(next, kPayloadEnd, sizeof(PageTail));
    }
  }

  /// Prefetches the part that is due before step i.
  void reach(std::int32_t i) {
    const auto steps = static_cast<std::size_t>(i) + 1;
    if (const std::size_t near = std::min(steps * part_ + kNear, bytes_); near > near_) {
      prefetch_lines<CacheLevel::kFirst>(page_ + near_, near - near_);
      near_ = near;
    }
    if (const std::size_t far = std::min(steps * next_part_, next_bytes_); far > far_) {
      store_.prefetch_far(next_, far_, far - far_);
      far_ = far;
    }
  }

 private:
  static constexpr std::size_t kNear = 3072;

  S& store_;
  const std::byte* page_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t part_ = 0;
  PageId next_ = kNoPage;
  std::size_t next_bytes_ = 0;
  std::size_t next_part_ = 0;
  std::size_t near_ = kNear;  // bytes of the page prefetched so far
  std::size_t far_ = 0;       // bytes of the next page prefetched so far
};

/// Scores one page of codes of a list. Each block is a step of `ahead`.
template <PageStore S>
Status scan_code_page(ListScan& scan, const std::byte* page, const ListEntry& entry,
                      const kernel::EstimateTerms& terms, RowsAhead<S>* ahead) {
  const CodeLayout& layout = scan.model.codes;
  VECEXT_TRY(check_current(scan.model, entry, page));
  const PageHead* head = page_head(page);
  const auto groups = static_cast<std::size_t>(layout.groups);
  const bool has_set = scan.filter.has_set();
  BlockChoice choices[kMostBlocks];
  choose_blocks(scan, page, choices);
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const BlockChoice choice = choices[first / kBlockLanes];
    ahead->reach(first / kBlockLanes);
    if (!choice.is_scored()) {
      continue;
    }
    const auto block = code_block(page, layout, first / kBlockLanes);
    const std::int32_t n = std::min(head->rows - first, kBlockLanes);
    kernel::BlockScores scores;
    std::uint32_t lanes = first_lanes(n) & kernel::score_block({block.codes(), block.a(), block.b(),
                                                                scan.query.table.table, groups},
                                                               terms, scan.limit(), &scores);
    scan.counts->rows += n;
    scan.count_within(scores, n, lanes);
    if (has_set) {
      lanes = scan.asks_set_first(choice.is_sample) ? lanes & choice.lanes
                                                    : scan.test_lanes(block.rows(), lanes);
    }
    for (; lanes != 0; lanes &= lanes - 1) {
      const int lane = __builtin_ctz(lanes);
      const RowId row = block.rows()[lane];
      if (row != kNoRow && !scan.accept(page, first + lane, scores.bounds[lane],
                                        2 * scores.estimates[lane] - scores.bounds[lane], row)) {
        return out_of_memory();
      }
    }
  }
  return {};
}

/// Returns the distance of the query to the vector at a place of a page, computed by the function
/// of the index's operator.
inline double distance_at(const ListScan& scan, const std::byte* page, std::int32_t place) {
  const Model& model = scan.model;
  return ordered_distance(
      scan.distance(scan.query.stored, vector_at(page, model.vectors, place), model.meta.dims));
}

/// Computes the distances to the vectors of one page of a list. Each vector is a step of `ahead`.
template <PageStore S>
Status scan_vector_page(ListScan& scan, const std::byte* page, const ListEntry& entry,
                        RowsAhead<S>* ahead) {
  const Model& model = scan.model;
  VECEXT_TRY(check_current(model, entry, page));
  const PageHead* head = page_head(page);
  const RowId* rows = vector_rows(page, model.vectors);
  const bool has_set = scan.filter.has_set();
  for (std::int32_t first = 0; first < head->rows; first += kBlockLanes) {
    const std::int32_t n = head->rows - first < kBlockLanes ? head->rows - first : kBlockLanes;
    const std::uint32_t matches = has_set ? scan.test_block(rows + first, n) : first_lanes(n);
    const bool is_sample = !has_set || scan.next_is_sample();
    std::uint32_t lanes = is_sample ? first_lanes(n) : matches;
    scan.counts->rows += count_bits(lanes);
    scan.counts->compared += is_sample ? n : 0;
    for (; lanes != 0; lanes &= lanes - 1) {
      const std::int32_t i = first + std::countr_zero(lanes);
      ahead->reach(i);
      if (rows[i] == kNoRow) {
        continue;
      }
      const double score = distance_at(scan, page, i);
      scan.counts->within += is_sample && score <= scan.kth ? 1 : 0;
      if ((lanes & -lanes & matches) != 0 && score <= scan.found->limit() &&
          !scan.found->add(score, score, rows[i])) {
        return out_of_memory();
      }
    }
  }
  return {};
}

/// Returns how many bytes of a page are in use, from its start on, given that this page and the
/// pages after it have `rows` rows. Returns the size of a whole page if `rows` is not known, which
/// is 0 or less.
inline std::size_t used_bytes(const Model& model, std::int64_t rows) {
  if (model.has_vectors() || rows <= 0 || rows >= places(model)) {
    return kPageSize;
  }
  const auto blocks = static_cast<std::size_t>((rows + kBlockLanes - 1) / kBlockLanes);
  return kPayloadOffset + blocks * model.codes.stride();
}

/// Prefetches the parts of a page that a scan reads first. If lists have codes, these are only the
/// row ids, as the set is tested first. The page and the pages after it have `rows` rows.
template <PageStore S>
void prefetch_page(const ListScan& scan, S& store, PageId page, std::int64_t rows) {
  const CodeLayout& layout = scan.model.codes;
  const std::size_t used = used_bytes(scan.model, rows);
  if (scan.model.has_vectors()) {
    store.prefetch(page, 0, used);
    return;
  }
  for (std::size_t end = kPayloadOffset + layout.stride(); end <= used; end += layout.stride()) {
    store.prefetch(page, end - kRowsBytes, kRowsBytes);
  }
}

/// The page that is scanned after the present page. `rows` is about how many rows this next page
/// and the pages after it have.
struct NextPage {
  PageId page;  // kNoPage if it is not known
  std::int64_t rows;
};

/// Scores one page of a list, and prefetches the page after it.
template <PageStore S>
Status scan_page(ListScan& scan, S& store, const std::byte* page, const NextPage& next,
                 const ListEntry& entry, const kernel::EstimateTerms& terms) {
  const Model& model = scan.model;
  const bool is_known = next.page != kNoPage;
  const bool scores_all =
      model.has_vectors() ? !scan.filter.has_set() : scan.test == BlockTest::kCodesFirst;
  RowsAhead<S> ahead(store);
  if (scores_all) {
    const std::int32_t rows = page_head(page)->rows;
    const std::int32_t of_step = model.has_vectors() ? 1 : kBlockLanes;
    ahead.start(page, used_bytes(model, rows), (rows + of_step - 1) / of_step, next.page,
                is_known ? used_bytes(model, next.rows) : 0);
  } else if (is_known) {
    prefetch_page(scan, store, next.page, next.rows);
  }
  return model.has_vectors() ? scan_vector_page(scan, page, entry, &ahead)
                             : scan_code_page(scan, page, entry, terms, &ahead);
}

/// Scores all pages of the list `entry`. `after` is the list that is scanned next, or null if it is
/// not known.
template <PageStore S>
Status scan_list(ListScan& scan, S& store, const ListEntry& entry, const ListEntry* after,
                 const kernel::EstimateTerms& terms) {
  const Model& model = scan.model;
  std::int64_t rows_left = entry.rows;
  const Status status = read_chain(store, entry.head, [&](PageId, const std::byte* bytes) {
    rows_left -= places(model);
    NextPage next{page_head(bytes)->next, rows_left};
    if (next.page == kNoPage && after != nullptr) {
      next = {after->head, after->rows};
    }
    ++scan.counts->pages;
    return scan_page(scan, store, bytes, next, entry, terms);
  });
  return !status.ok() || scan.rerank == nullptr
             ? status
             : scan.rerank->look(store, model, entry, scan.query, &scan.counts->pages);
}

}  // namespace vecext::ivf

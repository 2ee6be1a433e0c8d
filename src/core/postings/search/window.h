// The scores of the documents of one window: the memory for them, and the functions that read no
// pages.
#pragma once

#include "core/kernel/kernel.h"
#include "core/postings/search/query_list.h"
#include "core/postings/search/top_documents.h"

namespace vecext::postings {

/// The candidates that have a posting in a block.
struct Hits {
  std::uint32_t count;
  std::uint32_t candidates[kBlockPostings + 1];  // the last entry receives the number of a
                                                 // candidate without a posting
  DocumentId documents[kBlockPostings + 1];
  std::uint32_t extra[kBlockPostings + 1];
};

/// Memory of a search for one window at a time.
struct Window {
  DocumentId first;
  DocumentId end;
  const std::uint64_t* allowed;  // bits of documents that may be found; null if all may
  bool allows_few;               // true if most postings belong to documents that are not allowed

  std::int32_t* sums;     // by document; all 0 between windows
  std::uint8_t* touched;  // by group of 64 documents: set if any of them has a score in `sums`
  std::uint64_t* allowed_room;    // memory for the words of `allowed`
  std::uint8_t* lengths;          // codes of the documents' lengths, once they are read
  kernel::ScoredDocument* found;  // candidates, ascending
  std::size_t found_count;
  std::int32_t* scores;  // scores of a block
  std::uint8_t* places;  // by document: the place of its posting in the block that was looked up
                         // last; documents without a posting in that block have any value
  Hits* hits;

  /// Returns false if memory runs out.
  bool reserve_memory(Arena arena);
  std::size_t groups() const { return (end - first + 63) / 64; }
  bool allows(DocumentId document) const {
    return allowed == nullptr ||
           (allowed[(document - first) / 64] >> (document - first) % 64 & 1) != 0;
  }
};

/// Returns what the kernels compute the scores of a list's postings from.
inline kernel::PostingTerms terms_of(const QueryList& list, const Norms& norms,
                                     const Window& window) {
  return {list.weight, norms.of, window.lengths, window.first};
}

/// Finds the postings of the list's decoded block that are in the window: [*from, *to).
void find_in_window(const QueryList& list, const Window& window, std::uint32_t* from,
                    std::uint32_t* to);

/// Adds the scores of a list's decoded block to the window's sums.
void add_block(const QueryList& list, const Norms& norms, Window* window, SearchCounts* counts);

/// Makes candidates of those documents of a list's decoded block whose score is above `limit`.
/// Returns false if there would be more candidates than the window has documents, as happens only
/// if blocks of a damaged list have the same documents.
bool append_block(const QueryList& list, const Norms& norms, std::int32_t limit, Window* window,
                  SearchCounts* counts);

/// Makes candidates of the documents whose sums are above `limit`, and clears all sums.
void collect_sums(std::int32_t limit, Window* window);

/// Makes candidates of all allowed documents, without scores.
void find_allowed_documents(Window* window);

/// The state of looking up candidates one after another. `i` is the next candidate; the candidates
/// that were kept are moved to the places before `kept`.
struct ProbeState {
  std::size_t i = 0;
  std::size_t kept = 0;
};

/// Looks up candidates from state->i on, up to document `end`, in the list's decoded block. A
/// candidate is dropped at once if its score would not be above `least` even with `bound` added.
/// Otherwise the score of its posting is added, and it is kept if its score is now above `least`.
void probe_block(QueryList* list, const Norms& norms, std::int32_t bound, std::int32_t least,
                 DocumentId end, Window* window, ProbeState* state);

/// Keeps those candidates from state->i on, up to document `end`, whose score is above `least`.
void keep_candidates(std::int32_t least, DocumentId end, Window* window, ProbeState* state);

}  // namespace vecext::postings

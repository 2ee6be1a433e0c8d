// The posting list of a prefix. It treats the prefix as a term that a document has as often as it
// has all terms together that begin with the prefix. The list is made in memory, in blocks like
// those on pages.
#pragma once

#include "core/postings/search/posting_blocks.h"
#include "core/postings/search/prepare.h"
#include "core/postings/search/query_list.h"

namespace vecext::postings {

/// How often each document of a segment has terms that begin with a prefix.
struct PrefixCounts {
  std::uint8_t* frequency;  // by document; at most kMostFrequency
  std::uint8_t* touched;    // by group of 64 documents: true if any of them has a count above 0
  std::uint32_t documents;

  /// Returns false if memory runs out.
  bool reset(std::uint32_t count, Arena arena);
  void add(const Postings& postings);
  /// Makes all counts 0 again.
  void clear();
};

/// Memory for making the lists of a segment's prefixes, one after another.
struct PrefixMemory {
  PostingBlocks blocks;
  std::byte copy[kPageSize];  // copy of a page of terms
  PrefixCounts counts;        // all 0 before each list
};

/// Makes the postings and heads of `*list` from the counts. Returns false if memory runs out.
bool fill_prefix_list(const PrefixCounts& counts, const Norms& norms, Arena arena, QueryList* list);

/// Decodes block `i` of a list that is in memory.
void copy_block(QueryList* list, std::uint32_t i);

/// Makes and opens the list of a prefix of the query. Its df is 0 if it has no postings.
template <PageStore S>
Status open_prefix(S& store, const Segment& segment, const QueryTerm& term, const Norms& norms,
                   PrefixMemory* memory, Arena arena, QueryList* list) {
  const auto wants = [](DocumentId, DocumentId) { return true; };
  const Status status =
      each_with_prefix(store, segment, term.term, memory->copy, [&](const TermEntry& entry) {
        return each_block(store, segment, entry, &memory->blocks, wants,
                          [&](const Postings& postings) { memory->counts.add(postings); });
      });
  if (status.ok() && !fill_prefix_list(memory->counts, norms, arena, list)) {
    return out_of_memory();
  }
  memory->counts.clear();
  return status;
}

}  // namespace vecext::postings

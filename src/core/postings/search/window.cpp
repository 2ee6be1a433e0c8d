#include "core/postings/search/window.h"

#include <bit>

namespace vecext::postings {

bool Window::reserve_memory(Arena arena) {
  constexpr std::size_t kBehindLengths = 3;
  sums = arena.array<std::int32_t>(kWindowDocuments);
  touched = arena.array<std::uint8_t>(kWindowWords);
  allowed_room = arena.array<std::uint64_t>(kWindowWords);
  lengths = arena.array<std::uint8_t>(kWindowDocuments + kBehindLengths);
  found = arena.array<kernel::ScoredDocument>(kWindowDocuments);
  scores = arena.array<std::int32_t>(kBlockPostings);
  places = arena.array<std::uint8_t>(kWindowDocuments);
  hits = arena.array<Hits>(1);
  if (sums == nullptr || touched == nullptr || allowed_room == nullptr || lengths == nullptr ||
      found == nullptr || scores == nullptr || places == nullptr || hits == nullptr) {
    return false;
  }
  std::fill_n(sums, kWindowDocuments, 0);
  std::fill_n(touched, kWindowWords, std::uint8_t{0});
  std::fill_n(places, kWindowDocuments, std::uint8_t{0});
  std::fill_n(lengths, kWindowDocuments + kBehindLengths, std::uint8_t{0});
  found_count = 0;
  return true;
}

void find_in_window(const QueryList& list, const Window& window, std::uint32_t* from,
                    std::uint32_t* to) {
  const Postings& postings = *list.postings;
  *from = postings.documents[0] >= window.first
              ? 0
              : lower_bound_of(postings.documents, 0, postings.count, window.first);
  *to = postings.documents[postings.count - 1] < window.end
            ? postings.count
            : lower_bound_of(postings.documents, *from, postings.count, window.end);
}

namespace {

/// Some postings, whose documents and extras follow each other in memory.
struct SomePostings {
  const DocumentId* documents;
  const std::uint32_t* extra;
  std::uint32_t count;
};

/// Returns the postings of the list's decoded block that are in the window. If few documents are
/// allowed, postings of other documents are left out, which takes less time than scoring them.
SomePostings postings_in(const QueryList& list, Window* window) {
  std::uint32_t from;
  std::uint32_t to;
  find_in_window(list, *window, &from, &to);
  const Postings& postings = *list.postings;
  if (!window->allows_few) {
    return {postings.documents + from, postings.extra + from, to - from};
  }
  Hits* hits = window->hits;
  std::uint32_t count = 0;
  for (std::uint32_t i = from; i < to; ++i) {
    hits->documents[count] = postings.documents[i];
    hits->extra[count] = postings.extra[i];
    count += window->allows(postings.documents[i]) ? 1 : 0;
  }
  return {hits->documents, hits->extra, count};
}

/// Sets window->scores to the scores of `n` postings of the list.
void score_postings(const QueryList& list, const Norms& norms, const DocumentId* documents,
                    const std::uint32_t* extra, std::uint32_t n, Window* window) {
  if (list.units != nullptr) {
    for (std::uint32_t i = 0; i < n; ++i) {
      window->scores[i] = list.units[static_cast<std::uint8_t>(extra[i])];
    }
    return;
  }
  kernel::active().text.score(documents, extra, n, terms_of(list, norms, *window), window->scores);
}

/// Finds which of `n` >= 1 candidates have postings in a block, whose postings before number `from`
/// do not count. Sets window->hits. If there are many candidates, each posting first notes its
/// place at its document, so that a look-up is one load and has no branch.
void find_hits(const Postings& postings, std::uint32_t from,
               const kernel::ScoredDocument* candidates, std::size_t n, Window* window) {
  constexpr std::uint32_t kSearchedPostings = 16;  // a binary search takes as long as noting the
                                                   // places of so many postings
  const DocumentId* documents = postings.documents;
  const std::uint32_t to =
      lower_bound_of(documents, from, postings.count, candidates[n - 1].document + 1);
  Hits* hits = window->hits;
  std::uint32_t count = 0;
  const auto count_posting = [&](std::size_t i, std::uint32_t at) {
    hits->candidates[count] = static_cast<std::uint32_t>(i);
    hits->documents[count] = candidates[i].document;
    hits->extra[count] = postings.extra[at];
    count += at < to && documents[at] == candidates[i].document ? 1 : 0;
  };
  if (to - from <= kSearchedPostings * n) {
    std::uint8_t* places = window->places;
    const DocumentId first = window->first;
    for (std::uint32_t i = from; i < to; ++i) {
      places[documents[i] - first] = static_cast<std::uint8_t>(i);
    }
    for (std::size_t i = 0; i < n; ++i) {
      count_posting(i, places[candidates[i].document - first]);
    }
  } else {
    std::uint32_t at = from;
    for (std::size_t i = 0; i < n && at < to; ++i) {
      at = lower_bound_of(documents, at, to, candidates[i].document);
      count_posting(i, std::min(at, kBlockPostings - 1));
    }
  }
  hits->count = count;
}

/// Looks up each of `n` candidates in the list's decoded block, and adds the score of its posting.
void look_up_each(QueryList* list, const Norms& norms, kernel::ScoredDocument* candidates,
                  std::size_t n, const Window& window) {
  const Postings& postings = *list->postings;
  std::uint32_t at = list->at;
  for (std::size_t i = 0; i < n; ++i) {
    const DocumentId document = candidates[i].document;
    at = lower_bound_of(postings.documents, at, postings.count, document);
    if (at < postings.count && postings.documents[at] == document) {
      candidates[i].score +=
          list->units != nullptr
              ? list->units[static_cast<std::uint8_t>(postings.extra[at])]
              : units_of(list->weight, norms, window.lengths[document - window.first],
                         postings.extra[at]);
    }
  }
  list->at = at;
}

/// Does the same for many candidates, whose scores are computed together.
void look_up_all(QueryList* list, const Norms& norms, kernel::ScoredDocument* candidates,
                 std::size_t n, Window* window) {
  const Postings& postings = *list->postings;
  list->at = lower_bound_of(postings.documents, list->at, postings.count, candidates[0].document);
  find_hits(postings, list->at, candidates, n, window);
  const Hits& hits = *window->hits;
  score_postings(*list, norms, hits.documents, hits.extra, hits.count, window);
  for (std::uint32_t i = 0; i < hits.count; ++i) {
    candidates[hits.candidates[i]].score += window->scores[i];
  }
}

constexpr std::size_t kFewCandidates = 6;

}  // namespace

void add_block(const QueryList& list, const Norms& norms, Window* window, SearchCounts* counts) {
  const SomePostings postings = postings_in(list, window);
  const std::uint32_t n = postings.count;
  score_postings(list, norms, postings.documents, postings.extra, n, window);
  std::int32_t* sums = window->sums;
  std::uint8_t* touched = window->touched;
  const DocumentId first = window->first;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t at = postings.documents[i] - first;
    sums[at] += window->scores[i];
    touched[at / 64] = 1;
  }
  counts->postings += n;
}

bool append_block(const QueryList& list, const Norms& norms, std::int32_t limit, Window* window,
                  SearchCounts* counts) {
  const SomePostings postings = postings_in(list, window);
  if (window->found_count + postings.count > kWindowDocuments) [[unlikely]] {
    return false;
  }
  const kernel::TextKernels& kernels = kernel::active().text;
  score_postings(list, norms, postings.documents, postings.extra, postings.count, window);
  kernel::ScoredDocument* found = window->found + window->found_count;
  std::size_t n =
      kernels.keep_above(postings.documents, window->scores, postings.count, limit, found);
  if (window->allowed != nullptr) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
      found[kept] = found[i];
      kept += window->allows(found[i].document) ? 1 : 0;
    }
    n = kept;
  }
  window->found_count += n;
  counts->postings += postings.count;
  return true;
}

void collect_sums(std::int32_t limit, Window* window) {
  window->found_count =
      kernel::active().text.collect(window->sums, window->touched, window->allowed,
                                    window->groups(), window->first, limit, window->found);
}

void find_allowed_documents(Window* window) {
  window->found_count = 0;
  for (std::size_t i = 0; i < window->groups(); ++i) {
    for (std::uint64_t left = window->allowed[i]; left != 0; left &= left - 1) {
      const auto at =
          static_cast<std::uint32_t>(64 * i) + static_cast<std::uint32_t>(std::countr_zero(left));
      window->found[window->found_count++] = {window->first + at, 0};
    }
  }
}

void probe_block(QueryList* list, const Norms& norms, std::int32_t bound, std::int32_t least,
                 DocumentId end, Window* window, ProbeState* state) {
  kernel::ScoredDocument* found = window->found;
  std::size_t i = state->i;
  std::size_t n = 0;
  kernel::ScoredDocument* kept = found + state->kept;
  for (; i < window->found_count && found[i].document < end; ++i) {
    kept[n] = found[i];
    n += kept[n].score + bound > least ? 1 : 0;
  }
  state->i = i;
  if (n == 0) {
    return;
  }
  if (n < kFewCandidates) {
    look_up_each(list, norms, kept, n, *window);
  } else {
    look_up_all(list, norms, kept, n, window);
  }
  std::size_t left = 0;
  for (std::size_t j = 0; j < n; ++j) {
    kept[left] = kept[j];
    left += kept[left].score > least ? 1 : 0;
  }
  state->kept += left;
}

void keep_candidates(std::int32_t least, DocumentId end, Window* window, ProbeState* state) {
  kernel::ScoredDocument* found = window->found;
  for (; state->i < window->found_count && found[state->i].document < end; ++state->i) {
    found[state->kept] = found[state->i];
    state->kept += found[state->i].score > least ? 1 : 0;
  }
}

}  // namespace vecext::postings

#include "core/text/search/window.h"

#include <bit>

namespace vecext::text {

bool Window::take_memory(Arena arena) {
  constexpr std::size_t kBehindLengths = 3;
  sums = arena.array<std::int32_t>(kWindowDocuments);
  touched = arena.array<std::uint8_t>(kWindowWords);
  allowed_room = arena.array<std::uint64_t>(kWindowWords);
  lengths = arena.array<std::uint8_t>(kWindowDocuments + kBehindLengths);
  found = arena.array<kernel::ScoredDocument>(kWindowDocuments);
  scores = arena.array<std::int32_t>(kBlockPostings);
  if (sums == nullptr || touched == nullptr || allowed_room == nullptr || lengths == nullptr ||
      found == nullptr || scores == nullptr) {
    return false;
  }
  std::fill_n(sums, kWindowDocuments, 0);
  std::fill_n(touched, kWindowWords, std::uint8_t{0});
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

/// Scores of n postings of the list's decoded block.
void score_postings(const QueryList& list, const Norms& norms, std::uint32_t from, std::uint32_t n,
                    Window* window) {
  const std::uint32_t* extra = list.postings->extra + from;
  if (list.units != nullptr) {
    for (std::uint32_t i = 0; i < n; ++i) {
      window->scores[i] = list.units[static_cast<std::uint8_t>(extra[i])];
    }
    return;
  }
  kernel::active().text.score(list.postings->documents + from, extra, n,
                              terms_of(list, norms, *window), window->scores);
}

}  // namespace

void add_block(const QueryList& list, const Norms& norms, Window* window, SearchCounts* counts) {
  std::uint32_t from;
  std::uint32_t to;
  find_in_window(list, *window, &from, &to);
  const DocumentId* documents = list.postings->documents + from;
  const std::uint32_t n = to - from;
  score_postings(list, norms, from, n, window);
  std::int32_t* sums = window->sums;
  std::uint8_t* touched = window->touched;
  const DocumentId first = window->first;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t at = documents[i] - first;
    sums[at] += window->scores[i];
    touched[at / 64] = 1;
  }
  counts->postings += n;
}

bool append_block(const QueryList& list, const Norms& norms, std::int32_t limit, Window* window,
                  SearchCounts* counts) {
  std::uint32_t from;
  std::uint32_t to;
  find_in_window(list, *window, &from, &to);
  if (window->found_count + (to - from) > kWindowDocuments) [[unlikely]] {
    return false;
  }
  const kernel::TextKernels& kernels = kernel::active().text;
  const DocumentId* documents = list.postings->documents + from;
  score_postings(list, norms, from, to - from, window);
  kernel::ScoredDocument* found = window->found + window->found_count;
  std::size_t n = kernels.keep_above(documents, window->scores, to - from, limit, found);
  if (window->allowed != nullptr) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < n; ++i) {
      found[kept] = found[i];
      kept += window->allows(found[i].document) ? 1 : 0;
    }
    n = kept;
  }
  window->found_count += n;
  counts->postings += to - from;
  return true;
}

void collect_sums(std::int32_t limit, Window* window) {
  window->found_count =
      kernel::active().text.collect(window->sums, window->touched, window->allowed,
                                    window->groups(), window->first, limit, window->found);
}

void take_allowed(Window* window) {
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
  const Postings& postings = *list->postings;
  kernel::ScoredDocument* found = window->found;
  std::uint32_t at = list->at;
  std::size_t i = state->i;
  std::size_t kept = state->kept;
  for (; i < window->found_count && found[i].document < end; ++i) {
    const DocumentId document = found[i].document;
    std::int32_t score = found[i].score;
    if (score + bound <= least) {
      continue;
    }
    at = lower_bound_of(postings.documents, at, postings.count, document);
    if (at < postings.count && postings.documents[at] == document) {
      score += list->units != nullptr
                   ? list->units[static_cast<std::uint8_t>(postings.extra[at])]
                   : units_of(list->weight, norms, window->lengths[document - window->first],
                              postings.extra[at]);
    }
    found[kept] = {document, score};
    kept += score > least ? 1 : 0;
  }
  list->at = at;
  *state = {i, kept};
}

void keep_candidates(std::int32_t least, DocumentId end, Window* window, ProbeState* state) {
  kernel::ScoredDocument* found = window->found;
  for (; state->i < window->found_count && found[state->i].document < end; ++state->i) {
    found[state->kept] = found[state->i];
    state->kept += found[state->i].score > least ? 1 : 0;
  }
}

}  // namespace vecext::text

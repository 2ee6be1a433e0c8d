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

void add_block(const QueryList& list, const Norms& norms, Window* window, SearchCounts* counts) {
  std::uint32_t from;
  std::uint32_t to;
  find_in_window(list, *window, &from, &to);
  const DocumentId* documents = list.postings->documents + from;
  const std::uint32_t n = to - from;
  kernel::active().text.score(documents, list.postings->extra + from, n,
                              terms_of(list, norms, *window), window->scores);
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

void append_block(const QueryList& list, const Norms& norms, std::int32_t limit, Window* window,
                  SearchCounts* counts) {
  std::uint32_t from;
  std::uint32_t to;
  find_in_window(list, *window, &from, &to);
  const kernel::TextKernels& kernels = kernel::active().text;
  const DocumentId* documents = list.postings->documents + from;
  kernels.score(documents, list.postings->extra + from, to - from, terms_of(list, norms, *window),
                window->scores);
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

void drop_candidates(std::int32_t limit, Window* window) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < window->found_count; ++i) {
    window->found[kept] = window->found[i];
    kept += window->found[i].score > limit ? 1 : 0;
  }
  window->found_count = kept;
}

void probe_block(QueryList* list, const Norms& norms, const Window& window,
                 kernel::ScoredDocument* candidate) {
  const Postings& postings = *list->postings;
  list->at = lower_bound_of(postings.documents, list->at, postings.count, candidate->document);
  if (list->at < postings.count && postings.documents[list->at] == candidate->document) {
    std::int32_t score;
    kernel::active().text.score(&candidate->document, postings.extra + list->at, 1,
                                terms_of(*list, norms, window), &score);
    candidate->score += score;
  }
}

}  // namespace vecext::text

#include "core/text/search/query_list.h"

namespace vecext::text {

std::uint32_t lower_bound_of(const DocumentId* documents, std::uint32_t from, std::uint32_t n,
                             DocumentId document) {
  const DocumentId* base = documents + from;
  std::uint32_t left = n - from;
  if (left == 0) {
    return from;
  }
  // Without branches that depend on documents: they cannot be predicted.
  while (left > 1) {
    const std::uint32_t half = left / 2;
    base = base[half - 1] < document ? base + half : base;
    left -= half;
  }
  return static_cast<std::uint32_t>(base - documents) + (*base < document ? 1 : 0);
}

void move_to(QueryList* list, DocumentId first) {
  while (list->block + 1 < list->blocks && list->heads[list->block + 1].first <= first) {
    ++list->block;
  }
  if (list->decoded == list->block) {
    move_in_block(list, first);
  }
}

void move_in_block(QueryList* list, DocumentId first) {
  const Postings& postings = *list->postings;
  list->at = lower_bound_of(postings.documents, list->at, postings.count, first);
  // A decoded block tells where its postings end.
  if (list->at == postings.count && list->block + 1 < list->blocks) {
    ++list->block;
  }
}

void bound_window(QueryList* list, DocumentId first, DocumentId end) {
  list->window_bound = 0;
  std::uint32_t i = list->block;
  if (list->decoded == i) {
    const Postings& postings = *list->postings;
    if (list->at == postings.count || postings.documents[list->at] >= end) {
      return;
    }
  }
  if (list->heads == nullptr) {
    list->window_bound = list->bound;
    return;
  }
  static_cast<void>(first);
  std::uint8_t greatest = 0;
  for (; i < list->blocks && list->heads[i].first < end; ++i) {
    greatest = std::max(greatest, list->heads[i].bound);
  }
  list->window_bound = greatest == 0 ? 0 : list->scale.of(greatest);
}

}  // namespace vecext::text

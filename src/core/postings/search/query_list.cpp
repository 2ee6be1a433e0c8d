#include "core/postings/search/query_list.h"

namespace vecext::postings {

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
  // If the decoded block has no posting from `first` on, the list goes on with the next block.
  if (list->at == postings.count && list->block + 1 < list->blocks) {
    ++list->block;
  }
}

void bound_window(QueryList* list, DocumentId end) {
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
  std::uint8_t greatest = 0;
  for (; i < list->blocks && list->heads[i].first < end; ++i) {
    greatest = std::max(greatest, list->heads[i].bound);
  }
  list->window_bound = greatest == 0 ? 0 : list->scale.of(greatest);
}

}  // namespace vecext::postings

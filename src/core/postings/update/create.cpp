#include "core/postings/update/create.h"

namespace vecext::postings {

void init_text_meta(std::byte* page, const IndexOptions& options) {
  init_page(page, PageKind::kMeta, 0, 0);
  TextMeta* meta = text_meta_of(page);
  meta->head = meta_head(options.has_weights ? MetaKind::kWeights : MetaKind::kText);
  meta->head.next_chain = 1;
  meta->k1 = options.bm25.k1;
  meta->b = options.bm25.b;
  meta->flags = options.flags;
  meta->config = options.config;
  meta->weights = options.weights;
  for (std::size_t i = 0; i + 1 < kConfigName && options.config_name[i] != 0; ++i) {
    meta->config_name[i] = options.config_name[i];
  }
  for (PendingList& list : meta->pending) {
    list = {kNoPage, kNoPage, 0};
  }
}

}  // namespace vecext::postings

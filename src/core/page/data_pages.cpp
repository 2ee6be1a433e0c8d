#include "core/page/code_page.h"
#include "core/page/rerank_page.h"
#include "core/page/vector_page.h"

namespace vecext {

CodeLayout code_layout(std::int32_t groups, std::size_t rerank_bytes) {
  CodeLayout layout{groups, 0, rerank_bytes, 0, 0};
  layout.blocks = static_cast<std::int32_t>(kPayloadSize / layout.stride());
  if (rerank_bytes == 0) {
    return layout;
  }
  layout.rerank_places = static_cast<std::int32_t>(kMaxRerankBytes / rerank_bytes);
  const auto used = [&layout] {
    layout.rerank_pages = (layout.lanes() + layout.rerank_places - 1) / layout.rerank_places;
    return static_cast<std::size_t>(layout.blocks) * layout.stride() +
           static_cast<std::size_t>(layout.rerank_pages) * sizeof(PageId);
  };
  while (used() > kPayloadSize) {
    --layout.blocks;
  }
  return layout;
}

Status check_code_page(const std::byte* page, const CodeLayout& layout) {
  return check_rows(page, PageKind::kCodes, layout.lanes());
}

Status check_vector_page(const std::byte* page, const VectorLayout& layout) {
  return check_rows(page, PageKind::kVectors, layout.places());
}

}  // namespace vecext

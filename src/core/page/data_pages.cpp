#include "core/page/code_page.h"
#include "core/page/own_page.h"
#include "core/page/vector_page.h"

namespace vecext {

CodeLayout code_layout(std::int32_t groups, std::size_t own_bytes) {
  CodeLayout layout{groups, 0, own_bytes, 0, 0};
  layout.blocks = static_cast<std::int32_t>(kPayloadSize / layout.stride());
  if (own_bytes == 0) {
    return layout;
  }
  layout.own_places = static_cast<std::int32_t>(kMaxOwnBytes / own_bytes);
  const auto used = [&layout] {
    layout.own_pages = (layout.lanes() + layout.own_places - 1) / layout.own_places;
    return static_cast<std::size_t>(layout.blocks) * layout.stride() +
           static_cast<std::size_t>(layout.own_pages) * sizeof(PageId);
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

#include "core/page/code_page.h"
#include "core/page/key_page.h"
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

void init_key_page(std::byte* page, std::uint32_t level) {
  init_page(page, PageKind::kKeys, 0, 0);
  *KeyPage<std::byte>{page}.head() = {{}, static_cast<std::uint16_t>(level), 0};
}

Status check_key_page(const std::byte* page, std::uint32_t level) {
  const Status status = check_rows(page, PageKind::kKeys, level == 0 ? kLeafRows : kInnerChildren);
  const KeyPage<const std::byte> keys{page};
  const bool is_sound =
      status.ok() && keys.head()->level == level && (level == 0 || keys.count() > 0);
  return is_sound ? status : corrupt();
}

Status check_key_root(const std::byte* page) {
  VECEXT_TRY(check_page(page, PageKind::kKeyRoot));
  return key_root_of(page)->level >= kMostKeyLevels ? corrupt() : Status{};
}

}  // namespace vecext

#include "core/page/meta_page.h"

#include "core/page/code_page.h"
#include "core/page/vector_page.h"

namespace vecext {

namespace {

// These limits are far above what any index has. They keep sizes that follow from them within the
// range of their types.
constexpr std::int32_t kMostDims = 1 << 17;
constexpr std::uint32_t kMostLists = 1u << 30;

bool has_sound_codes(const Meta& meta) {
  const std::int64_t block = static_cast<std::int64_t>(meta.coded) * meta.bits * 4;
  return (meta.bits == 1 || meta.bits == 2 || meta.bits == 4) && meta.coded >= 4 &&
         meta.reserved == 0 && meta.coded % 4 == 0 && meta.coded <= meta.rotated &&
         block <= (meta.rerank == 0 ? kMaxBlockCodes : kMaxBlockCodesOfRerank);
}

/// True if there are no rerank vectors, or if they lie beside codes, fit in a page, and a page of
/// codes does not have too many rerank pages. A rerank vector has one or two bytes for each
/// dimension, and twelve more.
bool has_sound_rerank(const Meta& meta) {
  if (meta.rerank == 0) {
    return true;
  }
  const std::size_t bytes = static_cast<std::size_t>(meta.rotated) * meta.rerank + 12;
  return meta.bits != 0 && has_sound_codes(meta) && bytes <= kMaxRerankBytes &&
         code_layout(meta.coded * meta.bits / 4, bytes).rerank_pages <= kMaxRerankPages;
}

}  // namespace

Status check_meta_head(const std::byte* page, MetaKind kind) {
  VECEXT_TRY(check_page(page, PageKind::kMeta));
  const MetaHead& head = *meta_head_of(page);
  if (head.magic != kMetaMagic || head.kind != kind || head.is_unfinished > 1) [[unlikely]] {
    return corrupt();
  }
  if (head.version != meta_version(kind)) [[unlikely]] {
    return {
        .code = StatusCode::kOtherVersion, .expected = meta_version(kind), .actual = head.version};
  }
  return {};
}

Status check_meta_page(const std::byte* page) {
  VECEXT_TRY(check_meta_head(page, MetaKind::kLists));
  const Meta& meta = *meta_of(page);
  const bool sound = meta.element >= 1 && meta.element <= 3 && meta.metric <= 3 &&
                     meta.rerank <= 2 && has_sound_rerank(meta) && meta.dims >= 1 &&
                     meta.dims <= kMostDims && meta.rotated >= meta.dims &&
                     meta.rotated <= kMostDims && meta.list_rows >= 1 && meta.lists >= 1 &&
                     meta.lists <= kMostLists && (meta.bits == 0 || has_sound_codes(meta));
  if (!sound) [[unlikely]] {
    return corrupt();
  }
  return {};
}

}  // namespace vecext

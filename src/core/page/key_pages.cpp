#include "core/page/key_page.h"

namespace vecext {

void init_key_page(std::byte* page, std::uint32_t level) {
  init_page(page, PageKind::kKeys, 0, 0);
  *KeyPage<std::byte>{page}.head() = {{}, static_cast<std::uint16_t>(level), 0};
}

Status check_key_page(const std::byte* page, std::uint32_t level) {
  const Status status = check_rows(page, PageKind::kKeys, level == 0 ? kLeafRows : kInnerChildren);
  const KeyPage<const std::byte> keys{page};
  const bool is_sound =
      status.ok() && keys.head()->level == level && (level == 0 || keys.count() > 0);
  return is_sound ? status : Status{.code = StatusCode::kCorrupt};
}

Status check_key_root(const std::byte* page) {
  const Status status = check_page(page, PageKind::kKeyRoot);
  return status.ok() && key_root_of(page)->level >= kMostKeyLevels
             ? Status{.code = StatusCode::kCorrupt}
             : status;
}

}  // namespace vecext

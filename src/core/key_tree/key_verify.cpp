#include "core/key_tree/key_verify.h"

namespace vecext {

const char* fault_of_key_page(const std::byte* page, std::uint32_t level, const KeyedRow& low) {
  if (!check_key_page(page, level).ok()) {
    return "not a page of keys";
  }
  const KeyPage<const std::byte> keys{page};
  if (keys.next() != kNoPage && !(low < keys.head()->high)) {
    return "a page of keys has bounds in the wrong order";
  }
  for (std::int32_t i = 0; i < keys.count(); ++i) {
    const KeyedRow row = level == 0 ? keys.row(i) : keys.children()[i].low;
    if (row < low || keys.is_beyond(row)) {
      return "a key is outside of its page's bounds";
    }
    if (level > 0 && i > 0 && !(keys.children()[i - 1].low < row)) {
      return "pages of keys are not in order";
    }
  }
  return nullptr;
}

KeyedRow last_of_key_page(const std::byte* page) {
  const KeyPage<const std::byte> keys{page};
  const KeyedRow high = keys.head()->high;
  if (keys.next() == kNoPage) {
    return {0xFFFFFFFF, {0xFFFFFFFF, 0xFFFF}};
  }
  if (high.row.line > 0) {
    return {high.key, {high.row.page, static_cast<std::uint16_t>(high.row.line - 1)}};
  }
  return high.row.page > 0 ? KeyedRow{high.key, {high.row.page - 1, 0xFFFF}}
                           : KeyedRow{high.key - 1, {0xFFFFFFFF, 0xFFFF}};
}

}  // namespace vecext

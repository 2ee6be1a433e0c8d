#include "core/key_tree/key_verify.h"

namespace vecext {

namespace {

/// True if more than half of a leaf's places have the same row. The rows of a table cannot cause
/// that. If such a leaf were full, split_leaf() would find no row below the median. The vote of
/// Boyer and Moore finds the only row that can have a majority.
bool has_too_many_equal(const KeyPage<const std::byte>& leaf) {
  const auto is_equal = [](const KeyedRow& a, const KeyedRow& b) { return !(a < b) && !(b < a); };
  KeyedRow majority = kLeastKeyedRow;
  std::int32_t votes = 0;
  for (std::int32_t i = 0; i < leaf.count(); ++i) {
    if (votes == 0) {
      majority = leaf.row(i);
    }
    votes += is_equal(leaf.row(i), majority) ? 1 : -1;
  }
  std::int32_t times = 0;
  for (std::int32_t i = 0; votes > 0 && i < leaf.count(); ++i) {
    times += is_equal(leaf.row(i), majority) ? 1 : 0;
  }
  return times > kLeafRows / 2;
}

}  // namespace

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
    // Lists of rows would take a row with such a line for a row of another page.
    if (level == 0 && row.row.line > RowList::kMostLine) {
      return "a key has a row that no table has";
    }
    if (level > 0 && i > 0 && !(keys.children()[i - 1].low < row)) {
      return "pages of keys are not in order";
    }
  }
  if (level == 0 && has_too_many_equal(keys)) {
    return "a page of keys has a row too often";
  }
  return nullptr;
}

KeyedRow row_before(const KeyedRow& row) {
  const std::uint32_t key = row.key;
  const std::uint32_t page = row.row.page;
  if (row.row.line > 0) {
    return {key, {page, static_cast<std::uint16_t>(row.row.line - 1)}};
  }
  return page > 0 ? KeyedRow{key, {page - 1, 0xFFFF}} : KeyedRow{key - 1, {0xFFFFFFFF, 0xFFFF}};
}

}  // namespace vecext

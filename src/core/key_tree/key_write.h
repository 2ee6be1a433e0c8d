// Builds the tree of keys for an existing table. Rows are added in ascending order, and pages are
// filled from left to right.
#pragma once

#include "core/key_tree/key_split.h"
#include "core/page/bulk.h"

namespace vecext {

template <BulkStore B>
class KeyTreeWriter {
 public:
  explicit KeyTreeWriter(B& bulk) : bulk_(bulk) {}

  /// Makes the page that leads to the tree, and an empty leaf. Sets `*at` to the number of the
  /// former.
  Status begin(PageId* at) {
    std::byte* bytes;
    Status status = bulk_.add(&at_, &bytes);
    if (status.ok()) {
      init_page(bytes, PageKind::kKeyRoot, 0, 0);
      status = add_page(0, kLeastKeyedRow);
    }
    *at = at_;
    return status;
  }

  /// Adds a row, which must not be less than the row before.
  Status add(const KeyedRow& row) {
    std::byte* bytes;
    VECEXT_TRY(bulk_.change(last_[0], &bytes));
    if (KeyPage<std::byte>{bytes}.count() == kFullLeaf) {
      VECEXT_TRY(add_page(0, row));
      VECEXT_TRY(bulk_.change(last_[0], &bytes));
    }
    const KeyPage<std::byte> leaf{bytes};
    leaf.set_row(leaf.count(), row);
    leaf.set_count(leaf.count() + 1);
    return {};
  }

  /// Completes the tree; nothing may be added afterwards.
  Status finish() {
    std::byte* bytes;
    VECEXT_TRY(bulk_.change(at_, &bytes));
    *key_root_of(bytes) = {last_[top_], top_};
    return {};
  }

 private:
  // A tenth of each page stays free for inserts.
  static constexpr std::int32_t kFullLeaf = kLeafRows / 10 * 9;
  static constexpr std::int32_t kFullInner = kInnerChildren / 10 * 9;

  /// Adds a page to the right end of a level, and a child for it to the level above.
  Status add_page(std::uint32_t level, const KeyedRow& low) {
    PageId page;
    std::byte* bytes;
    Status status = bulk_.add(&page, &bytes);
    if (!status.ok()) {
      return status;
    }
    init_key_page(bytes, level);
    const PageId before = last_[level];
    last_[level] = page;
    if (before == kNoPage) {
      top_ = level;
      return {};
    }
    if (status = bulk_.change(before, &bytes); !status.ok()) {
      return status;
    }
    page_head(bytes)->next = page;
    KeyPage<std::byte>{bytes}.head()->high = low;
    if (level == top_) {
      // The page was the only one of its level, and becomes the first child of the level above.
      if (status = add_page(level + 1, kLeastKeyedRow); status.ok()) {
        status = put_child(level + 1, {kLeastKeyedRow, before});
      }
    }
    return status.ok() ? add_child_page(level + 1, {low, page}) : status;
  }

  Status add_child_page(std::uint32_t level, const KeyChild& child) {
    std::byte* bytes;
    VECEXT_TRY(bulk_.change(last_[level], &bytes));
    if (KeyPage<std::byte>{bytes}.count() == kFullInner) {
      VECEXT_TRY(add_page(level, child.low));
    }
    return put_child(level, child);
  }

  Status put_child(std::uint32_t level, const KeyChild& child) {
    std::byte* bytes;
    VECEXT_TRY(bulk_.change(last_[level], &bytes));
    const KeyPage<std::byte> page{bytes};
    page.children()[page.count()] = child;
    page.set_count(page.count() + 1);
    return {};
  }

  B& bulk_;
  PageId at_ = kNoPage;
  std::uint32_t top_ = 0;
  PageId last_[kMostKeyLevels] = {kNoPage, kNoPage, kNoPage, kNoPage,
                                  kNoPage, kNoPage, kNoPage, kNoPage};
};

}  // namespace vecext

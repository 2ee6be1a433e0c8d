// Checks every page of every level of the tree of keys, and that each leaf can be found from the
// root.
#pragma once

#include "core/key_tree/key_tree.h"
#include "core/page/verify_finding.h"

namespace vecext {

/// What is called for each row and its key. No page is locked during the call.
struct KeyedRowVisitor {
  void (*visit)(void* context, const KeyedRow& row);
  void* context;
};

/// Returns what is wrong with a page of a level, or null if nothing is wrong. No row of the page
/// may be less than `low`.
const char* fault_of_key_page(const std::byte* page, std::uint32_t level, const KeyedRow& low);

/// Returns the greatest row that is less than `row`. `row` must not be the least row of all.
KeyedRow row_before(const KeyedRow& row);

/// Checks that the row before a child's first row leads to the page on the left of the child, and
/// sets finding->what if it does not. If this holds for all children of a level, the level's chain
/// of pages has all of them, and a search for a row reaches the row's page along the chain.
template <PageStore S>
Status verify_key_child(S& store, const KeyRoot& root, std::uint32_t level, const KeyChild& child,
                        VerifyFinding* finding) {
  const KeyedRow before = row_before(child.low);
  PageId left = kNoPage;
  VECEXT_TRY(find_key_page(store, root, before, level, &left));
  return store.read(left, [&](const std::byte* bytes) {
    const Status sound = check_key_page(bytes, level);
    const KeyPage<const std::byte> page{bytes};
    const bool leads = page.next() == child.child && !(page.head()->high < child.low) &&
                       !(child.low < page.head()->high);
    // A split meanwhile may have moved the row to the right.
    if (sound.ok() && !leads && !page.is_beyond(before)) {
      finding->what = "a page of keys cannot be found from the root";
    }
    return sound;
  });
}

/// Checks all children of a page with verify_key_child(), except for the first child of its level.
template <PageStore S>
Status verify_key_children(S& store, const KeyRoot& root, std::uint32_t level,
                           const KeyPage<const std::byte>& page, VerifyFinding* finding) {
  for (std::int32_t i = 0; finding->what == nullptr && i < page.count(); ++i) {
    const KeyChild& child = page.children()[i];
    if (kLeastKeyedRow < child.low) {
      VECEXT_TRY(verify_key_child(store, root, level - 1, child, finding));
    }
  }
  return {};
}

/// Checks the pages of a level from left to right. `visitor` is called for the rows of leaves.
template <PageStore S>
Status verify_key_level(S& store, const KeyRoot& root, std::uint32_t level,
                        const KeyedRowVisitor& visitor, VerifyFinding* finding) {
  PageId page;
  KeyedRow low = kLeastKeyedRow;
  Status status = find_key_page(store, root, low, level, &page);
  ChainLength length;
  while (status.ok() && page != kNoPage && finding->what == nullptr) {
    std::byte copy[kPageSize];
    status = store.read(page, [&copy](const std::byte* bytes) -> Status {
      __builtin_memcpy(copy, bytes, kPageSize);
      return {};
    });
    if (!status.ok()) {
      return status;
    }
    finding->page = page;
    finding->what = length.is_beyond(store) ? "the chain of pages of keys is circular"
                                            : fault_of_key_page(copy, level, low);
    const KeyPage<const std::byte> keys{copy};
    if (finding->what == nullptr && level > 0) {
      status = verify_key_children(store, root, level, keys, finding);
    }
    for (std::int32_t i = 0; level == 0 && finding->what == nullptr && i < keys.count(); ++i) {
      visitor.visit(visitor.context, keys.row(i));
    }
    low = keys.head()->high;
    page = keys.next();
    store.poll();
  }
  return status;
}

/// Checks the tree, and calls the visitor for its rows.
template <PageStore S>
Status verify_keys(S& store, PageId at, const KeyedRowVisitor& visitor, VerifyFinding* finding) {
  KeyRoot root{};
  VECEXT_TRY(read_key_root(store, at, &root));
  for (std::uint32_t level = 0; level <= root.level && finding->what == nullptr; ++level) {
    VECEXT_TRY(verify_key_level(store, root, level, visitor, finding));
  }
  return {};
}

}  // namespace vecext

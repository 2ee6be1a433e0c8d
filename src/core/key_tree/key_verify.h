// Checks the tree of keys: every page of every level, and that each leaf can be found.
#pragma once

#include "core/key_tree/key_tree.h"
#include "core/page/verify_finding.h"

namespace vecext {

/// Is called for each row with its key, while no page is locked.
struct KeyedRowVisitor {
  void (*visit)(void* context, const KeyedRow& row);
  void* context;
};

/// What is wrong with a page of a level, none of whose rows may be below `low`; null: nothing.
const char* fault_of_key_page(const std::byte* page, std::uint32_t level, const KeyedRow& low);

/// Sets finding->what unless what finds `target` finds that page of the level.
template <PageStore S>
Status verify_key_target(S& store, const KeyRoot& root, std::uint32_t level, const KeyedRow& target,
                         PageId page, VerifyFinding* finding) {
  PageId found = page;
  const Status status = find_key_page(store, root, target, level, &found);
  finding->what = found == page ? nullptr : "a page of keys cannot be found from the root";
  return status;
}

/// The same of the greatest row of a page, unless a split has moved that to the right since.
template <PageStore S>
Status verify_last_key(S& store, const KeyRoot& root, std::uint32_t level, const KeyedRow& last,
                       PageId page, VerifyFinding* finding) {
  const Status status = verify_key_target(store, root, level, last, page, finding);
  if (!status.ok() || finding->what == nullptr) {
    return status;
  }
  return store.read(page, [&](const std::byte* bytes) {
    const Status sound = check_key_page(bytes, level);
    if (sound.ok() && KeyPage<const std::byte>{bytes}.is_beyond(last)) {
      finding->what = nullptr;
    }
    return sound;
  });
}

/// Sets finding->what if a child of the page is not found by the row that it begins with.
template <PageStore S>
Status verify_key_children(S& store, const KeyRoot& root, std::uint32_t level,
                           const KeyPage<const std::byte>& page, VerifyFinding* finding) {
  Status status;
  for (std::int32_t i = 0; status.ok() && finding->what == nullptr && i < page.count(); ++i) {
    const KeyChild& child = page.children()[i];
    status = verify_key_target(store, root, level - 1, child.low, child.child, finding);
  }
  return status;
}

/// The greatest row that belongs to a page whose bounds are sound.
KeyedRow last_of_key_page(const std::byte* page);

/// Walks through a level of the tree from left to right.
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
    // What leads to the least and to the greatest row of a page leads to all between them.
    if (finding->what == nullptr) {
      status = verify_key_target(store, root, level, low, page, finding);
    }
    if (status.ok() && finding->what == nullptr) {
      status = verify_last_key(store, root, level, last_of_key_page(copy), page, finding);
    }
    const KeyPage<const std::byte> keys{copy};
    if (status.ok() && finding->what == nullptr && level > 0) {
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

/// Checks the tree and shows its rows.
template <PageStore S>
Status verify_keys(S& store, PageId at, const KeyedRowVisitor& visitor, VerifyFinding* finding) {
  KeyRoot root;
  Status status = read_key_root(store, at, &root);
  for (std::uint32_t level = 0; status.ok() && level <= root.level && finding->what == nullptr;
       ++level) {
    status = verify_key_level(store, root, level, visitor, finding);
  }
  return status;
}

}  // namespace vecext

// The blocks of codes of a list of nodes.
#pragma once

#include <algorithm>

#include "core/base/prefetch.h"
#include "core/graph/format/graph_model.h"
#include "core/page/node_codes_page.h"

namespace vecext {

/// While a block is compared, the block this many places further on its page is prefetched.
inline constexpr std::uint32_t kBlocksAhead = 4;

/// Calls body(block), which returns a Status, for each block of codes of a list, page by page. Adds
/// the number of pages read to *pages.
template <PageStore S, class Body>
Status each_block(S& store, const GraphModel& model, Part part, std::uint32_t list,
                  std::int64_t* pages, const Body& body) {
  const NodeLists& lists = model.lists[part];
  const std::size_t code_bytes = model.code_bytes();
  const auto of_page = static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(code_bytes));
  const std::uint32_t end = lists.end(list);
  for (std::uint32_t block = lists.heads[list].block; block < end;) {
    const std::uint32_t page = block / of_page;
    const std::uint32_t end_of_page = std::min(end, (page + 1) * of_page);
    VECEXT_TRY(store.read(lists.pages[page], [&](const std::byte* bytes) -> Status {
      Status sound = check_node_codes_page(bytes, code_bytes);
      if (sound.ok() && page_head(bytes)->rows < end_of_page - page * of_page) {
        sound = corrupt();
      }
      for (; sound.ok() && block < end_of_page; ++block) {
        if (block + kBlocksAhead < end_of_page) {
          const auto ahead = static_cast<std::int32_t>((block + kBlocksAhead) % of_page);
          prefetch_lines<CacheLevel::kFirst>(node_block(bytes, code_bytes, ahead).at,
                                             NodeBlock<std::byte>::scored_bytes(code_bytes));
        }
        sound = body(node_block(bytes, code_bytes, static_cast<std::int32_t>(block % of_page)));
      }
      return sound;
    }));
    ++*pages;
    store.poll();
  }
  return {};
}

/// Prefetches the codes of a list, or the first codes of a long list, while another list is
/// compared. Spreads the prefetches over the blocks of that other list, a few for each, as the
/// processor waits for few lines at a time, and more prefetches would delay the next instructions.
template <PageStore S>
class ListAhead {
 public:
  /// Prefetches `list` while a list of `blocks` blocks is compared.
  ListAhead(S& store, const GraphModel& model, Part part, std::uint32_t list, std::uint32_t blocks)
      : store_(store),
        lists_(model.lists[part]),
        code_bytes_(model.code_bytes()),
        block_(lists_.heads[list].block),
        end_(std::min(lists_.end(list), block_ + kMostPrefetched)),
        share_((end_ - block_) / std::max(blocks, 1U) + 1) {}

  /// Prefetches nothing.
  ListAhead(S& store, const GraphModel& model, Part part)
      : store_(store), lists_(model.lists[part]), code_bytes_(model.code_bytes()) {}

  /// Prefetches the next few blocks. Call it once for each block that is compared.
  void go_on() {
    const auto of_page = static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(code_bytes_));
    for (const std::uint32_t to = std::min(block_ + share_, end_); block_ < to; ++block_) {
      const PageId page = lists_.pages[block_ / of_page];
      if (page != page_) {
        page_ = page;
        store_.prefetch_far(page, kPayloadEnd, sizeof(PageTail));
        store_.prefetch_far(page, kPayloadOffset - sizeof(PageHead), sizeof(PageHead));
      }
      store_.prefetch_far(
          page, node_block_offset(code_bytes_, static_cast<std::int32_t>(block_ % of_page)),
          NodeBlock<std::byte>::scored_bytes(code_bytes_));
    }
  }

 private:
  static constexpr std::uint32_t kMostPrefetched = 64;

  S& store_;
  const NodeLists& lists_;
  std::size_t code_bytes_;
  std::uint32_t block_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t share_ = 0;
  PageId page_ = kNoPage;
};

}  // namespace vecext

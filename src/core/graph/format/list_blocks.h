// The blocks of codes of a list of nodes.
#pragma once

#include <algorithm>

#include "core/graph/format/graph_model.h"
#include "core/page/node_codes_page.h"

namespace vecext {

/// Calls body(block), a Status, for each block of codes of a list, page by page. Counts the pages
/// read in *pages.
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
    const Status status = store.read(lists.pages[page], [&](const std::byte* bytes) -> Status {
      Status sound = check_node_codes_page(bytes, code_bytes);
      if (sound.ok() && page_head(bytes)->rows < end_of_page - page * of_page) {
        sound = {.code = StatusCode::kCorrupt};
      }
      for (; sound.ok() && block < end_of_page; ++block) {
        sound = body(node_block(bytes, code_bytes, static_cast<std::int32_t>(block % of_page)));
      }
      return sound;
    });
    if (!status.ok()) {
      return status;
    }
    ++*pages;
    store.poll();
  }
  return {};
}

/// Prefetches the codes of a list, of a long one the first.
template <PageStore S>
void prefetch_list(S& store, const GraphModel& model, Part part, std::uint32_t list) {
  const NodeLists& lists = model.lists[part];
  const std::size_t code_bytes = model.code_bytes();
  const auto of_page = static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(code_bytes));
  constexpr std::uint32_t kMostPrefetched = 64;
  const std::uint32_t first = lists.heads[list].block;
  const std::uint32_t end = std::min(lists.end(list), first + kMostPrefetched);
  for (std::uint32_t block = first; block < end; ++block) {
    store.prefetch(lists.pages[block / of_page],
                   node_block_offset(code_bytes, static_cast<std::int32_t>(block % of_page)),
                   NodeBlock<std::byte>::scored_bytes(code_bytes));
  }
}

}  // namespace vecext

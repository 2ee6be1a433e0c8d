// Merges the lists of a shard's nodes, page by page.
#include <algorithm>
#include <cstring>

#include "core/base/threads.h"
#include "core/graph/external/shards.h"

namespace vecext::graph {

bool Shards::reserve_merge(const Shard& shard, Merge* merge) {
  Workspace memory = memory_.rest();
  const Arena arena = memory.arena();
  merge->pages = arena.array<std::byte>(kMadeBytes);
  merge->distances = arena.array<std::byte>(std::size_t{kPagesAtOnce} * distance_bytes());
  merge->list_of = arena.array<std::uint32_t>((shard.end_page - shard.first_page) * slots());
  const std::size_t size = list_record_bytes(model_->layout);
  const std::size_t room = std::min<std::size_t>(memory.rest().size() / size, shard.lists.count());
  merge->room = static_cast<std::uint32_t>(room);
  merge->lists = arena.array<std::byte>(room * size);
  return merge->pages != nullptr && merge->distances != nullptr && merge->list_of != nullptr &&
         merge->lists != nullptr && (room > 0 || shard.lists.count() == 0);
}

/// Reads the lists that nodes on the current pages have from their other shards.
Status Shards::load_lists(const Shard& shard, Merge* merge) {
  const std::size_t size = shard.lists.record();
  const auto begin = static_cast<std::uint32_t>(merge->first * slots());
  const auto end = static_cast<std::uint32_t>(merge->end * slots());
  std::fill_n(merge->list_of, end - begin, kNoNode);
  std::uint32_t taken = 0;
  const auto at_once = static_cast<std::uint32_t>(kMadeBytes / size);
  for (std::uint32_t done = 0; done < shard.lists.count(); done += at_once) {
    const std::uint32_t part = std::min(at_once, shard.lists.count() - done);
    VECEXT_TRY(shard.lists.read(done, part, merge->pages));
    for (std::uint32_t i = 0; i < part; ++i) {
      std::uint32_t ordinal;
      std::memcpy(&ordinal, merge->pages + i * size, sizeof ordinal);
      const std::uint32_t node = number_[ordinal];
      // Nodes that are duplicates here may not have been duplicates in the other shard. Then the
      // list of the first of them is used.
      if (node < begin || node >= end || merge->list_of[node - begin] != kNoNode ||
          taken == merge->room) {
        continue;
      }
      merge->list_of[node - begin] = taken;
      std::memcpy(merge->lists + taken++ * size, merge->pages + i * size, size);
    }
    if (stopped(parallel_)) {
      return {.code = StatusCode::kCancelled};
    }
  }
  return {};
}

void Shards::merge_pages(const Merge& merge, std::uint32_t first, std::uint32_t n) const {
  const NodeLayout& layout = model_->layout;
  const NodeNumbers numbers{number_, rows_, pages()};
  const ListMerge lists(*model_, numbers, construction_.alpha);
  run_parallel(parallel_.threads, n, [&](std::size_t i, std::int32_t) {
    std::byte* page = merge.pages + i * kPageSize;
    const auto* distances = reinterpret_cast<const float*>(merge.distances + i * distance_bytes());
    const auto base = static_cast<std::uint32_t>((first + i) * slots());
    for (std::int32_t s = 0; s < page_head(page)->rows; ++s) {
      const auto slot = node_slot(page, layout, s);
      const std::uint32_t node = base + static_cast<std::uint32_t>(s);
      if (slot.head()->duplicate != kNoNode) {
        slot.head()->duplicate = numbers.pages.id_of(node + 1);
      }
      if ((slot.head()->flags & kIsDuplicate) == 0) {
        const std::uint32_t list = merge.list_of[node - merge.first * slots()];
        lists.merge(node, slot, distances + s * layout.degree,
                    list == kNoNode ? nullptr : merge.lists + list * list_record_bytes(layout));
      }
    }
  });
}

}  // namespace vecext::graph

// Probing lists within a search of a graph: the codes of the nodes in the nearest lists are
// compared, and the nearest of these nodes wait to be visited, like neighbors of visited ones. A
// code in a list costs a small part of what it costs beside a node, and needs no link that leads to
// it: in groups of near copies, links lead to the same group alone.
#pragma once

#include "core/graph/search/graph_visit.h"
#include "core/graph/search/near_lists.h"
#include "core/page/node_codes_page.h"

namespace vecext {

/// Visits of a search for a recall before it probes lists: most searches of easy data end before.
inline constexpr std::int32_t kVisitsBeforeProbe = 64;

/// The same of a search for the ef nearest, and the least ef with which it does.
inline constexpr std::int32_t kVisitsBeforeProbeOfEf = 32;
inline constexpr std::int32_t kLeastEfOfProbe = 40;

/// The visits after which a search probes lists; 0: it does not.
std::int32_t visits_before_probe(const GraphLimits& limits, Part part);

/// The blocks of codes that a search compares at most, and one list more.
std::int32_t most_probed_blocks(const GraphModel& model, Part part);

/// The nearest nodes of the lists probed.
class ProbedNodes {
 public:
  static constexpr std::int32_t kMost = 128;

  /// Nodes beyond `limit` are not wanted.
  explicit ProbedNodes(float limit) : limit_(limit) {}

  /// Compares a block.
  void add(const GraphModel& model, const GraphQuery& query, const kernel::EstimateTerms& terms,
           const NodeBlock<const std::byte>& block);

  /// Puts the nodes into the frontier. False: out of memory.
  bool give(Frontier* frontier);

 private:
  void keep();

  float limit_;
  std::int32_t count_ = 0;
  QueuedNode nodes_[2 * kMost];
};

/// Calls visit(block), a Status, for each block of codes of a list, page by page.
template <PageStore S, class Visit>
Status visit_blocks(S& store, const GraphSearch& search, Part part, std::uint32_t list,
                    const Visit& visit) {
  const GraphModel& model = search.model;
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
        sound = visit(node_block(bytes, code_bytes, static_cast<std::int32_t>(block % of_page)));
      }
      return sound;
    });
    if (!status.ok()) {
      return status;
    }
    ++search.counts->pages;
  }
  search.counts->scored += (end - lists.heads[list].block) * kBlockLanes;
  store.poll();
  return {};
}

/// Prefetches the codes of a list.
template <PageStore S>
void prefetch_list(S& store, const GraphModel& model, Part part, std::uint32_t list) {
  const NodeLists& lists = model.lists[part];
  const std::size_t code_bytes = model.code_bytes();
  const auto of_page = static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(code_bytes));
  for (std::uint32_t block = lists.heads[list].block; block < lists.end(list); ++block) {
    store.prefetch(lists.pages[block / of_page],
                   node_block_offset(code_bytes, static_cast<std::int32_t>(block % of_page)),
                   NodeBlock<std::byte>::scored_bytes(code_bytes));
  }
}

/// Probes the nearest lists of a part.
template <PageStore S>
Status probe_lists(S& store, Part part, GraphSearch* search) {
  const GraphModel& model = search->model;
  NearLists near;
  near.find(model, search->query, part);
  ProbedNodes probed(search->limit());
  std::int32_t left = most_probed_blocks(model, part);
  for (std::int32_t i = 0; i < near.count() && left > 0; ++i) {
    if (i + 1 < near.count()) {
      prefetch_list(store, model, part, near[i + 1].list);
    }
    const kernel::EstimateTerms terms = list_terms(model, search->query, part, near[i], 0);
    const Status status = visit_blocks(store, *search, part, near[i].list,
                                       [&](const NodeBlock<const std::byte>& block) {
                                         probed.add(model, search->query, terms, block);
                                         --left;
                                         return Status{};
                                       });
    if (!status.ok()) {
      return status;
    }
  }
  return probed.give(search->frontier) ? Status{} : Status{.code = StatusCode::kOutOfMemory};
}

}  // namespace vecext

// Checks a graph: every page, every number that a node contains, and that every node can be
// reached.
#pragma once

#include <algorithm>

#include "core/base/bit_set.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/format/graph_rows.h"
#include "core/graph/format/node_rows.h"
#include "core/graph/format/flat_record.h"
#include "core/page/verify_pages.h"

namespace vecext {

/// What the check has counted.
struct GraphSummary {
  std::int64_t nodes;  // duplicates included
  std::int64_t duplicates;
  std::int64_t rows;          // rows in nodes
  std::int64_t pending_rows;  // rows that are not in nodes
  std::int64_t pending_places;

  /// Returns how many nodes and pending places have lost their row.
  std::int64_t dead() const { return nodes + pending_places - rows - pending_rows; }
};

/// True if the part exists and its nodes are in the chain of number `chain`.
inline bool is_chain_of(const GraphModel& model, Part part, std::uint32_t chain) {
  return chain != 0 && chain == model.meta.parts[part].chain;
}
/// True if the part exists and has pages of codes. A part of a flat graph has them only if it has
/// lists.
inline bool has_code_pages(const GraphModel& model, Part part) {
  return model.meta.parts[part].chain != 0 &&
         (!model.is_flat() || model.meta.lists[part].count > 0);
}

/// True if `page` is a page of nodes of the given part.
inline bool is_page_of(const GraphModel& model, Part part, const std::byte* page) {
  return check_page(page, PageKind::kNodes).ok() &&
         is_chain_of(model, part, page_head(page)->chain);
}
inline bool is_chain_of_graph(const GraphModel& model, std::uint32_t chain) {
  return is_chain_of(model, kMain, chain) || is_chain_of(model, kDelta, chain);
}
inline bool is_page_of_graph(const GraphModel& model, const std::byte* page) {
  return check_page(page, PageKind::kNodes).ok() &&
         is_chain_of_graph(model, page_head(page)->chain);
}

/// Checks one page of nodes, of which `page` is a copy, and calls the visitor for its rows.
void verify_nodes(const GraphModel& model, PageId at, const std::byte* page,
                  const RowVisitor& visitor, GraphSummary* summary, VerifyFinding* finding);

/// Checks one page of pending rows, of which `page` is a copy, and calls the visitor for its rows.
void verify_pending(const GraphModel& model, PageId at, const std::byte* page,
                    const RowVisitor& visitor, GraphSummary* summary, VerifyFinding* finding);

/// Checks one whole record of a flat graph, record i of page `at`, and calls the visitor for its
/// row.
void verify_record(const GraphModel& model, PageId at, std::int32_t i, bool is_pending,
                   const std::byte* record, const RowVisitor& visitor, GraphSummary* summary,
                   VerifyFinding* finding);

/// What a traversal needs to know of a node.
struct NodeLinks {
  NodeHead head;
  const NodeId* neighbors;
};

/// Finds the links of the node in a slot of a page. Returns false if the slot has no node.
inline bool find_links(const GraphModel& model, const std::byte* page, std::int32_t slot,
                       NodeLinks* links) {
  if (!model.is_flat()) {
    const auto node = node_slot(page, model.layout, slot);
    *links = {*node.head(), node.neighbors()};
  } else {
    Record record{};
    if (!find_record(page, model.node, slot, &record)) {
      return false;
    }
    *links = {*reinterpret_cast<const NodeHead*>(record.at),
              reinterpret_cast<const NodeId*>(record.at + sizeof(NodeHead))};
  }
  return links->head.mark == kNodeMark;
}

/// Counts the nodes that can be reached from the entries by neighbors and duplicates. Sets *finding
/// if a link leads to something that is not a node of the graph.
template <PageStore S>
Status count_reachable(S& store, const GraphModel& model, Arena arena, std::int64_t* reachable,
                       VerifyFinding* finding) {
  const std::size_t most =
      std::size_t{store.pages()} * static_cast<std::size_t>(model.layout.slots);
  BitSet seen;
  auto* queue = arena.array<NodeId>(static_cast<std::size_t>(model.nodes()) + 1);
  if (queue == nullptr || !seen.reset(most, arena)) {
    return out_of_memory();
  }
  std::size_t end = 0;
  bool is_outside = false;
  const auto reach = [&](NodeId node) {
    is_outside = is_outside || (node != kNoNode && node >= most);
    // If more nodes are reached than the graph has, one of the numbers does not belong to a node.
    if (node != kNoNode && node < most && end <= model.nodes() && !seen.contains(node)) {
      seen.add(node);
      queue[end++] = node;
    }
  };
  for (const EntryTable& entries : model.entries) {
    std::for_each(entries.nodes, entries.nodes + entries.block_count * kBlockLanes, reach);
  }
  for (std::size_t i = 0; i < end; ++i) {
    const PageId at = model.layout.page_of(queue[i]);
    VECEXT_TRY(store.read(at, [&](const std::byte* page) -> Status {
      NodeLinks links;
      if (!is_page_of_graph(model, page) ||
          !find_links(model, page, model.layout.slot_of(queue[i]), &links)) {
        *finding = {"a link leads to no node", at};
        return {};
      }
      reach(links.head.duplicate);
      for (std::int32_t j = 0; j < model.layout.degree; ++j) {
        reach(links.neighbors[j]);
      }
      if (is_outside) {
        *finding = {"a link leads out of the index", at};
      }
      return {};
    }));
    if (finding->what != nullptr) {
      return {};
    }
    store.poll();
  }
  if (is_outside) {
    *finding = {"an entry point is outside of the index", kNoPage};
  }
  *reachable = static_cast<std::int64_t>(end);
  return {};
}

/// Checks a page of records of a flat graph, given a copy of it. The records are pending rows if
/// `is_pending`, or else nodes. `scratch` has room for kLongestRecord bytes.
template <PageStore S>
Status verify_records(S& store, const GraphModel& model, PageId at, bool is_pending,
                      const std::byte* page, std::byte* scratch, const RowVisitor& visitor,
                      GraphSummary* summary, VerifyFinding* finding) {
  const RecordForm& form = is_pending ? model.pending_record : model.node;
  const Status counted =
      is_pending ? check_pending_page(page, model.pending) : check_node_page(page, model.layout);
  if (!counted.ok() || !has_sound_records(page, form)) {
    *finding = {"a page whose records lie outside of it or are too many", at};
    return {};
  }
  for (std::int32_t i = 0; i < page_head(page)->rows && finding->what == nullptr; ++i) {
    Record found{};
    (void)find_record(page, form, i, &found);
    const std::byte* record = found.at;
    if (found.rest != 0) {
      record = scratch;
      Status status =
          read_record(store, form, at, i, scratch, [](const std::byte*) { return Status{}; });
      if (status.ok()) {
        // If the second page were in another chain, VACUUM would find that nothing leads to it.
        status = store.read(found.rest, [page](const std::byte* rest) -> Status {
          const bool is_same = page_head(rest)->chain == page_head(page)->chain;
          return sound_if(is_same);
        });
      }
      if (status.code == StatusCode::kCorrupt || status.code == StatusCode::kStale) {
        *finding = {"a record is incomplete", at};
        return {};
      }
      if (!status.ok()) {
        return status;
      }
    }
    verify_record(model, at, i, is_pending, record, visitor, summary, finding);
  }
  return {};
}

/// Checks the chain numbers of the streams, codes and rows of the parts. VACUUM frees pages by
/// these numbers, so a wrong one would make it free pages in use.
template <PageStore S>
Status verify_chains(S& store, const GraphModel& model, VerifyFinding* finding) {
  const auto check_stream = [](const std::byte* page) {
    return check_page(page, PageKind::kStream);
  };
  const auto check_codes = [](const std::byte* page) -> Status {
    const PageKind kind = page_tail(page)->kind;
    return is_of_codes(kind) ? check_page(page, kind) : corrupt();
  };
  if (model.meta.parts[kMain].chain == 0) {
    *finding = {"the main graph has no chain", kMetaPage};
  }
  verify_next_chain(model.meta.head, finding);
  for (const Part part : kParts) {
    const GraphPart& of = model.meta.parts[part];
    if (of.chain != 0) {
      verify_chain_number(model.meta.head, of.chain, finding);
      VECEXT_TRY(verify_chain(store, of.model, check_stream, finding));
    }
    if (has_code_pages(model, part)) {
      if (of.rows == kNoPage) {
        *finding = {"the codes of the graph have no pages", kMetaPage};
      }
      VECEXT_TRY(verify_chain(store, of.rows, check_codes, finding));
    }
  }
  return {};
}

/// Checks the chain of pending rows: copies each page of it to `copy` and calls verify_page(page,
/// true), which returns a Status.
template <PageStore S, class VerifyPage>
Status verify_pending_chain(S& store, const GraphMeta& meta, std::byte* copy,
                            const VerifyPage& verify_page, VerifyFinding* finding) {
  ChainLength length;
  std::uint32_t chained = 0;
  bool is_tail_seen = false;
  for (PageId page = meta.pending; page != kNoPage && finding->what == nullptr;) {
    const PageId at = page;
    ++chained;
    is_tail_seen = is_tail_seen || at == meta.pending_tail;
    if (length.is_beyond(store) || !copy_page(store, at, copy).ok()) {
      *finding = {"the chain of pending rows is circular or leads out of the index", at};
      return {};
    }
    page = page_head(copy)->next;
    const bool is_other = page == kNoPage && page_head(copy)->chain != chain_of_writer(kNoWriter);
    VECEXT_TRY(verify_page(at, true));
    if (is_other && finding->what == nullptr) {
      *finding = {"the last page of pending rows is not one of their chain", at};
    }
    store.poll();
  }
  if (finding->what != nullptr) {
    return {};
  }
  // Inserts may have added pages since the model was loaded, or since the chain was read.
  GraphMeta now{};
  VECEXT_TRY(read_graph_meta(store, &now));
  if (!is_tail_seen || chained < meta.pending_pages) {
    *finding = {"the chain of pending rows ends too soon", meta.pending_tail};
  } else if (chained > now.pending_pages) {
    *finding = {"the chain of pending rows has more pages than the meta page says", kMetaPage};
  }
  return {};
}

/// Checks private chains in the same way. Their writers may have added pages since the meta page
/// was read.
template <PageStore S, class VerifyPage>
Status verify_private_chains(S& store, const PrivateChains& chains, std::byte* copy,
                             const VerifyPage& verify_page, VerifyFinding* finding) {
  for (const PrivateChain& chain : chains) {
    PageId at = kNoPage;
    PageId page = chain.first;
    for (std::uint32_t i = 0; i < chain.pages && finding->what == nullptr; ++i) {
      at = page;
      if (at == kNoPage || !copy_page(store, at, copy).ok()) {
        *finding = {"a private chain of pending rows ends too soon", at};
        return {};
      }
      page = page_head(copy)->next;
      const bool is_other = page_head(copy)->chain != chain_of_writer(chain.writer);
      VECEXT_TRY(verify_page(at, true));
      if (is_other && finding->what == nullptr) {
        *finding = {"a page of a private chain of pending rows is not one of it", at};
      }
      store.poll();
    }
    if (finding->what == nullptr && chain.pages > 0 && at != chain.tail) {
      *finding = {"a private chain of pending rows does not end where the meta page says", at};
    }
  }
  return {};
}

/// Loads the rows of the nodes. Sets *finding if their pages are damaged.
template <PageStore S>
Status verify_node_rows(S& store, Arena arena, GraphModel* model, VerifyFinding* finding) {
  const Status status = load_node_rows(store, arena, model);
  if (status.code == StatusCode::kCorrupt || status.code == StatusCode::kStale) {
    *finding = {"the pages of the nodes' row ids are not a valid chain", kNoPage};
    return {};
  }
  return status;
}

/// Checks all pages, then the chains of pending rows. Copies each page of nodes to `copy` and calls
/// verify_page(page, is_pending), which returns a Status.
template <PageStore S, class VerifyPage>
Status verify_pages(S& store, const GraphModel& model, std::byte* copy,
                    const VerifyPage& verify_page, const GraphSummary* summary,
                    VerifyFinding* finding) {
  const PageId pages = store.pages();
  for (PageId page = 0; page < pages && finding->what == nullptr; ++page) {
    VECEXT_TRY(copy_page(store, page, copy));
    bool has_rows;
    if (page != kMetaPage && !check_row_page(model, copy, &has_rows).ok()) {
      *finding = {kUnknownPage, page};
    } else if (is_page_of_graph(model, copy)) {
      VECEXT_TRY(verify_page(page, false));
    }
    store.poll();
  }
  if (finding->what == nullptr && summary->nodes != model.nodes()) {
    *finding = {"the number of nodes differs from that of the meta page", kNoPage};
  }
  if (finding->what != nullptr) {
    return {};
  }
  // A private chain may join the common chain meanwhile, which makes the model out of date.
  GraphMeta now{};
  VECEXT_TRY(read_graph_meta(store, &now));
  VECEXT_TRY(verify_private_chains(store, now.privates, copy, verify_page, finding));
  return finding->what != nullptr
             ? Status{}
             : verify_pending_chain(store, model.meta, copy, verify_page, finding);
}

/// Checks that every node can be reached.
template <PageStore S>
Status verify_reachable(S& store, const GraphModel& model, Arena arena, std::int64_t nodes,
                        VerifyFinding* finding) {
  std::int64_t reachable = 0;
  VECEXT_TRY(count_reachable(store, model, arena, &reachable, finding));
  if (finding->what == nullptr && reachable != nodes) {
    *finding = {"not every node can be reached from the entry points", kNoPage};
  }
  return {};
}

/// Checks the index against its loaded model, and loads the rows of the model's nodes.
template <PageStore S>
Status verify_graph(S& store, GraphModel* loaded, const RowVisitor& visitor, Arena arena,
                    GraphSummary* summary, VerifyFinding* finding) {
  const GraphModel& model = *loaded;
  auto* copy = arena.array<std::byte>(kPageSize);
  auto* scratch = arena.array<std::byte>(kLongestRecord);
  if (copy == nullptr || scratch == nullptr) {
    return out_of_memory();
  }
  *summary = {};
  if (!model.is_flat()) {
    VECEXT_TRY(verify_node_rows(store, arena, loaded, finding));
  }
  const auto verify_page = [&](PageId at, bool is_pending) -> Status {
    if (model.is_flat()) {
      return verify_records(store, model, at, is_pending, copy, scratch, visitor, summary, finding);
    }
    is_pending ? verify_pending(model, at, copy, visitor, summary, finding)
               : verify_nodes(model, at, copy, visitor, summary, finding);
    return {};
  };
  if (finding->what == nullptr) {
    VECEXT_TRY(verify_pages(store, model, copy, verify_page, summary, finding));
  }
  if (finding->what == nullptr) {
    VECEXT_TRY(verify_chains(store, model, finding));
  }
  return finding->what == nullptr ? verify_reachable(store, model, arena, summary->nodes, finding)
                                  : Status{};
}

}  // namespace vecext

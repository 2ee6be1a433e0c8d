// The rows of a graph's nodes (core/page/node_rows_page.h), written and loaded.
#pragma once

#include <algorithm>

#include "core/filter/filter.h"
#include "core/graph/graph_model.h"
#include "core/page/bulk.h"
#include "core/page/node_rows_page.h"

namespace vecext {

/// Those of n nodes, n <= 32, that may match, as bits: whose row the set has, or which have twins.
inline std::uint32_t matching_nodes(const NodeRows& rows, const RowFilter& filter,
                                    const NodeId* nodes, std::int32_t n) {
  RowId row[kBlockLanes];
  std::uint32_t twins = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    row[i] = rows.of(nodes[i]);
    twins |= static_cast<std::uint32_t>(row[i].line / kHasTwin) << i;
  }
  return (filter.of(row, n) | twins) & first_lanes(n);
}

/// Writes the rows of a part's nodes, in a chain of its own.
template <BulkStore B>
class NodeRowsWriter {
 public:
  NodeRowsWriter(B& bulk, std::int32_t slots, std::uint32_t chain)
      : bulk_(bulk), slots_(slots), chain_(chain) {}

  /// Adds a page of nodes, where fill(rows) says the row of each slot; others are none.
  template <class Fill>
  Status add(PageId page, const Fill& fill) {
    using Rows = NodeRowsRecord<std::byte>;
    if (records_ == Rows::of_page(slots_)) {
      if (const Status status = put(); !status.ok()) {
        return status;
      }
    }
    const Rows record{records_bytes_ + static_cast<std::size_t>(records_++) * Rows::bytes(slots_)};
    record.set_page(page);
    std::fill_n(record.rows(), slots_, kNoRow);
    fill(record.rows());
    return {};
  }

  /// Ends the chain, which has a page at least; *first is that.
  Status finish(PageId* first) {
    const Status status = put();
    *first = first_;
    return status;
  }

 private:
  Status put() {
    std::byte* page;
    const Status status = add_to_chain(bulk_, PageKind::kNodeRows, 0, chain_, &last_, &page);
    if (status.ok()) {
      first_ = first_ == kNoPage ? last_ : first_;
      page_head(page)->rows = static_cast<std::uint16_t>(records_);
      __builtin_memcpy(
          page + kPayloadOffset, records_bytes_,
          static_cast<std::size_t>(records_) * NodeRowsRecord<std::byte>::bytes(slots_));
      records_ = 0;
    }
    return status;
  }

  B& bulk_;
  const std::int32_t slots_;
  const std::uint32_t chain_;
  PageId first_ = kNoPage;
  PageId last_ = kNoPage;
  std::int32_t records_ = 0;
  std::byte records_bytes_[kPayloadSize];
};

/// What the rows of nodes say of a node.
inline RowId noted_row(const NodeHead& head) {
  RowId row = head.row;
  row.line |= head.twin == kNoNode ? std::uint16_t{0} : kHasTwin;
  return row;
}

/// Takes the rows of a part's nodes from their chain. kCorrupt where it is none.
template <PageStore S>
Status load_part_rows(S& store, const GraphModel& model, Part part, RowId* rows, NodeId end) {
  const auto slots = static_cast<NodeId>(model.layout.slots);
  ChainLength length;
  for (PageId page = model.meta.parts[part].rows; page != kNoPage;) {
    if (length.is_beyond(store)) {
      return {.code = StatusCode::kCorrupt};
    }
    const Status status = store.read(page, [&](const std::byte* bytes) -> Status {
      if (const Status sound = check_node_rows_page(bytes, model.layout.slots); !sound.ok()) {
        return sound;
      }
      for (std::int32_t i = 0; i < page_head(bytes)->rows; ++i) {
        const auto record = node_rows_record(bytes, model.layout.slots, i);
        if (record.page() >= end / slots) {
          return {.code = StatusCode::kCorrupt};
        }
        std::copy_n(record.rows(), slots, rows + std::size_t{record.page()} * slots);
      }
      page = page_head(bytes)->next;
      return {};
    });
    if (!status.ok()) {
      return status;
    }
    store.poll();
  }
  return {};
}

/// Loads the rows of all nodes into model->rows and by_row, for searches with a set: some eleven
/// bytes a slot of the index's pages, from `arena`. Whoever reads a graph that may be made anew
/// meanwhile compares its `changes` afterwards, as for a search. Not for a plain graph.
template <PageStore S>
Status load_node_rows(S& store, Arena arena, GraphModel* model) {
  // By number, so that one look finds a row; there are few other pages.
  const std::size_t end =
      static_cast<std::size_t>(store.pages()) * static_cast<std::size_t>(model->layout.slots);
  auto* rows = arena.array<RowId>(end);
  if (rows == nullptr) {
    return {.code = StatusCode::kOutOfMemory};
  }
  std::fill_n(rows, end, kNoRow);
  Status status;
  for (const Part part : kParts) {
    if (status.ok() && model->meta.parts[part].chain != 0) {
      status = load_part_rows(store, *model, part, rows, static_cast<NodeId>(end));
    }
  }
  if (!status.ok()) {
    return status;
  }
  const NodeRows loaded{rows, static_cast<NodeId>(end)};
  if (!model->by_row.fill(loaded, arena)) {
    return {.code = StatusCode::kOutOfMemory};
  }
  model->rows = loaded;
  return {};
}

}  // namespace vecext

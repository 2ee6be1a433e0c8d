// Loads the rows of a graph's nodes from pages of their own (core/page/node_codes_page.h).
#pragma once

#include <algorithm>

#include "core/filter/row_filter.h"
#include "core/graph/format/graph_model.h"
#include "core/page/node_codes_page.h"

namespace vecext {

/// True for pages of codes or rows of nodes.
inline bool is_of_codes(PageKind kind) {
  return kind == PageKind::kNodeCodes || kind == PageKind::kRecords;
}

/// Returns which of n nodes, n <= 32, may match the filter, as bits: nodes whose row is in the set,
/// and nodes that have duplicates, since the row of a duplicate may be in the set.
inline std::uint32_t matching_nodes(const NodeRows& rows, const RowFilter& filter,
                                    const NodeId* nodes, std::int32_t n) {
  RowId row[kBlockLanes];
  std::uint32_t duplicates = 0;
  for (std::int32_t i = 0; i < n; ++i) {
    row[i] = rows.of(nodes[i]);
    duplicates |= static_cast<std::uint32_t>(row[i].line / kHasDuplicate) << i;
  }
  return (filter.of(row, n) | duplicates) & first_lanes(n);
}

/// Copies the rows of a block of codes that may be the last block, or may have nodes out of order.
/// Sets *first and *last_lanes as copy_coded_rows() does. Returns false if the block is corrupt.
inline bool copy_lanes(const NodeBlock<const std::byte>& block, bool is_last, RowId* rows,
                       NodeId end, NodeId* first, std::int32_t* last_lanes) {
  const auto in_order = [&](std::int32_t lane) {
    return block.nodes()[lane] == block.nodes()[0] + static_cast<NodeId>(lane);
  };
  std::int32_t lanes = 0;
  while (lanes < kBlockLanes && in_order(lanes)) {
    ++lanes;
  }
  bool is_in_order = lanes == kBlockLanes || is_last;
  for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
    const NodeId node = block.nodes()[lane];
    is_in_order = is_in_order && (lane < lanes || node == kNoNode);
    if (node < end) {
      rows[node] = block.rows()[lane];
    } else if (node != kNoNode) {
      return false;
    }
  }
  *first = is_in_order ? block.nodes()[0] : kNoNode;
  *last_lanes = is_in_order ? lanes : kBlockLanes;
  return true;
}

/// Copies the rows of a page of codes. Also sets first[i] to the first node of block i, or to
/// kNoNode if the block's nodes are not in order, and *last_lanes to the lanes in use in the last
/// block, which need not be full.
inline Status copy_coded_rows(const GraphModel& model, const std::byte* page, RowId* rows,
                              NodeId end, NodeId* first, std::int32_t* last_lanes) {
  VECEXT_TRY(check_node_codes_page(page, model.code_bytes()));
  const std::int32_t blocks = page_head(page)->rows;
  for (std::int32_t i = 0; i < blocks; ++i) {
    const auto block = node_block(page, model.code_bytes(), i);
    const NodeId begin = block.nodes()[0];
    std::uint32_t out_of_order = 0;
    for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
      out_of_order |= block.nodes()[lane] ^ (begin + static_cast<NodeId>(lane));
    }
    if (out_of_order == 0 && begin < end && end - begin >= kBlockLanes) {
      std::copy_n(block.rows(), kBlockLanes, rows + begin);
      first[i] = begin;
      *last_lanes = kBlockLanes;
    } else if (!copy_lanes(block, i + 1 == blocks, rows, end, first + i, last_lanes)) {
      return corrupt();
    }
  }
  return {};
}

/// Collects, page after page, where the codes of a part's nodes lie.
class CodesFound {
 public:
  CodesFound(const GraphModel& model, Arena arena)
      : arena_(arena),
        of_page_(static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(model.code_bytes()))),
        records_layout_(model.records_layout()) {}

  /// Adds a page of codes, and copies its rows. Returns kCorrupt if the page before is not full.
  Status add(const GraphModel& model, PageId page, const std::byte* bytes, RowId* rows,
             NodeId end) {
    if (blocks_ != pages_ * of_page_ || last_lanes_ != kBlockLanes) {
      return corrupt();
    }
    if (!reserve(arena_, pages_, pages_ + 1, kFewest, &page_room_, &page_) ||
        !reserve(arena_, blocks_, blocks_ + of_page_, kFewest, &block_room_, &first_)) {
      return out_of_memory();
    }
    const Status taken = copy_coded_rows(model, bytes, rows, end, first_ + blocks_, &last_lanes_);
    if (taken.ok()) {
      page_[pages_++] = page;
      blocks_ += page_head(bytes)->rows;
    }
    return taken;
  }

  /// Adds a page of records. Returns kCorrupt if the page before is not full.
  Status add_records(PageId page, const std::byte* bytes) {
    VECEXT_TRY(check_node_records_page(bytes, records_layout_));
    const auto of_page = static_cast<std::uint32_t>(records_layout_.of_page());
    if (records_ != record_pages_ * of_page) {
      return corrupt();
    }
    if (!reserve(arena_, record_pages_, record_pages_ + 1, kFewest, &record_room_, &record_page_)) {
      return out_of_memory();
    }
    record_page_[record_pages_++] = page;
    records_ += page_head(bytes)->rows;
    return {};
  }

  /// Returns where the codes lie; call it after all pages. Records are left out unless every node
  /// has one and nodes are in order.
  NodeCodes codes() const {
    const auto blocks = static_cast<std::int32_t>(blocks_);
    const auto lanes = static_cast<std::uint32_t>(kBlockLanes - last_lanes_);
    const bool is_whole = records_ + lanes == blocks_ * kBlockLanes;
    const bool is_in_order = std::find(first_, first_ + blocks_, kNoNode) == first_ + blocks_;
    const bool has_records = is_whole && is_in_order;
    return {page_,
            first_,
            blocks,
            last_lanes_,
            has_records ? record_page_ : nullptr,
            pages_,
            has_records ? record_pages_ : 0};
  }

 private:
  static constexpr std::uint32_t kFewest = 64;

  const Arena arena_;
  const std::uint32_t of_page_;
  const NodeRecordsLayout records_layout_;
  PageId* page_ = nullptr;
  NodeId* first_ = nullptr;
  std::uint32_t pages_ = 0;
  std::uint32_t page_room_ = 0;
  std::uint32_t blocks_ = 0;
  std::uint32_t block_room_ = 0;
  std::int32_t last_lanes_ = kBlockLanes;
  PageId* record_page_ = nullptr;
  std::uint32_t records_ = 0;
  std::uint32_t record_pages_ = 0;
  std::uint32_t record_room_ = 0;
};

/// Reads the rows of a part's nodes from their chain into `rows`, and notes in `codes` where their
/// codes lie.
template <PageStore S>
Status load_part_rows(S& store, const GraphModel& model, Part part, RowId* rows, NodeId end,
                      CodesFound* codes) {
  const PageId first = model.meta.parts[part].rows;
  return read_chain(store, first, [&](PageId page, const std::byte* bytes) {
    return page_tail(bytes)->kind == PageKind::kRecords ? codes->add_records(page, bytes)
                                                        : codes->add(model, page, bytes, rows, end);
  });
}

/// Loads the rows of all nodes into model->rows and model->by_row, for searches with a set. Takes
/// some eleven bytes a slot of the index's pages from `arena`. If it fails, the model does not
/// change. If the graph may be rebuilt meanwhile, the caller compares `changes` afterwards, as
/// after a search. It is not for a flat graph.
template <PageStore S>
Status load_node_rows(S& store, Arena arena, GraphModel* model) {
  // The array is indexed by the number of a node, so that its row is found at once. It wastes
  // little, since nearly all pages are pages of nodes.
  const std::size_t end =
      static_cast<std::size_t>(store.pages()) * static_cast<std::size_t>(model->layout.slots);
  auto* rows = arena.array<RowId>(end);
  if (rows == nullptr) {
    return out_of_memory();
  }
  std::fill_n(rows, end, kNoRow);
  NodeCodes found[2];
  for (const Part part : kParts) {
    CodesFound codes(*model, arena);
    if (model->meta.parts[part].chain != 0) {
      const Status status =
          load_part_rows(store, *model, part, rows, static_cast<NodeId>(end), &codes);
      if (!status.ok()) {
        return status;
      }
    }
    found[part] = codes.codes();
  }
  const NodeRows all{rows, static_cast<NodeId>(end)};
  RowNodes by_row{};
  if (!by_row.fill(all, arena)) {
    return out_of_memory();
  }
  model->rows = all;
  model->by_row = by_row;
  std::copy_n(found, 2, model->codes);
  return {};
}

}  // namespace vecext

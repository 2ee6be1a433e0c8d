// Checks the codes that nodes have in lists: every node of a part is in one lane of its lists'
// blocks, with its row, its code and its record. core/graph/flat/sketch_verify.h checks the codes
// of sketches.
#pragma once

#include "core/base/bit_set.h"
#include "core/graph/format/graph_model.h"
#include "core/graph/format/node_rows.h"
#include "core/page/verify_finding.h"

namespace vecext {

/// The finding for a lane whose number does not belong to a node.
inline constexpr const char* kNoNodeOfLane = "a lane of a list leads to no node of its graph";

/// Checks a part's lists, block after block. For a graph with codes, the rows of nodes must have
/// been loaded; for sketches they are not. Functions named wrong_... return what is wrong, or null
/// if nothing is.
class ListCheck {
 public:
  /// All numbers of nodes must be less than `end`.
  ListCheck(const GraphModel& model, Part part, NodeId end)
      : model_(model), part_(part), end_(end), lists_(model.lists[part]), of_(model.codes[part]) {}

  /// Takes memory: a bit for each number that a node may have, two pages, and some vectors. Returns
  /// false if memory runs out.
  bool reserve(Arena arena);

  /// Checks the directory against the pages that were loaded.
  const char* wrong_directory() const;

  std::uint32_t blocks() const { return lists_.count == 0 ? 0 : lists_.end(lists_.count - 1); }
  PageId page_of(std::uint32_t block) const { return lists_.pages[block / page_blocks()]; }
  /// Returns the page of records whose first record belongs to block `block`, or kNoPage if
  /// such a page does not exist.
  PageId records_from(std::uint32_t block) const;
  bool begins_page(std::uint32_t block) const { return block % page_blocks() == 0; }
  /// These return memory for copies of the pages that have the codes and the records of a block.
  std::byte* codes() { return codes_; }
  std::byte* records() { return records_; }

  /// Begins the next block, whose pages have been copied. Checks these pages, and the center of a
  /// list that begins with the block.
  const char* wrong_block(std::uint32_t block);
  /// Returns the node of a lane of the block, or kNoNode if the lane has none.
  NodeId node(std::int32_t lane) const { return block().nodes()[lane]; }
  /// Checks the lane of a node, given `page`, the page that the node should be on.
  const char* wrong_lane(std::int32_t lane, const std::byte* page);
  /// Checks the lane of a node whose head is `head`. The caller has put the node's vector into
  /// vector(), where it is at most `error` from the node's rerank vector. If `error` is null, the
  /// vector is not known, and its code is not checked.
  const char* wrong_lane(std::int32_t lane, const NodeHead& head, const double* error);
  /// Returns room for D floats, in which the caller puts the vector of a node.
  float* vector() { return vector_; }

 private:
  std::uint32_t page_blocks() const {
    return static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(model_.code_bytes()));
  }
  std::uint32_t record_blocks() const {
    return static_cast<std::uint32_t>(model_.records_layout().of_page() / kBlockLanes);
  }
  NodeBlock<const std::byte> block() const {
    return node_block(static_cast<const std::byte*>(codes_), model_.code_bytes(),
                      static_cast<std::int32_t>(block_ % page_blocks()));
  }
  bool has_sound_pages() const;
  bool has_sound_lanes() const;
  bool has_sound_center(std::uint32_t list);
  bool is_its_code(std::int32_t lane, double error);
  bool is_its_record(std::int32_t lane, const std::byte* rerank);

  const GraphModel& model_;
  const Part part_;
  const NodeId end_;
  const NodeLists& lists_;
  const NodeCodes& of_;
  BitSet seen_;
  std::byte* codes_ = nullptr;
  std::byte* records_ = nullptr;
  float* origin_ = nullptr;
  float* center_ = nullptr;  // of the current list
  float* vector_ = nullptr;
  float* values_ = nullptr;
  std::uint32_t begun_ = 0;  // how many lists have begun
  std::uint32_t block_ = 0;
};

/// Checks the next block. Reads its nodes by read_node(lane, node, &wrong), which returns a Status
/// and sets *wrong to what is wrong with the lane, or to null.
template <PageStore S, class ReadNode>
Status verify_block(S& store, std::uint32_t block, ListCheck* check, const ReadNode& read_node,
                    VerifyFinding* finding) {
  const PageId at = check->page_of(block);
  const PageId records = check->records_from(block);
  Status status = check->begins_page(block) ? copy_page(store, at, check->codes()) : Status{};
  if (status.ok() && records != kNoPage) {
    status = copy_page(store, records, check->records());
  }
  if (!status.ok()) {
    return status;
  }
  const char* wrong = check->wrong_block(block);
  for (std::int32_t lane = 0; lane < kBlockLanes && status.ok() && wrong == nullptr; ++lane) {
    if (const NodeId node = check->node(lane); node != kNoNode) {
      status = read_node(lane, node, &wrong);
      store.poll();
    }
  }
  if (wrong != nullptr) {
    *finding = {wrong, at};
  }
  return status;
}

/// Checks the lists of a part. `read_node` is as for verify_block().
template <PageStore S, class ReadNode>
Status verify_part_lists(S& store, Arena arena, ListCheck* check, const ReadNode& read_node,
                         VerifyFinding* finding) {
  if (!check->reserve(arena)) {
    return out_of_memory();
  }
  finding->what = check->wrong_directory();
  for (std::uint32_t block = 0; block < check->blocks() && finding->what == nullptr; ++block) {
    VECEXT_TRY(verify_block(store, block, check, read_node, finding));
  }
  return {};
}

/// Checks the lists of all parts of a graph with codes. verify_graph() has found the graph sound.
template <PageStore S>
Status verify_lists(S& store, const GraphModel& model, Arena arena, VerifyFinding* finding) {
  Status status;
  for (const Part part : kParts) {
    if (model.meta.parts[part].chain == 0 || !status.ok() || finding->what != nullptr) {
      continue;
    }
    ListCheck check(model, part, model.rows.end);
    const auto read_node = [&](std::int32_t lane, NodeId node, const char** wrong) {
      return store.read(model.layout.page_of(node), [&](const std::byte* page) -> Status {
        *wrong = check.wrong_lane(lane, page);
        return {};
      });
    };
    status = verify_part_lists(store, arena, &check, read_node, finding);
  }
  return status;
}

}  // namespace vecext

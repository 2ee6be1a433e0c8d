#include "core/graph/search/set_nodes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/page/node_codes_page.h"

namespace vecext {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A visit to a node with twice as many neighbors takes 1.7 times as long:
constexpr double kNeighbors = 32;
constexpr double kVisitByNeighbors = 0.75;
// All costs are in visits to nodes with kNeighbors neighbors (measured). The cost of marking a
// node:
constexpr double kMarked = 0.002;
// The costs of reading a page of nodes; and, for each of its nodes that is compared, of the rerank
// vector, and of each byte of the vector:
constexpr double kPage = 0.055;
constexpr double kNode = 0.02;
constexpr double kRerankByte = 0.00013;
// The costs of reading a page of codes; of a block with nodes of the set, and of each group of its
// codes (a node that is read by itself costs half of that); and of the nodes to be reranked, whose
// number grows with the fourth root of the rows of the set:
constexpr double kCodesPage = 0.1;
constexpr double kBlock = 0.015;
constexpr double kGroup = 0.001;
constexpr double kInQuestion = 50;

double count_pages(const NodeLayout& layout, const BitSet& marks) {
  std::size_t pages = 0;
  NodeId end = 0;
  marks.each([&](std::size_t node) {
    if (node >= end) {
      ++pages;
      end = layout.id_of(layout.page_of(static_cast<NodeId>(node)) + 1, 0);
    }
  });
  return static_cast<double>(pages);
}

double cost_of_vector(const NodeLayout& layout) {
  return kRerankByte * static_cast<double>(layout.rerank_bytes);
}

double cost_of_rerank(const NodeLayout& layout) {
  return kNode + cost_of_vector(layout);
}

/// If at most one node in kFew is marked, codes are compared one by one. If marked nodes are
/// scattered, both ways take the same time when three times as many are marked; if marked nodes lie
/// together, blocks take less (measured).
constexpr double kFew = 16;

bool are_few_of(const GraphModel& model, double rows) {
  return model.has_records() && rows * kFew <= model.nodes();
}

double cost_of_blocks(const GraphModel& model, double blocks) {
  return blocks * (kBlock + kGroup * model.layout.groups);
}

/// Returns the cost of marking the nodes of `rows` rows and of reading their codes from the pages
/// of the index.
double cost_of_reading_codes(const GraphModel& model, double rows) {
  const double nodes = model.nodes();
  const bool are_few = are_few_of(model, rows);
  const double pages =
      nodes / (are_few ? model.records_layout().of_page()
                       : NodeBlock<const std::byte>::of_page(model.code_bytes()) * kBlockLanes);
  const double blocks = are_few ? rows / 2 : std::min(rows, nodes / kBlockLanes);
  return rows * kMarked + pages * kCodesPage + cost_of_blocks(model, blocks);
}

double cost_of_questions(const GraphModel& model, double rows) {
  return std::min(rows, kInQuestion * std::sqrt(std::sqrt(rows))) *
         (kPage + cost_of_rerank(model.layout));
}

}  // namespace

SetNodes::SetNodes(const GraphModel& model, const RowFilter& filter, Arena arena)
    : model_(model),
      filter_(filter),
      arena_(arena),
      scan_cost_(kInfinity),
      code_scan_cost_(kInfinity) {
  if (filter.each == nullptr || !model.by_row.is_known()) {
    return;
  }
  const auto rows = static_cast<double>(filter.set_rows);
  scan_cost_ =
      rows * (kMarked + cost_of_rerank(model.layout) + kPage / std::max(model.layout.slots, 1));
  if (model.has_codes()) {
    code_scan_cost_ = cost_of_questions(model, rows) + cost_of_reading_codes(model, rows);
  }
  if (filter.memory != nullptr) {
    choose_what_to_keep();
  }
}

/// Chooses what to keep. It is the rerank vectors if comparing them takes at most kWorth times as
/// long as comparing kept codes and then the rerank vectors that may be near, which are on the
/// pages of the index. They are worth more time because codes miss some rows.
void SetNodes::choose_what_to_keep() {
  constexpr double kWorth = 3;
  const SetMemory& memory = *filter_.memory;
  const auto rows = static_cast<double>(filter_.set_rows);
  count_ = static_cast<std::size_t>(filter_.set_rows);
  kept_ = static_cast<const KeptNodes*>(memory.kept);
  const bool has_room_for_codes =
      model_.has_records() && KeptCodes::bytes_for(model_, count_) <= memory.most_bytes;
  const bool has_room_for_vectors =
      !memory.is_scarce && count_ * KeptVectors::slot_bytes(model_.layout) <= memory.most_bytes;
  const double by_vectors = rows * cost_of_vector(model_.layout);
  const double by_codes =
      has_kept() || has_room_for_codes
          ? cost_of_questions(model_, rows) + cost_of_blocks(model_, rows / kBlockLanes)
          : code_scan_cost_;
  prefers_vectors_ =
      has_kept() ? kept_->has_vectors : has_room_for_vectors && by_vectors <= kWorth * by_codes;
  is_to_keep_ = !has_kept() && (prefers_vectors_ || has_room_for_codes);
  filter_.memory->is_declined = !has_kept() && !is_to_keep_;
  if (prefers_vectors_) {
    scan_cost_ = by_vectors;
  }
  code_scan_cost_ = prefers_vectors_ ? kInfinity : by_codes;
}

bool SetNodes::begin_keeping(KeptNodes* kept) const {
  const SetMemory& memory = *filter_.memory;
  *kept = {.has_vectors = prefers_vectors_, .vectors = {}, .codes = {}};
  if (!prefers_vectors_) {
    return kept->codes.reserve(model_, count_, memory.arena);
  }
  kept->vectors.slots = memory.arena.array<std::byte>(std::max<std::size_t>(count_, 1) *
                                                      KeptVectors::slot_bytes(model_.layout));
  return kept->vectors.slots != nullptr;
}

bool SetNodes::keep(const KeptNodes& kept) {
  auto* own = filter_.memory->arena.array<KeptNodes>(1);
  if (own == nullptr) {
    return false;
  }
  *own = kept;
  filter_.memory->kept = own;
  kept_ = own;
  is_to_keep_ = false;
  return true;
}

bool SetNodes::are_few() const {
  return are_few_of(model_, static_cast<double>(count_));
}

bool SetNodes::is_better_than(double visits) {
  const double walk_cost = visits * std::pow(model_.meta.degree / kNeighbors, kVisitByNeighbors);
  const auto is_better = [&] { return walk_cost > std::min(scan_cost_, code_scan_cost_); };
  // If memory runs out, the scan that uses the nodes returns an error.
  return is_better() && (has_kept() || !find() || is_better());
}

bool SetNodes::find() {
  if (is_found_) {
    return true;
  }
  if (!model_.by_row.mark(filter_, arena_, &marks_)) {
    return false;
  }
  is_found_ = true;
  count_ = marks_.count();
  if (!is_code_scan_better() && !prefers_vectors_) {
    scan_cost_ = count_pages(model_.layout, marks_) * kPage +
                 static_cast<double>(count_) * (kMarked + cost_of_rerank(model_.layout));
  }
  return true;
}

}  // namespace vecext

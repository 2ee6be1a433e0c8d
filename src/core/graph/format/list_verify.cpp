#include "core/graph/format/list_verify.h"

#include <algorithm>

#include "core/quant/code_check.h"

namespace vecext {

namespace {

/// Returns the flags of a noted row that say if its node has duplicates and if it is a duplicate.
std::uint16_t noted_flags(RowId noted) {
  return noted.line & (kHasDuplicate | kIsOther);
}

/// True if `noted` may have been noted as the row of a node with the given head. If the node has
/// lost its row since, only the flags are compared.
bool is_noted_row(const NodeHead& head, RowId noted) {
  const RowId now = noted_row(head);
  return head.row == kNoRow ? noted_flags(noted) == noted_flags(now) : noted == now;
}

/// True if a slot of a page has a node of the given part.
bool is_node_of(const GraphModel& model, Part part, const std::byte* page, std::int32_t slot) {
  return check_node_page(page, model.layout).ok() &&
         page_head(page)->chain == model.meta.parts[part].chain && slot < page_head(page)->rows &&
         node_slot(page, model.layout, slot).head()->mark == kNodeMark;
}

/// Gets the code and the factors in a lane of a block.
void get_code(const CodeBlock<const std::byte>& block, std::int32_t groups, std::int32_t lane,
              std::uint8_t* nibbles, Factors* factors) {
  get_lane(block.codes(), groups, lane, nibbles);
  *factors = {block.a()[lane], block.b()[lane]};
}

/// Gets the code and the factors in a record.
void get_code(const std::byte* record, std::int32_t groups, std::uint8_t* nibbles,
              Factors* factors) {
  for (std::int32_t i = 0; i < groups; ++i) {
    nibbles[i] = static_cast<std::uint8_t>(record[i / 2] >> 4 * (i % 2)) & 15;
  }
  __builtin_memcpy(factors, record + (groups + 1) / 2, sizeof *factors);
}

}  // namespace

bool ListCheck::reserve(Arena arena) {
  const auto dims = static_cast<std::size_t>(model_.dims());
  codes_ = arena.array<std::byte>(kPageSize);
  records_ = arena.array<std::byte>(kPageSize);
  origin_ = arena.array<float>(dims);
  center_ = arena.array<float>(dims);
  vector_ = arena.array<float>(dims);
  values_ = arena.array<float>(dims);
  if (codes_ == nullptr || records_ == nullptr || origin_ == nullptr || center_ == nullptr ||
      vector_ == nullptr || values_ == nullptr) {
    return false;
  }
  std::fill_n(origin_, dims, 0.0F);
  return seen_.reset(end_, arena);
}

const char* ListCheck::wrong_directory() const {
  if (lists_.count == 0) {
    return model_.meta.parts[part_].nodes == 0 ? nullptr : "nodes are in no list";
  }
  if (model_.rows.row == nullptr) {
    return nullptr;  // codes of sketches have no rows in memory, and nothing but the directory
                     // leads to their pages
  }
  const std::uint32_t pages = model_.meta.lists[part_].pages;
  if (blocks() != static_cast<std::uint32_t>(of_.blocks) ||
      !std::equal(lists_.pages, lists_.pages + pages, of_.pages)) {
    return "the pages of the lists are not those of the nodes' codes";
  }
  const bool is_in_order =
      std::find(of_.first, of_.first + blocks(), kNoNode) == of_.first + blocks();
  return is_in_order && of_.records == nullptr ? "nodes have no records" : nullptr;
}

PageId ListCheck::records_from(std::uint32_t block) const {
  return of_.records != nullptr && block % record_blocks() == 0
             ? of_.records[block / record_blocks()]
             : kNoPage;
}

bool ListCheck::has_sound_pages() const {
  const auto lanes =
      std::min<std::uint32_t>(kBlockLanes, model_.meta.parts[part_].nodes - block_ * kBlockLanes);
  const std::uint32_t first = block_ % record_blocks() * kBlockLanes;
  return check_node_codes_page(codes_, model_.code_bytes()).ok() &&
         block_ % page_blocks() < page_head(codes_)->rows &&
         (of_.records == nullptr ||
          (check_node_records_page(records_, model_.records_layout()).ok() &&
           first + lanes <= page_head(records_)->rows));
}

bool ListCheck::has_sound_lanes() const {
  const std::uint32_t nodes = model_.meta.parts[part_].nodes;
  for (std::int32_t lane = 0; lane < kBlockLanes; ++lane) {
    const bool is_used = block_ * kBlockLanes + static_cast<std::uint32_t>(lane) < nodes;
    if (is_used ? node(lane) >= end_ : node(lane) != kNoNode) {
      return false;
    }
  }
  return true;
}

bool ListCheck::has_sound_center(std::uint32_t list) {
  get_rerank(model_.rerank(), model_.center(part_, list), model_.dims(), center_);
  std::uint8_t nibbles[kMostGroups];
  Factors factors;
  get_code(model_.center_block(part_, list / kBlockLanes), model_.layout.groups,
           static_cast<std::int32_t>(list % kBlockLanes), nibbles, &factors);
  // The code of a center was made from the vector that the center's rerank vector stands for.
  return code_holds(model_.codec, center_, 0, {origin_, model_.meta.lists[part_].center_scale},
                    nibbles, factors, values_);
}

const char* ListCheck::wrong_block(std::uint32_t block) {
  block_ = block;
  if (!has_sound_pages()) {
    return "not a page of codes of nodes, or its count is too small";
  }
  if (block == lists_.heads[begun_].block && !has_sound_center(begun_++)) {
    return "the code of a list's center is not that of its vector";
  }
  return has_sound_lanes() ? nullptr : "a lane of a list has no node, or one too many";
}

bool ListCheck::is_its_code(std::int32_t lane, double error) {
  std::uint8_t nibbles[kMostGroups];
  Factors factors;
  get_code(block().codes(), model_.layout.groups, lane, nibbles, &factors);
  return code_holds(model_.codec, vector_, error, {center_, lists_.heads[begun_ - 1].scale},
                    nibbles, factors, values_);
}

bool ListCheck::is_its_record(std::int32_t lane, const std::byte* rerank) {
  if (of_.records == nullptr) {
    return true;
  }
  const auto first = static_cast<std::int32_t>(block_ % record_blocks()) * kBlockLanes;
  std::uint8_t nibbles[kMostGroups];
  Factors factors;
  get_code(records_ + model_.records_layout().offset(first + lane), model_.layout.groups, nibbles,
           &factors);
  return code_holds(model_.codec, vector_, static_cast<double>(rerank_error(rerank)),
                    {origin_, model_.meta.parts[part_].entry_scale}, nibbles, factors, values_);
}

const char* ListCheck::wrong_lane(std::int32_t lane, const NodeHead& head, const double* error) {
  const NodeId id = node(lane);
  if (seen_.contains(id)) {
    return "a node is in the lists twice";
  }
  seen_.add(id);
  if (!is_noted_row(head, block().rows()[lane])) {
    return "a row beside a code is not that of its node";
  }
  return error == nullptr || is_its_code(lane, *error) ? nullptr : "a code is not that of its node";
}

const char* ListCheck::wrong_lane(std::int32_t lane, const std::byte* page) {
  const std::int32_t place = model_.layout.slot_of(node(lane));
  if (!is_node_of(model_, part_, page, place)) {
    return kNoNodeOfLane;
  }
  const auto slot = node_slot(page, model_.layout, place);
  get_rerank(model_.rerank(), slot.rerank(), model_.dims(), vector_);
  const auto error = static_cast<double>(rerank_error(slot.rerank()));
  const char* wrong = wrong_lane(lane, *slot.head(), &error);
  if (wrong != nullptr) {
    return wrong;
  }
  return is_its_record(lane, slot.rerank()) ? nullptr : "a record is not that of its node";
}

}  // namespace vecext

// Writes codes and rows of a graph's nodes into a chain of their own (core/page/node_codes_page.h).
#pragma once

#include "core/graph/format/graph_model.h"
#include "core/page/bulk.h"
#include "core/page/node_records_page.h"

namespace vecext {

/// Writes the code and the factors of x, D floats, relative to `center`, into a lane of `blocks`.
/// The blocks have the codes of a node's neighbors, or the codes of nodes themselves.
void put_code(const GraphModel& model, const float* x, const CodeCenter& center, std::int32_t lane,
              std::byte* blocks);

/// Writes the code and the factors of x, relative to `center`, into a record.
void put_record(const GraphModel& model, const float* x, const CodeCenter& center,
                std::byte* record);

/// States if the codes of nodes are also written one by one, as records, for searches for the rows
/// of a set. Sketches have no records.
enum class CodeRecords : bool { kNone = false, kOfNodes = true };

template <BulkStore B>
class NodeCodesWriter {
 public:
  /// Writes into the chain of number `chain`. Puts the numbers of the pages of blocks into `pages`,
  /// which has room for all of them. Codes in records are relative to `origin`.
  NodeCodesWriter(B& bulk, const GraphModel& model, std::uint32_t chain, const CodeCenter& origin,
                  CodeRecords records, PageId* pages)
      : bulk_(bulk),
        model_(model),
        chain_(chain),
        origin_(origin),
        has_records_(records == CodeRecords::kOfNodes),
        pages_(pages) {}

  /// Adds a node whose vector is x, D floats in model space. Its code in a block is relative to
  /// `center`.
  Status add(NodeId node, RowId noted, const float* x, const CodeCenter& center) {
    if (lanes_ == NodeBlock<std::byte>::of_page(model_.code_bytes()) * kBlockLanes) {
      VECEXT_TRY(put_blocks());
    }
    const std::int32_t lane = lanes_ % kBlockLanes;
    const auto block = node_block(+page_, model_.code_bytes(), lanes_ / kBlockLanes);
    if (lane == 0) {
      __builtin_memset(block.at, 0, NodeBlock<std::byte>::bytes(model_.code_bytes()));
      for (std::int32_t i = 0; i < kBlockLanes; ++i) {
        block.nodes()[i] = kNoNode;
        block.rows()[i] = kNoRow;
      }
    }
    block.nodes()[lane] = node;
    block.rows()[lane] = noted;
    put_code(model_, x, center, lane, block.at);
    ++lanes_;
    return has_records_ ? add_record(x) : Status{};
  }

  /// Ends the chain, and sets *first to its first page. A chain has at least one page.
  Status finish(PageId* first) {
    Status status = put_blocks();
    if (status.ok() && records_ > 0) {
      status = put_records();
    }
    *first = first_;
    return status;
  }

 private:
  Status add_record(const float* x) {
    const NodeRecordsLayout layout = model_.records_layout();
    put_record(model_, x, origin_, record_page_ + layout.offset(records_));
    return ++records_ < layout.of_page() ? Status{} : put_records();
  }

  Status put_blocks() {
    const std::int32_t blocks = (lanes_ + kBlockLanes - 1) / kBlockLanes;
    lanes_ = 0;
    const Status status =
        put(PageKind::kNodeCodes, blocks, node_block_offset(model_.code_bytes(), blocks), page_);
    *pages_++ = last_;
    return status;
  }

  Status put_records() {
    const std::int32_t records = records_;
    records_ = 0;
    return put(PageKind::kRecords, records, model_.records_layout().offset(records), record_page_);
  }

  /// Adds a page to the chain, and copies the contents of `from` up to `end` into it.
  Status put(PageKind kind, std::int32_t rows, std::size_t end, const std::byte* from) {
    std::byte* page;
    VECEXT_TRY(add_to_chain(bulk_, kind, 0, chain_, &last_, &page));
    first_ = first_ == kNoPage ? last_ : first_;
    page_head(page)->rows = static_cast<std::uint16_t>(rows);
    __builtin_memcpy(page + kPayloadOffset, from + kPayloadOffset, end - kPayloadOffset);
    return {};
  }

  B& bulk_;
  const GraphModel& model_;
  const std::uint32_t chain_;
  const CodeCenter origin_;
  const bool has_records_;
  PageId* pages_;
  PageId first_ = kNoPage;
  PageId last_ = kNoPage;
  // These are the pages being filled.
  std::int32_t lanes_ = 0;
  std::int32_t records_ = 0;
  alignas(64) std::byte page_[kPageSize];
  std::byte record_page_[kPageSize];
};

}  // namespace vecext

// Checking a graph finds codes, rows and records that are not those of their nodes.
#include "core/graph/format/list_verify.h"

#include <cmath>
#include <string>

#include "graph_index.h"

namespace vecext::test::list_verify_test {
namespace {

constexpr int kDims = 24;
constexpr int kRows = 3000;
constexpr Metric kMetrics[] = {Metric::kL2, Metric::kInnerProduct, Metric::kCosine};

/// Groups of rows that differ by so much of their lengths.
std::vector<float> near_copies(float difference) {
  std::vector<float> x = graph_rows(kRows, kDims);
  std::mt19937 random(6);
  std::normal_distribution<float> normal(0, difference);
  for (int i = 0; i < kRows; ++i) {
    const int of = i - i % 50;
    for (int j = 0; j < kDims; ++j) {
      x[static_cast<std::size_t>(i * kDims + j)] =
          x[static_cast<std::size_t>(of * kDims + j)] * (i == of ? 1 : 1 + normal(random));
    }
  }
  return x;
}

TEST_CASE("codes of near copies, however near, are those of their nodes") {
  for (const Metric metric : kMetrics) {
    for (const float difference : {0.0F, 1e-7F, 1e-5F, 1e-3F, 1e-2F}) {
      for (const std::size_t memory : {std::size_t{0}, std::size_t{1}}) {
        CAPTURE(static_cast<int>(metric));
        CAPTURE(difference);
        CAPTURE(memory);
        GraphIndex index(metric, kDims, near_copies(difference), 16, memory);
        REQUIRE(index.status.ok());
        CHECK(index.wrong() == nullptr);
        REQUIRE(index.rebuild_part().ok());
        CHECK(index.wrong() == nullptr);
      }
    }
  }
}

TEST_CASE("codes of rows far from the origin or of different magnitudes are those of their nodes") {
  for (const Metric metric : kMetrics) {
    for (const int dims : {3, 24, 250}) {
      CAPTURE(static_cast<int>(metric));
      CAPTURE(dims);
      std::vector<float> x = graph_rows(1000, dims);
      for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] =
            x[i] * std::exp2(static_cast<float>(i / static_cast<std::size_t>(dims) % 40) - 20) + 9;
      }
      GraphIndex index(metric, dims, x);
      CHECK(index.wrong() == nullptr);
    }
  }
}

TEST_CASE("codes of extreme rows, beside others, are those of their nodes") {
  for (const Metric metric : kMetrics) {
    for (const int extreme : {1, 40, 999, 1000}) {
      CAPTURE(static_cast<int>(metric));
      CAPTURE(extreme);
      std::vector<float> x = graph_rows(1000, kDims);
      for (int i = 0; i < extreme; ++i) {
        std::fill_n(x.begin() + i * kDims, kDims, i % 2 == 0 ? 1e-40F : 2e38F);
      }
      GraphIndex index(metric, kDims, x);
      CHECK(index.wrong() == nullptr);
    }
  }
}

/// An index whose pages a test damages.
struct Damaged {
  GraphIndex index;
  GraphModel model;

  explicit Damaged(Metric metric) : index(metric, kDims, graph_rows(kRows, kDims)) {
    model = index.load();
    REQUIRE(load_node_rows(index.store, index.arena, &model).ok());
    REQUIRE(index.wrong() == nullptr);
    REQUIRE(model.lists[kMain].count > 4);
  }

  NodeBlock<std::byte> block(std::uint32_t i) {
    const auto of_page =
        static_cast<std::uint32_t>(NodeBlock<std::byte>::of_page(model.code_bytes()));
    return node_block(index.store.bytes(model.lists[kMain].pages[i / of_page]), model.code_bytes(),
                      static_cast<std::int32_t>(i % of_page));
  }
  std::byte* record(std::int32_t i) {
    const NodeRecordsLayout layout = model.records_layout();
    return index.store.bytes(model.codes[kMain].records[i / layout.of_page()]) +
           layout.offset(i % layout.of_page());
  }
  NodeHead* head(NodeId node) {
    return node_slot(index.store.bytes(model.layout.page_of(node)), model.layout,
                     model.layout.slot_of(node))
        .head();
  }

  /// Changes bytes of the main graph's stream, at a place where the model has them.
  void change_stream(const std::byte* at, std::size_t n, const std::byte* bytes) {
    const auto* stream = reinterpret_cast<const std::byte*>(model.transform.mean);
    for (std::size_t i = 0; i < n; ++i) {
      const auto place = static_cast<std::size_t>(at - stream) + i;
      PageId page = model.meta.parts[kMain].model;
      for (std::size_t skipped = 0; skipped < place / kPayloadSize; ++skipped) {
        page = page_head(index.store.bytes(page))->next;
      }
      index.store.bytes(page)[kPayloadOffset + place % kPayloadSize] = bytes[i];
    }
  }
  void swap_in_stream(const std::byte* one, const std::byte* other, std::size_t n) {
    const std::vector<std::byte> before(one, one + n);
    change_stream(one, n, other);
    change_stream(other, n, before.data());
  }

  std::string wrong() {
    const char* what = index.wrong();
    return what == nullptr ? "" : what;
  }
};

/// Swaps codes and factors of two lanes.
void swap_lanes(const Codec& codec, std::uint8_t* block, Half* a, Half* b, std::int32_t one,
                std::int32_t other) {
  std::uint8_t nibbles[2][kMaxBlockCodes / 16];
  get_lane(block, codec.groups(), one, nibbles[0]);
  get_lane(block, codec.groups(), other, nibbles[1]);
  put_lane(block, codec.groups(), one, nibbles[1]);
  put_lane(block, codec.groups(), other, nibbles[0]);
  std::swap(a[one], a[other]);
  std::swap(b[one], b[other]);
}

TEST_CASE("swapped codes are found") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    Damaged damaged(metric);
    for (const std::int32_t lane : {1, 17, 31}) {
      const auto codes = damaged.block(3).codes();
      const auto swap = [&] {
        swap_lanes(damaged.model.codec, codes.codes(), codes.a(), codes.b(), 0, lane);
      };
      swap();
      CHECK(damaged.wrong() == "a code is not that of its node");
      swap();
      CHECK(damaged.wrong().empty());
    }
    std::swap(damaged.block(3).codes().a()[4], damaged.block(3).codes().a()[5]);
    CHECK(damaged.wrong() == "a code is not that of its node");
  }
}

TEST_CASE("codes of another list are found") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    Damaged damaged(metric);
    const auto one = damaged.block(damaged.model.lists[kMain].heads[1].block);
    const auto other = damaged.block(damaged.model.lists[kMain].heads[2].block);
    std::swap_ranges(one.at, one.at + one.scored_bytes(one.code_bytes), other.at);
    CHECK(damaged.wrong() == "a code is not that of its node");
  }
}

TEST_CASE("another center, its code, or another scale of a list is found") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    Damaged damaged(metric);
    const GraphModel& model = damaged.model;
    const std::byte* blocks = model.lists[kMain].blocks;
    std::vector<std::byte> swapped(blocks, blocks + model.layout.block_bytes());
    const CodeBlock<std::byte> codes{swapped.data(), model.code_bytes()};
    swap_lanes(model.codec, codes.codes(), codes.a(), codes.b(), 1, 3);
    damaged.change_stream(blocks, swapped.size(), swapped.data());
    CHECK(damaged.wrong() == "the code of a list's center is not that of its vector");
    damaged.swap_in_stream(model.center(kMain, 1), model.center(kMain, 3),
                           model.layout.rerank_bytes);
    CHECK(damaged.wrong() == "a code is not that of its node");
    damaged.change_stream(blocks, swapped.size(), blocks);
    CHECK(damaged.wrong() == "the code of a list's center is not that of its vector");
    damaged.change_stream(model.center(kMain, 0), 4 * model.layout.rerank_bytes,
                          model.center(kMain, 0));
    CHECK(damaged.wrong().empty());
    ListHead head = model.lists[kMain].heads[2];
    head.scale *= 2;
    damaged.change_stream(reinterpret_cast<const std::byte*>(model.lists[kMain].heads + 2),
                          sizeof head, reinterpret_cast<const std::byte*>(&head));
    CHECK(damaged.wrong() == "a code is not that of its node");
  }
}

TEST_CASE("a block in another list than that of its center is found") {
  Damaged damaged(Metric::kL2);
  const ListHead* heads = damaged.model.lists[kMain].heads;
  std::uint32_t list = 1;
  while (heads[list + 1].block - heads[list].block < 2) {
    ++list;
  }
  ListHead head = heads[list + 1];
  --head.block;
  damaged.change_stream(reinterpret_cast<const std::byte*>(heads + list + 1), sizeof head,
                        reinterpret_cast<const std::byte*>(&head));
  CHECK(damaged.wrong() == "a code is not that of its node");
}

TEST_CASE("swapped pages of lists are found") {
  Damaged damaged(Metric::kL2);
  const PageId* pages = damaged.model.lists[kMain].pages;
  damaged.swap_in_stream(reinterpret_cast<const std::byte*>(pages),
                         reinterpret_cast<const std::byte*>(pages + 1), sizeof *pages);
  CHECK(damaged.wrong() == "the pages of the lists are not those of the nodes' codes");
}

TEST_CASE("another record is found, and a missing one") {
  for (const Metric metric : kMetrics) {
    CAPTURE(static_cast<int>(metric));
    Damaged damaged(metric);
    const NodeRecordsLayout layout = damaged.model.records_layout();
    std::byte* last = damaged.record(kRows - 1);
    std::swap_ranges(last, last + layout.record_bytes(), damaged.record(64));
    CHECK(damaged.wrong() == "a record is not that of its node");
    std::swap_ranges(last, last + layout.record_bytes(), damaged.record(64));
    CHECK(damaged.wrong().empty());
    const PageId page = damaged.model.codes[kMain].records[(kRows - 1) / layout.of_page()];
    --page_head(damaged.index.store.bytes(page))->rows;
    CHECK(damaged.wrong() == "nodes have no records");
  }
}

// Rows of nodes are checked apart from that: here, the nodes have lost them.
TEST_CASE("a node in no lane, or in two, is found, or one with another's flags") {
  Damaged damaged(Metric::kL2);
  const auto block = damaged.block(5);
  const NodeId node = block.nodes()[7];
  const RowId noted = block.rows()[7];
  damaged.head(node)->row = kNoRow;
  CHECK(damaged.wrong().empty());
  block.rows()[7].line |= kIsOther;
  CHECK(damaged.wrong() == "a row beside a code is not that of its node");
  block.rows()[7].line = noted.line | kHasDuplicate;
  CHECK(damaged.wrong() == "a row beside a code is not that of its node");
  block.rows()[7] = noted;
  block.nodes()[7] = kNoNode;
  CHECK(damaged.wrong() == "a lane of a list has no node, or one too many");
  block.nodes()[7] = block.nodes()[6];
  block.rows()[7] = block.rows()[6];
  CHECK(damaged.wrong() == "a node is in the lists twice");
  block.nodes()[7] = node;
  block.rows()[7] = noted;
  CHECK(damaged.wrong().empty());
  const auto last =
      damaged.block(damaged.model.lists[kMain].end(damaged.model.lists[kMain].count - 1) - 1);
  last.nodes()[31] = node;
  CHECK(damaged.wrong() == "a lane of a list has no node, or one too many");
}

TEST_CASE("a lane that leads to no node is found") {
  Damaged damaged(Metric::kL2);
  const auto block = damaged.block(5);
  damaged.head(block.nodes()[7])->row = kNoRow;
  block.nodes()[7] = damaged.model.layout.id_of(damaged.model.lists[kMain].pages[0], 0);
  CHECK(damaged.wrong() == "a lane of a list leads to no node of its graph");
}

}  // namespace
}  // namespace vecext::test::list_verify_test

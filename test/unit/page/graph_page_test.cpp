// The bytes of the pages of a graph, as they are on disk: a change here is a change of format.
#include "core/page/pending_page.h"
#include "core/page/graph_meta_page.h"
#include "core/page/node_records_page.h"
#include "doctest/doctest.h"
#include "page_image.h"

namespace vecext::graph_page_test {
namespace {

using test::at;
using test::image;
using test::Page;

TEST_CASE("a page of nodes") {
  // 112 dimensions in halves, 32 neighbors.
  const NodeLayout layout = node_layout(236, 32, 28);
  CHECK(layout.slot_bytes == 956);
  CHECK(layout.slots == 8);
  CHECK(layout.id_of(5, 3) == 43);
  CHECK(layout.page_of(43) == 5);
  CHECK(layout.slot_of(43) == 3);
  Page page{};
  init_page(page.data(), PageKind::kNodes, 0, 9);
  const auto slot = node_slot(page.data(), layout, 3);
  *slot.head() = {{0x11223344, 0x5566}, kIsDuplicate, -3, 77, kNodeMark};
  *slot.rerank() = std::byte{0xEF};
  slot.neighbors()[31] = 88;
  const auto block = slot.block(0);
  block.codes()[447] = 0xAB;
  block.a()[1] = Half{0x3C00};
  block.b()[31] = Half{0x4000};
  const std::size_t start = 68 + 3 * 960;
  CHECK((start + 16 + 236 + 128) % 64 == 0);
  CHECK(at<std::uint32_t>(page, start) == 0x11223344);
  CHECK(at<std::uint16_t>(page, start + 4) == 0x5566);
  CHECK(at<std::uint8_t>(page, start + 6) == 1);
  CHECK(at<std::int8_t>(page, start + 7) == -3);
  CHECK(link_scale(*slot.head(), 4) == 0.5f);
  CHECK(at<std::uint32_t>(page, start + 8) == 77);
  CHECK(at<std::uint32_t>(page, start + 12) == 0x45444F4E);
  CHECK(at<std::uint8_t>(page, start + 16) == 0xEF);
  CHECK(at<std::uint32_t>(page, start + 16 + 236 + 124) == 88);
  CHECK(at<std::uint8_t>(page, start + 16 + 236 + 128 + 447) == 0xAB);
  CHECK(at<std::uint16_t>(page, start + 16 + 236 + 128 + 448 + 2) == 0x3C00);
  CHECK(at<std::uint16_t>(page, start + 16 + 236 + 128 + 448 + 64 + 62) == 0x4000);
  CHECK(image(page) == 5825446725194852120u);
  page_head(page.data())->rows = 8;
  CHECK(check_node_page(page.data(), layout).ok());
  page_head(page.data())->rows = 9;
  CHECK(check_node_page(page.data(), layout).code == StatusCode::kCorrupt);
}

TEST_CASE("the blocks of nodes begin at lines of memory") {
  // Not at the cost of a slot.
  int by_lines = 0;
  for (const std::int32_t degree : {32, 64, 96}) {
    for (std::int32_t groups = 4; groups < 500; ++groups) {
      for (std::size_t bytes = 28; bytes < 6000; bytes += 36) {
        const NodeLayout any = node_layout(bytes, degree, groups);
        REQUIRE(any.slots == static_cast<std::int32_t>(kPayloadSize / any.slot_bytes));
        const std::size_t end = any.offset(any.slots - 1) + any.slot_bytes;
        REQUIRE((any.slots == 0 || end <= kPayloadEnd));
        by_lines += any.stride % 64 == 0 && any.stride != any.slot_bytes ? 1 : 0;
      }
    }
  }
  CHECK(by_lines > 1000);
}

TEST_CASE("a page of pending rows, with codes and without") {
  const PendingLayout layout = pending_layout(28, 236);
  CHECK(layout.blocks == 1);
  CHECK(layout.places == 31);
  Page page{};
  init_page(page.data(), PageKind::kPending, 0, 2);
  pending_block(page.data(), layout, 0).b()[31] = Half{0x4000};
  pending_rows(page.data(), layout)[2] = RowId{0x11223344, 0x5566};
  *pending_vector(page.data(), layout, 30) = std::byte{0xEF};
  CHECK(at<std::uint16_t>(page, 64 + 448 + 64 + 62) == 0x4000);
  CHECK(at<std::uint32_t>(page, 64 + 576 + 12) == 0x11223344);
  CHECK(at<std::uint8_t>(page, 64 + 576 + 188 + 30 * 236) == 0xEF);
  CHECK(image(page) == 17761266521201700332u);
  page_head(page.data())->rows = 32;
  CHECK(check_pending_page(page.data(), layout).code == StatusCode::kCorrupt);

  const PendingLayout wide = pending_layout(184, 796);
  CHECK(wide.blocks == 0);
  CHECK(wide.places == 10);
  for (std::int32_t groups = 4; groups < 500; ++groups) {
    for (std::size_t bytes = 28; bytes < 8000; bytes += 36) {
      const PendingLayout any = pending_layout(groups, bytes);
      REQUIRE(any.places >= 1);
      REQUIRE((any.blocks == 0 || any.places <= any.blocks * kBlockLanes));
      REQUIRE(any.vectors_offset() + static_cast<std::size_t>(any.places) * bytes <= kPayloadSize);
    }
  }
}

TEST_CASE("the meta page of a graph") {
  Page page{};
  init_page(page.data(), PageKind::kMeta, 0, 0);
  *graph_meta_of(page.data()) = {.head = meta_head(MetaKind::kGraph),
                                 .element = 1,
                                 .metric = 2,
                                 .rerank = 2,
                                 .reserved = 0,
                                 .dims = 100,
                                 .rotated = 112,
                                 .coded = 112,
                                 .degree = 32,
                                 .m = 16,
                                 .ef_construction = 64,
                                 .scale = 0.5f,
                                 .seed = 0x0102030405060708,
                                 .pending = 3,
                                 .pending_tail = 12,
                                 .pending_pages = 14,
                                 .edge = 0.25f,
                                 .parts = {{4, 5, 6, 7, 2, 16}, {8, 9, 10, 11, 4, 17}},
                                 .calibration = {},
                                 .lists = {{1, 1, 2, 3}, {1, 1, 4, 5}},
                                 .privates = {}};
  CHECK(at<std::int32_t>(page, 64 + 32) == 112);
  CHECK(at<std::uint64_t>(page, 64 + 56) == 0x0102030405060708);
  CHECK(at<std::uint32_t>(page, 64 + 68) == 12);
  CHECK(at<std::uint32_t>(page, 64 + 88) == 6);
  CHECK(at<std::uint32_t>(page, 64 + 100) == 16);
  CHECK(at<std::uint32_t>(page, 64 + 112) == 10);
  CHECK(image(page) == 11362606974069257693u);
  CHECK(check_graph_meta_page(page.data()).ok());
  graph_meta_of(page.data())->degree = 33;
  CHECK(check_graph_meta_page(page.data()).code == StatusCode::kCorrupt);
  graph_meta_of(page.data())->degree = 32;
  graph_meta_of(page.data())->privates[1] = {0x1112131415161718, 20, 21, 22, 0};
  CHECK(at<std::uint64_t>(page, 64 + 256) == 0x1112131415161718);
  CHECK(at<std::uint32_t>(page, 64 + 264) == 20);
  CHECK(at<std::uint32_t>(page, 64 + 268) == 21);
  CHECK(at<std::uint32_t>(page, 64 + 272) == 22);
  CHECK(check_graph_meta_page(page.data()).ok());
  graph_meta_of(page.data())->privates[1].pages = 0;
  CHECK(check_graph_meta_page(page.data()).code == StatusCode::kCorrupt);
  graph_meta_of(page.data())->privates[1] = {};
  graph_meta_of(page.data())->calibration = {
      .nodes = 20,
      .longest = 0,
      .at = {{.25F, .5F, 21, 31}, {.5F, .625F, 22, 32}, {.75F, .75F, 23, 33}, {1, 1, 24, 34}}};
  CHECK(at<std::uint32_t>(page, 64 + 128) == 20);
  CHECK(at<float>(page, 64 + 136 + 16) == .5F);
  CHECK(at<float>(page, 64 + 136 + 20) == .625F);
  CHECK(at<float>(page, 64 + 136 + 60) == 34);
  CHECK(check_graph_meta_page(page.data()).ok());
  CalibratedRecall* last = &graph_meta_of(page.data())->calibration.at[3];
  const CalibratedRecall sound = *last;
  const auto is_refused = [&](const CalibratedRecall& wrong) {
    *last = wrong;
    const bool is_corrupt = check_graph_meta_page(page.data()).code == StatusCode::kCorrupt;
    *last = sound;
    return is_corrupt && check_graph_meta_page(page.data()).ok();
  };
  constexpr float kInfinite = std::numeric_limits<float>::infinity();
  for (const float slack : {-1.0F, 0.0F, .5F, kInfinite}) {
    CHECK(is_refused({slack, sound.recall, sound.easy, sound.hard}));
  }
  for (const float recall : {-1.0F, .7F, 1.25F, std::numeric_limits<float>::quiet_NaN()}) {
    CHECK(is_refused({sound.slack, recall, sound.easy, sound.hard}));
  }

  CHECK(at<std::uint32_t>(page, 64 + 200) == 1);
  CHECK(at<float>(page, 64 + 224) == 4);
  for (const GraphLists wrong :
       {GraphLists{2, 1, 2, 3}, GraphLists{1, 2, 2, 3}, GraphLists{1, 1, 0, 3}}) {
    graph_meta_of(page.data())->lists[kMain] = wrong;
    CHECK(check_graph_meta_page(page.data()).code == StatusCode::kCorrupt);
  }
  graph_meta_of(page.data())->lists[kMain] = {1, 1, 2, 3};
}

TEST_CASE("a page of codes and rows of nodes") {
  Page page{};
  init_page(page.data(), PageKind::kNodeCodes, 0, 9);
  constexpr std::size_t kCodes = 28 * 16;
  CHECK(NodeBlock<std::byte>::bytes(kCodes) == 896);
  CHECK(NodeBlock<std::byte>::scored_bytes(kCodes) == 576);
  CHECK(NodeBlock<std::byte>::of_page(kCodes) == 9);
  const auto block = node_block(page.data(), kCodes, 8);
  block.codes().codes()[447] = 0x12;
  block.codes().a()[31] = Half{0x3456};
  block.codes().b()[31] = Half{0x789A};
  block.nodes()[31] = 0x01020304;
  block.rows()[31] = {0x11223344, 0x5566};
  constexpr std::size_t kAt = 64 + 8 * 896;
  CHECK(node_block_offset(kCodes, 8) == kAt);
  CHECK(at<std::uint8_t>(page, kAt + 447) == 0x12);
  CHECK(at<std::uint16_t>(page, kAt + 510) == 0x3456);
  CHECK(at<std::uint16_t>(page, kAt + 574) == 0x789A);
  CHECK(at<std::uint32_t>(page, kAt + 700) == 0x01020304);
  CHECK(at<std::uint32_t>(page, kAt + 890) == 0x11223344);
  CHECK(at<std::uint16_t>(page, kAt + 894) == 0x5566);
  CHECK(image(page) == 1682472464860743154u);
  page_head(page.data())->rows = 9;
  CHECK(check_node_codes_page(page.data(), kCodes).ok());
  page_head(page.data())->rows = 10;
  CHECK(check_node_codes_page(page.data(), kCodes).code == StatusCode::kCorrupt);
}

TEST_CASE("a page of codes of nodes one by one") {
  Page page{};
  init_page(page.data(), PageKind::kRecords, 0, 9);
  const NodeRecordsLayout layout = node_records_layout(28);
  CHECK(layout.record_bytes() == 18);
  CHECK(layout.of_page() == 448);
  CHECK(layout.offset(447) == 64 + 447 * 18);
  CHECK(node_records_layout(7).code_bytes == 4);
  page[layout.offset(447) + 13] = std::byte{0x12};
  CHECK(image(page) == 1980795002303164612u);
  page_head(page.data())->rows = 448;
  CHECK(check_node_records_page(page.data(), layout).ok());
  page_head(page.data())->rows = 449;
  CHECK(check_node_records_page(page.data(), layout).code == StatusCode::kCorrupt);
  for (std::int32_t groups = 1; groups < 400; ++groups) {
    const NodeRecordsLayout any = node_records_layout(groups);
    REQUIRE(any.of_page() >= kBlockLanes);
    REQUIRE(any.of_page() <= kMostRecordBlocks * kBlockLanes);
    // Read in whole steps, the last record's code ends within the page.
    const std::size_t steps = (any.code_bytes + any.kStep - 1) / any.kStep * any.kStep;
    REQUIRE(any.offset(any.of_page() - 1) + steps <= kPageSize);
    REQUIRE(any.offset(any.of_page()) <= kPayloadEnd);
  }
}

TEST_CASE("a page that is emptied is free, whatever it holds") {
  Page page{};
  init_page(page.data(), PageKind::kNodes, 1, 2);
  page_head(page.data())->rows = 3;
  page[5000] = std::byte{1};
  empty_page(page.data());
  CHECK(check_page(page.data(), PageKind::kFree).ok());
  CHECK(page_head(page.data())->rows == 0);
  CHECK(page_head(page.data())->next == kNoPage);
}

}  // namespace
}  // namespace vecext::graph_page_test

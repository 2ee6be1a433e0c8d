// The bytes of every kind of page, as they are on disk: a change here is a change of format.
#include "core/page/code_page.h"
#include "core/page/directory_page.h"
#include "core/page/graph_meta_page.h"
#include "core/page/meta_page.h"
#include "core/page/vector_page.h"
#include "doctest/doctest.h"
#include "page_image.h"

namespace vecext::page_test {
namespace {

using test::at;
using test::image;
using test::Page;

TEST_CASE("head and tail") {
  Page page{};
  init_page(page.data(), PageKind::kStream, 7, 9);
  page_head(page.data())->next = 0x01020304;
  page_head(page.data())->rows = 5;
  CHECK(at<std::uint32_t>(page, 24) == 0x01020304);
  CHECK(at<std::uint32_t>(page, 28) == 7);
  CHECK(at<std::uint32_t>(page, 32) == 9);
  CHECK(at<std::uint16_t>(page, 36) == 5);
  CHECK(at<std::uint16_t>(page, 8184) == 2);
  CHECK(at<std::uint16_t>(page, 8186) == 1);
  CHECK(at<std::uint16_t>(page, 8190) == 0xFFA0);
  CHECK(image(page) == 7177363922966072456u);
  CHECK(check_page(page.data(), PageKind::kStream).ok());
  CHECK(!check_page(page.data(), PageKind::kCodes).ok());
  CHECK(!check_page(Page{}.data(), PageKind::kStream).ok());
}

TEST_CASE("a page of codes") {
  const CodeLayout layout = code_layout(100, 0);
  CHECK(layout.stride() == 1920);
  CHECK(layout.lanes() == 128);
  Page page{};
  init_page(page.data(), PageKind::kCodes, 1, 2);
  const auto block = code_block(page.data(), layout, 3);
  block.codes()[0] = 0xAB;
  block.a()[1] = Half{0x3C00};
  block.b()[31] = Half{0x4000};
  block.rows()[2] = RowId{0x11223344, 0x5566};
  const std::size_t start = 64 + 3 * 1920;
  CHECK(at<std::uint8_t>(page, start) == 0xAB);
  CHECK(at<std::uint16_t>(page, start + 1600 + 2) == 0x3C00);
  CHECK(at<std::uint16_t>(page, start + 1664 + 62) == 0x4000);
  CHECK(at<std::uint32_t>(page, start + 1728 + 12) == 0x11223344);
  CHECK(at<std::uint16_t>(page, start + 1728 + 16) == 0x5566);
  CHECK(image(page) == 8900104985556378828u);
  page_head(page.data())->rows = 128;
  CHECK(check_code_page(page.data(), layout).ok());
  page_head(page.data())->rows = 129;
  CHECK(check_code_page(page.data(), layout).code == StatusCode::kCorrupt);
}

TEST_CASE("a page of codes with rerank vectors") {
  const CodeLayout layout = code_layout(25, 212);
  CHECK(layout.stride() == 720);
  CHECK(layout.blocks == 11);
  CHECK(layout.rerank_places == 38);
  CHECK(layout.rerank_pages == 10);
  Page page{};
  init_page(page.data(), PageKind::kCodes, 1, 2);
  for (PageId i = 0; i < 10; ++i) {
    rerank_pages(page.data(), layout)[i] = 100 + i;
  }
  CHECK(at<std::uint32_t>(page, 8184 - 40) == 100);
  CHECK(at<std::uint32_t>(page, 8184 - 4) == 109);
  CHECK(image(page) == 718851478313999967u);
  Page rerank{};
  init_page(rerank.data(), PageKind::kRerank, 1, 2);
  *rerank_vector_at(rerank.data(), 212, 37) = std::byte{0xEF};
  CHECK(at<std::uint8_t>(rerank, 64 + 37 * 212) == 0xEF);
  CHECK(image(rerank) == 13912175248937293130u);
}

TEST_CASE("blocks and the numbers of own pages fit a page, whatever their sizes") {
  for (std::int32_t groups = 4; groups <= kMaxBlockCodesOfRerank / 16; ++groups) {
    for (const std::size_t bytes : {std::size_t{28}, std::size_t{112}, std::size_t{812},
                                    std::size_t{3084}, kMaxRerankBytes}) {
      const CodeLayout layout = code_layout(groups, bytes);
      REQUIRE(layout.blocks >= 1);
      REQUIRE(layout.rerank_pages * layout.rerank_places >= layout.lanes());
      REQUIRE(static_cast<std::size_t>(layout.blocks) * layout.stride() +
                  static_cast<std::size_t>(layout.rerank_pages) * sizeof(PageId) <=
              kPayloadSize);
    }
  }
}

TEST_CASE("a page of vectors") {
  const VectorLayout layout{400};
  CHECK(layout.places() == 20);
  Page page{};
  init_page(page.data(), PageKind::kVectors, 1, 2);
  *vector_at(page.data(), layout, 2) = std::byte{0xCD};
  vector_rows(page.data(), layout)[1] = RowId{3, 4};
  CHECK(at<std::uint8_t>(page, 64 + 800) == 0xCD);
  CHECK(at<std::uint32_t>(page, 64 + 8000 + 6) == 3);
  CHECK(image(page) == 12141253749073066081u);
  page_head(page.data())->rows = 21;
  CHECK(check_vector_page(page.data(), layout).code == StatusCode::kCorrupt);
}

TEST_CASE("the directory and the meta page") {
  Page directory{};
  init_page(directory.data(), PageKind::kDirectory, 0, 2);
  *list_entry(directory.data(), 1) = {.head = 10,
                                      .tail = 11,
                                      .chain = 12,
                                      .rows = 13,
                                      .residual = 1.5f,
                                      .scale = 0.25f,
                                      .valid_from = 14,
                                      .whole = 15,
                                      .variation = 0.5f,
                                      .valid_to = 16,
                                      .reserved = {}};
  CHECK(kEntriesPerPage == 126);
  CHECK(at<std::uint32_t>(directory, 64 + 64) == 10);
  CHECK(at<std::uint64_t>(directory, 64 + 64 + 24) == 14);
  CHECK(at<std::uint64_t>(directory, 64 + 64 + 40) == 16);
  CHECK(!list_entry(directory.data(), 1)->counts(13));
  CHECK(list_entry(directory.data(), 1)->counts(14));
  CHECK(list_entry(directory.data(), 1)->counts(15));
  CHECK(!list_entry(directory.data(), 1)->counts(16));
  CHECK(image(directory) == 14309695832340588487u);

  Page page{};
  init_page(page.data(), PageKind::kMeta, 0, 0);
  *meta_of(page.data()) = {.head = meta_head(MetaKind::kLists),
                           .element = 1,
                           .metric = 2,
                           .bits = 4,
                           .rerank = 2,
                           .dims = 100,
                           .rotated = 100,
                           .coded = 100,
                           .list_rows = 300,
                           .model = 1,
                           .seed = 5,
                           .directory = 2,
                           .lists = 3,
                           .reserved = {},
                           .residual_changes = 0};
  meta_head_of(page.data())->next_chain = 4;
  meta_head_of(page.data())->changes = 6;
  meta_head_of(page.data())->keys = 19;
  CHECK(image(page) == 12360043171002940348u);
  CHECK(check_meta_page(page.data()).ok());
  meta_of(page.data())->coded = 104;
  CHECK(check_meta_page(page.data()).code == StatusCode::kCorrupt);
  meta_of(page.data())->coded = 100;
  meta_of(page.data())->bits = 3;
  CHECK(check_meta_page(page.data()).code == StatusCode::kCorrupt);
  meta_of(page.data())->bits = 4;
  CHECK(check_meta_page(page.data()).ok());
  meta_of(page.data())->rotated = 4054;  // a page for each of hundreds of lanes
  meta_of(page.data())->coded = 16;
  CHECK(check_meta_page(page.data()).code == StatusCode::kCorrupt);
  meta_of(page.data())->rotated = 100;
  meta_of(page.data())->coded = 100;
  meta_of(page.data())->rerank = 3;
  CHECK(check_meta_page(page.data()).code == StatusCode::kCorrupt);
}

TEST_CASE("the head of a meta page says what the index is, and of which version") {
  Page page{};
  init_page(page.data(), PageKind::kMeta, 0, 0);
  *meta_head_of(page.data()) = {kMetaMagic, MetaKind::kGraph, 1, 3, 0x0102030405060708, 19, 4};
  CHECK(at<std::uint32_t>(page, 64) == 0x56454358);
  CHECK(at<std::uint8_t>(page, 68) == 2);
  CHECK(at<std::uint8_t>(page, 69) == 1);
  CHECK(at<std::uint16_t>(page, 70) == 3);
  CHECK(at<std::uint64_t>(page, 72) == 0x0102030405060708);
  CHECK(at<std::uint32_t>(page, 80) == 19);
  CHECK(at<std::uint32_t>(page, 84) == 4);
  CHECK(check_meta_head(page.data(), MetaKind::kGraph).ok());
  CHECK(check_meta_head(page.data(), MetaKind::kLists).code == StatusCode::kCorrupt);
  for (const std::uint16_t version : {0, 2, 4, 0xFFFF}) {
    meta_head_of(page.data())->version = version;
    const Status status = check_meta_head(page.data(), MetaKind::kGraph);
    CHECK(status.code == StatusCode::kOtherVersion);
    CHECK(status.actual == version);
    CHECK(status.expected == 3);
    CHECK(check_graph_meta_page(page.data()).code == StatusCode::kOtherVersion);
  }
  meta_head_of(page.data())->magic = 0x56454347;
  CHECK(check_meta_head(page.data(), MetaKind::kGraph).code == StatusCode::kCorrupt);
}

TEST_CASE("page 0 of pgvector's indexes is known, on a page that is not ours") {
  for (const std::uint32_t magic : {0xA953A953u, 0x014FF1A7u}) {
    Page page{};
    std::memcpy(page_head(page.data()), &magic, sizeof(magic));
    CHECK(check_meta_page(page.data()).code == StatusCode::kOfPgvector);
    CHECK(check_graph_meta_page(page.data()).code == StatusCode::kOfPgvector);
    init_page(page.data(), PageKind::kMeta, 0, 0);
    std::memcpy(page_head(page.data()), &magic, sizeof(magic));
    CHECK(check_meta_page(page.data()).code == StatusCode::kCorrupt);
  }
}

}  // namespace
}  // namespace vecext::page_test

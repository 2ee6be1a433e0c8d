// The bytes of pages of records, as they are on disk: a change here is a change of format.
#include "core/page/packed_page.h"

#include <cstring>
#include <vector>

#include "doctest/doctest.h"
#include "page_image.h"

namespace vecext::packed_page_test {
namespace {

using test::at;
using test::Page;

std::vector<std::byte> record_of(std::size_t bytes, int first) {
  std::vector<std::byte> record(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    record[i] = static_cast<std::byte>(static_cast<std::size_t>(first) + i);
  }
  return record;
}

TEST_CASE("forms of records") {
  // 100 bits: 32 neighbors, with their elements beside the node's own; without; a pending row.
  const RecordForm beside = node_form(13, 32, true);
  CHECK(beside.element_at == 16 + 32 * 4);
  CHECK(beside.bytes(13) == 16 + 128 + 13 + 32 * 13 + 3);
  CHECK(node_form(13, 32, false).bytes(13) == 160);
  CHECK(pending_form(13).element_at == 8);
  CHECK(pending_form(13).bytes(13) == 24);
  CHECK(most_records(node_form(13, 32, false)) == 50);
  CHECK(most_records(node_form(0, 64, false)) == 8120 / (16 + 256 + 12 + 2));
  CHECK(most_records(node_form(8000, 32, false)) == 1);
  CHECK(kFirstPart == 8116);
  CHECK(kLongestRecord == 16236);
}

TEST_CASE("a page of records") {
  const RecordForm form = pending_form(13);
  Page page{};
  init_page(page.data(), PageKind::kPending, 0, 9);
  const auto a = record_of(24, 1);
  const auto b = record_of(24, 101);
  put_record(page.data(), a.data(), a.size());
  put_record(page.data(), b.data(), b.size());
  CHECK(page_head(page.data())->rows == 2);
  CHECK(at<std::uint16_t>(page, 64) == 8120 - 24);
  CHECK(at<std::uint16_t>(page, 66) == 8120 - 48);
  CHECK(std::memcmp(page.data() + 8184 - 24, a.data(), 24) == 0);
  CHECK(std::memcmp(page.data() + 8184 - 48, b.data(), 24) == 0);
  Record record{};
  REQUIRE(find_record(page.data(), form, 1, &record));
  CHECK(record.at == page.data() + 8184 - 48);
  CHECK(record.bytes == 24);
  CHECK(record.rest == 0);
  CHECK(!find_record(page.data(), form, 2, &record));
  CHECK(!find_record(page.data(), form, -1, &record));
  CHECK(has_sound_records(page.data(), form));
}

TEST_CASE("a record of an element that says its size") {
  const RecordForm form = pending_form(0);
  Page page{};
  init_page(page.data(), PageKind::kPending, 0, 9);
  std::vector<std::byte> record(8 + 12 + 3 * 8);
  record[8 + 4] = std::byte{3};
  put_record(page.data(), record.data(), record.size());
  Record found{};
  REQUIRE(find_record(page.data(), form, 0, &found));
  CHECK(found.bytes == record.size());
  // More elements than lie there.
  page[8184 - record.size() + 12] = std::byte{4};
  CHECK(!find_record(page.data(), form, 0, &found));
  CHECK(!has_sound_records(page.data(), form));
  page[8184 - record.size() + 15] = std::byte{0xFF};
  CHECK(!find_record(page.data(), form, 0, &found));
}

TEST_CASE("records fill a page to its last bytes, and no more") {
  for (const std::size_t bytes : {24, 148, 2704, 4056, 4060, 8116}) {
    CAPTURE(bytes);
    Page page{};
    init_page(page.data(), PageKind::kNodes, 0, 1);
    const auto record = record_of(bytes, 7);
    std::size_t count = 0;
    for (; has_room(page.data(), bytes); ++count) {
      put_record(page.data(), record.data(), bytes);
    }
    CHECK(count == 8120 / (bytes + 2));
    CHECK(page_tail(page.data())->kind == PageKind::kNodes);
  }
}

TEST_CASE("a record that is longer than a page") {
  const RecordForm form = pending_form(16000);
  const std::size_t bytes = form.bytes(16000);
  const auto record = record_of(bytes, 5);
  Page page{};
  Page rest{};
  init_page(page.data(), PageKind::kPending, 0, 9);
  put_long_record(page.data(), record.data(), bytes, rest.data(), 77);
  CHECK(at<std::uint16_t>(page, 64) == 4);
  CHECK(page_head(page.data())->rest == 77);
  CHECK(std::memcmp(page.data() + 68, record.data(), 8116) == 0);
  CHECK(check_page(rest.data(), PageKind::kRest).ok());
  CHECK(at<std::uint16_t>(rest, 8184) == 10);
  CHECK(page_head(rest.data())->chain == 9);
  CHECK(std::memcmp(rest.data() + 64, record.data() + 8116, bytes - 8116) == 0);
  Record found{};
  REQUIRE(find_record(page.data(), form, 0, &found));
  CHECK(found.bytes == bytes);
  CHECK(found.rest == 77);
  page_head(page.data())->rest = 0;
  CHECK(!find_record(page.data(), form, 0, &found));
  // One byte too long for two pages.
  page_head(page.data())->rest = 77;
  CHECK(!find_record(page.data(), pending_form(16229), 0, &found));
}

}  // namespace
}  // namespace vecext::packed_page_test

// The bytes of the pages of keys, as they are on disk: a change here is a change of format.
#include "core/page/key_page.h"

#include "doctest/doctest.h"
#include "page_image.h"

namespace vecext::key_page_test {
namespace {

using test::at;
using test::image;
using test::Page;

TEST_CASE("a leaf of keys") {
  Page page{};
  init_key_page(page.data(), 0);
  const KeyPage<std::byte> keys{page.data()};
  keys.head()->high = {0x01020304, {0x11223344, 0x5566}};
  keys.set_row(809, {0xA1B2C3D4, {77, 9}});
  CHECK(at<std::uint32_t>(page, 64) == 0x01020304);
  CHECK(at<std::uint32_t>(page, 68) == 0x11223344);
  CHECK(at<std::uint16_t>(page, 72) == 0x5566);
  CHECK(at<std::uint16_t>(page, 74) == 0);
  CHECK(at<std::uint32_t>(page, 64 + 16 + 4 * 809) == 0xA1B2C3D4);
  CHECK(at<std::uint32_t>(page, 64 + 3256 + 6 * 809) == 77);
  CHECK(at<std::uint16_t>(page, 64 + 3256 + 6 * 809 + 4) == 9);
  CHECK(image(page) == 5179389257526916824u);
  keys.set_count(810);
  CHECK(check_key_page(page.data(), 0).ok());
  CHECK(check_key_page(page.data(), 1).code == StatusCode::kCorrupt);
  keys.set_count(811);
  CHECK(check_key_page(page.data(), 0).code == StatusCode::kCorrupt);
}

TEST_CASE("a page of keys above the leaves") {
  Page page{};
  init_key_page(page.data(), 2);
  const KeyPage<std::byte> keys{page.data()};
  keys.children()[577] = {{5, {6, 7}}, 88};
  CHECK(at<std::uint16_t>(page, 74) == 2);
  CHECK(at<std::uint32_t>(page, 64 + 16 + 14 * 577) == 5);
  CHECK(at<std::uint32_t>(page, 64 + 16 + 14 * 577 + 10) == 88);
  CHECK(image(page) == 8406178268090790211u);
  CHECK(check_key_page(page.data(), 2).code == StatusCode::kCorrupt);  // it has no child
  keys.set_count(578);
  CHECK(check_key_page(page.data(), 2).ok());
}

TEST_CASE("the page that leads to keys") {
  Page page{};
  init_page(page.data(), PageKind::kKeyRoot, 0, 0);
  *key_root_of(page.data()) = {0x01020304, 3};
  CHECK(at<std::uint32_t>(page, 64) == 0x01020304);
  CHECK(at<std::uint32_t>(page, 68) == 3);
  CHECK(image(page) == 4582662889614774197u);
  CHECK(check_key_root(page.data()).ok());
  key_root_of(page.data())->level = 8;
  CHECK(check_key_root(page.data()).code == StatusCode::kCorrupt);
}

}  // namespace
}  // namespace vecext::key_page_test

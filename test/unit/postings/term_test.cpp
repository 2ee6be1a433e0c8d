#include "core/postings/segment/term.h"

#include <set>
#include <string>
#include <vector>

#include "doctest/doctest.h"

namespace vecext::postings::term_test {
namespace {

Term term_of(const std::string& bytes) {
  return {bytes.data(), static_cast<std::uint32_t>(bytes.size())};
}

TEST_CASE("hashes of tables differ where terms are chosen so that those on pages agree") {
  // Two ways from one state of FNV-1a to the next, eight times.
  constexpr const char* kWays[][2] = {{"hknvuqp", "fpyepeh"}, {"ambhvpy", "kfeppux"},
                                      {"ankiqwo", "fmjgbke"}, {"pgqqygh", "vfpkicr"},
                                      {"vulkout", "eielvqz"}, {"crrdlbk", "zyqaufr"},
                                      {"homljyy", "kmdhmta"}, {"nlddhri", "qhmatim"}};
  std::vector<std::string> words{""};
  for (const auto& ways : kWays) {
    std::vector<std::string> longer;
    for (const std::string& word : words) {
      longer.push_back(word + ways[0]);
      longer.push_back(word + ways[1]);
    }
    words = longer;
  }
  std::set<std::uint32_t> on_pages;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
    std::set<std::uint32_t> slots;
    for (const std::string& word : words) {
      on_pages.insert(hash_of(term_of(word)));
      slots.insert(table_hash(term_of(word), seed) % 512);
    }
    // 256 terms at random are at about 201 of 512 places.
    CHECK(slots.size() > 150);
  }
  CHECK(on_pages.size() == 1);
}

TEST_CASE("terms whose first bytes differ are in the order of these") {
  std::vector<std::string> words{"",
                                 std::string(1, '\0'),
                                 std::string(3, '\0'),
                                 "a",
                                 std::string("a\0", 2),
                                 "ab",
                                 "abcdefgh",
                                 "abcdefghi",
                                 std::string("abcdefgh\0", 9),
                                 "abcdefg",
                                 "b",
                                 "\x7F",
                                 "\x80",
                                 "\xFF",
                                 std::string(20, '\xFF'),
                                 "\xC3\xA4rger"};
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      const int order = compare(term_of(a), term_of(b));
      CHECK((order < 0) == (a < b));
      if (first_bytes(term_of(a)) != first_bytes(term_of(b))) {
        CHECK((first_bytes(term_of(a)) < first_bytes(term_of(b))) == (order < 0));
      }
    }
  }
}

TEST_CASE("hashes of tables: every byte, the length and the seed count") {
  std::set<std::uint32_t> hashes;
  std::size_t count = 0;
  const auto add = [&](const std::string& word, std::uint64_t seed) {
    hashes.insert(table_hash(term_of(word), seed));
    ++count;
  };
  for (std::size_t length = 0; length < 40; ++length) {
    std::string word(length, 'a');
    add(word, 1);
    add(word, std::uint64_t{1} << 63);
    for (char& byte : word) {
      byte = 'b';
      add(word, 1);
      byte = 'a';
    }
  }
  CHECK(hashes.size() == count);
}

}  // namespace
}  // namespace vecext::postings::term_test

// Searches against the oracle: random corpora, queries, filters, removed documents, with pruning
// and without.
#include <memory>

#include "core/filter/row_bits.h"
#include "doctest/doctest.h"
#include "kernel/all_kernels.h"
#include "postings/text_index.h"

namespace vecext::test::search_test {
namespace {

constexpr auto kAll = [](RowId) { return true; };

void check_query(TextIndex& index, const Terms& query, std::int32_t k) {
  const OracleResult oracle = oracle_search(index.documents, query, index.options(), kAll);
  check_found(oracle, index.search(query, k), k);
  check_found(oracle, index.search(query, k, {}, false), k);
}

/// A set of about that share of the index's rows, and of others.
struct RandomSet {
  TestArena arena;
  RowBits bits{arena};
  std::set<std::uint64_t> rows;

  RandomSet(const TextIndex& index, double share, std::mt19937& random) {
    for (const TestDocument& document : index.documents) {
      if (std::uniform_real_distribution<double>(0, 1)(random) < share) {
        rows.insert(document.row.packed());
      }
    }
    for (int i = 0; i < 3; ++i) {
      rows.insert(RowId{static_cast<std::uint32_t>(random() % 1000), 200}.packed());
    }
    for (auto at = rows.begin(); at != rows.end();) {
      const auto page = static_cast<std::uint32_t>(*at >> 16);
      std::vector<std::uint16_t> lines;
      for (; at != rows.end() && *at >> 16 == page; ++at) {
        lines.push_back(static_cast<std::uint16_t>(*at));
      }
      REQUIRE(bits.add(page, lines.data(), static_cast<std::int32_t>(lines.size())));
    }
  }
};

void check_filtered(TextIndex& index, const Terms& query, std::int32_t k, double share,
                    std::mt19937& random) {
  CAPTURE(share);
  const RandomSet set(index, share, random);
  const OracleResult oracle =
      oracle_search(index.documents, query, index.options(),
                    [&](RowId row) { return set.rows.count(row.packed()) > 0; });
  RowFilter filter = set.bits.filter();
  check_found(oracle, index.search(query, k, filter), k);
  check_found(oracle, index.search(query, k, filter, false), k);
  // A set whose documents are kept.
  check_found(oracle, index.search(query, k, filter, true, nullptr, true), k);
  filter.list = nullptr;  // a set that has its lines only one by one
  check_found(oracle, index.search(query, k, filter), k);
  filter.each = nullptr;  // one that cannot list its rows
  check_found(oracle, index.search(query, k, filter), k);
}

TEST_CASE("an index without documents, and queries without terms, find nothing") {
  TextIndex index;
  CHECK(index.search({"word"}, 10).empty());
  CHECK(index.search({}, 10).empty());
  index.add_segment({{{3, 1}, {{"word", 2}}}});
  CHECK(index.search({"word"}, 10).size() == 1);
  CHECK(index.search({"wor"}, 10).empty());
  CHECK(index.search({}, 10).empty());
}

TEST_CASE("small corpora: what the oracle finds") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 400; ++turn) {
    CAPTURE(turn);
    const CorpusOptions options{.documents = 1 + random() % 300,
                                .vocabulary = 1 + random() % 80,
                                .skew = 0.5 * static_cast<double>(random() % 4),
                                .longest = 1 + random() % 40,
                                .lines = 1 + static_cast<int>(random() % 100),
                                .gap = 1 + static_cast<int>(random() % 3)};
    TextIndex index({.k1 = 0.4 * static_cast<double>(random() % 5),
                     .b = 0.25 * static_cast<double>(random() % 5)});
    index.add_segment(random_corpus(options, random));
    for (int q = 0; q < 6; ++q) {
      const Terms query = random_query(options, random);
      const auto k = static_cast<std::int32_t>(1 + random() % (q % 2 == 0 ? 10 : 400));
      check_query(index, query, k);
      check_filtered(index, query, k, 0.4, random);
    }
  }
}

TEST_CASE("several windows and blocks, sets of rows, several segments, in all tables") {
  std::mt19937 random(2);
  const CorpusOptions options{.documents = 30000, .vocabulary = 3000, .skew = 1.1, .longest = 20};
  TextIndex index;
  const auto corpus = random_corpus(options, random);
  index.add_segment({corpus.begin(), corpus.begin() + 20000});
  index.add_segment({corpus.begin() + 20000, corpus.begin() + 29000});
  index.add_segment({corpus.begin() + 29000, corpus.end()});
  for_all_kernels([&] {
    for (int q = 0; q < 4; ++q) {
      CAPTURE(q);
      const Terms query = random_query(options, random);
      for (const std::int32_t k : {10, 1000}) {
        check_query(index, query, k);
      }
      for (const double share : {0.5, 0.1, 0.01, 0.001}) {
        check_filtered(index, query, 10, share, random);
      }
    }
  });
}

TEST_CASE("a hundred thousand documents, a part of them removed") {
  std::mt19937 random(9);
  const CorpusOptions options{.documents = 100000, .vocabulary = 20000, .longest = 12, .topics = 7};
  TextIndex index;
  index.add_segment(random_corpus(options, random));
  for (const double removed : {0.0, 0.3}) {
    if (removed > 0) {
      index.remove(removed, random);
    }
    for (int q = 0; q < 2; ++q) {
      const Terms query = random_query(options, random);
      check_query(index, query, 10);
      check_query(index, query, 1000);
      check_filtered(index, query, 100, q % 2 == 0 ? 0.02 : 0.3, random);
    }
  }
}

TEST_CASE("pruning reads less") {
  std::mt19937 random(3);
  const CorpusOptions options{
      .documents = 40000, .vocabulary = 2000, .skew = 1.1, .longest = 20, .topics = 10};
  TextIndex index;
  index.add_segment(random_corpus(options, random));
  postings::SearchCounts pruned;
  postings::SearchCounts all;
  for (int q = 0; q < 20; ++q) {
    const Terms query = random_query(options, random);
    index.search(query, 10, {}, true, &pruned);
    index.search(query, 10, {}, false, &all);
  }
  CHECK(pruned.postings * 2 < all.postings);
  CHECK(pruned.windows <= all.windows);
}

TEST_CASE("a term of all documents, whose blocks have no bits") {
  for (const std::size_t n : {127, 128, 129, 1000, 20000}) {
    TextIndex index;
    std::vector<TestDocument> corpus;
    for (std::size_t i = 0; i < n; ++i) {
      corpus.push_back({{static_cast<std::uint32_t>(i), 1}, {{"all", 1}}});
    }
    corpus[n / 2].terms["one"] = 3;
    index.add_segment(corpus);
    check_query(index, {"all"}, 10);
    check_query(index, {"all", "one"}, 30000);
    CHECK(index.verify().what == nullptr);
  }
}

TEST_CASE("equal documents have equal scores") {
  TextIndex index;
  std::vector<TestDocument> corpus;
  for (std::uint16_t i = 0; i < 500; ++i) {
    corpus.push_back({{i, 1}, {{"one", 1}, {"two", 2}, {"many" + std::to_string(i % 3), 1}}});
  }
  index.add_segment(corpus);
  const auto found = index.search({"one", "two", "two"}, 100);
  REQUIRE(found.size() == 100);
  for (const Scored& row : found) {
    CHECK(row.score == found[0].score);
  }
}

TEST_CASE("the best of many: as many as are wanted, whatever their number and order") {
  std::mt19937 random(12);
  for (const std::size_t n : {64, 65, 99, 100, 101, 399, 400, 401, 5000}) {
    TestArena arena;
    postings::TopDocuments top;
    for (const std::int32_t most : {1, 3, 1 << 17, 1 << 30}) {
      CAPTURE(n);
      CAPTURE(most);
      REQUIRE(top.reset(100, arena));
      std::vector<std::int32_t> scores;
      for (std::size_t i = 0; i < n; ++i) {
        scores.push_back(1 + static_cast<std::int32_t>(random() % static_cast<unsigned>(most)));
        if (most == 1 << 17) {
          scores.back() += static_cast<std::int32_t>(i) << 16;
        }
        if (scores.back() > top.limit()) {
          REQUIRE(top.push({scores.back(), 0, static_cast<DocumentId>(i)}));
        }
      }
      std::sort(scores.begin(), scores.end(), std::greater<>());
      std::size_t count = 0;
      postings::FoundDocument* found = nullptr;
      REQUIRE(top.documents(&found, &count));
      REQUIRE(count == std::min(n, std::size_t{100}));
      std::sort(found, found + count);
      for (std::size_t i = 0; i < count; ++i) {
        CHECK(found[i].score == scores[i]);
      }
    }
  }
}

}  // namespace
}  // namespace vecext::test::search_test

// Queries with trees and prefixes, prepared queries and searches without scores against the oracle:
// random corpora, trees, filters; pending and removed documents.
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <set>

#include "core/filter/row_bits.h"
#include "core/postings/search/each_match.h"
#include "core/postings/search/query_builder.h"
#include "doctest/doctest.h"
#include "postings/text_index.h"

namespace vecext::test::tree_test {
namespace {

bool begins(const std::string& word, const std::string& prefix) {
  return word.compare(0, prefix.size(), prefix) == 0;
}

using postings::QueryNodeKind;

/// A tree as a user writes it.
struct QueryNode {
  QueryNodeKind kind;
  bool is_prefix;
  std::string_view lexeme;
  const QueryNode* left;
  const QueryNode* right;
};

struct QueryWord {
  std::string_view lexeme;
  int count;
  bool is_prefix;
};

/// A query as a user writes it, in memory of its own: its tree, and the words that score.
struct TestQuery {
  std::deque<std::string> words;
  std::deque<QueryNode> nodes;
  std::vector<QueryWord> terms;
  const QueryNode* root = nullptr;

  const QueryNode* term(const std::string& word, bool is_prefix) {
    words.push_back(word);
    nodes.push_back({QueryNodeKind::kTerm, is_prefix, words.back(), nullptr, nullptr});
    return &nodes.back();
  }
  const QueryNode* node(QueryNodeKind kind, const QueryNode* left, const QueryNode* right) {
    nodes.push_back({kind, false, {}, left, right});
    return &nodes.back();
  }
  void add_terms(const QueryNode& node) {
    if (node.kind == QueryNodeKind::kTerm) {
      for (auto& term : terms) {
        if (term.lexeme == node.lexeme && term.is_prefix == node.is_prefix) {
          ++term.count;
          return;
        }
      }
      terms.push_back({node.lexeme, 1, node.is_prefix});
    } else if (node.kind == QueryNodeKind::kAnd || node.kind == QueryNodeKind::kOr) {
      add_terms(*node.left);
      add_terms(*node.right);
    }
  }
  void finish(const QueryNode* tree) {
    root = tree;
    add_terms(*root);
  }
};

postings::TreeNode* build(postings::QueryBuilder& builder, const QueryNode& node, bool is_upper,
                          bool is_negated) {
  const auto part = [&](const QueryNode* of) { return build(builder, *of, is_upper, is_negated); };
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      return builder.term(node.lexeme, node.is_prefix, is_negated);
    case QueryNodeKind::kAnd:
      return builder.both(part(node.left), part(node.right), is_upper);
    case QueryNodeKind::kOr:
      return builder.either(part(node.left), part(node.right), is_upper);
    case QueryNodeKind::kNot:
      return builder.negation(build(builder, *node.left, !is_upper, true), is_upper);
    case QueryNodeKind::kAll:
      return builder.all();
    case QueryNodeKind::kNone:
      break;
  }
  return builder.none();
}

postings::Query query_of(const TestQuery& from, TestArena& arena) {
  postings::QueryBuilder builder(arena);
  postings::Query query;
  REQUIRE(builder.finish(build(builder, *from.root, true, false), &query));
  return query;
}

const QueryNode* random_tree(TestQuery* query, const CorpusOptions& options, int depth,
                             std::mt19937& random) {
  const auto kind = random() % 10;
  if (depth == 0 || kind < 3) {
    std::string word = random() % 15 == 0 ? "absent" : random_query(options, random)[0];
    const bool is_prefix = random() % 3 == 0;
    if (is_prefix) {
      word.resize(random() % 6 == 0 ? 0 : 1 + random() % std::min<std::size_t>(word.size(), 4));
    }
    return query->term(word, is_prefix);
  }
  if (kind == 9 && random() % 4 == 0) {
    return query->node(random() % 2 == 0 ? QueryNodeKind::kAll : QueryNodeKind::kNone, nullptr,
                       nullptr);
  }
  const QueryNode* left = random_tree(query, options, depth - 1, random);
  if (kind == 9) {
    return query->node(QueryNodeKind::kNot, left, nullptr);
  }
  const QueryNode* right = random_tree(query, options, depth - 1, random);
  return query->node(kind < 6 ? QueryNodeKind::kAnd : QueryNodeKind::kOr, left, right);
}

std::uint32_t frequency_of(const TestDocument& document, const std::string& word, bool is_prefix) {
  std::uint32_t sum = 0;
  for (const auto& [term, frequency] : document.terms) {
    sum += is_prefix ? (begins(term, word) ? frequency : 0) : (term == word ? frequency : 0);
  }
  return sum;
}

bool is_true_of(const QueryNode& node, const TestDocument& document) {
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      return frequency_of(document, std::string(node.lexeme), node.is_prefix) > 0;
    case QueryNodeKind::kAnd:
      return is_true_of(*node.left, document) && is_true_of(*node.right, document);
    case QueryNodeKind::kOr:
      return is_true_of(*node.left, document) || is_true_of(*node.right, document);
    case QueryNodeKind::kNot:
      return !is_true_of(*node.left, document);
    case QueryNodeKind::kAll:
      return true;
    case QueryNodeKind::kNone:
      break;
  }
  return false;
}

/// What a statement knows when it begins.
struct OracleStatistics {
  double documents = 0;
  double average = 1;
  std::vector<double> df;
};

OracleStatistics count_corpus(const std::vector<TestDocument>& documents, const TestQuery& query) {
  OracleStatistics result;
  double tokens = 0;
  result.documents = static_cast<double>(documents.size());
  for (const TestDocument& document : documents) {
    tokens += postings::decoded_length(postings::length_code(document.length()));
  }
  result.average = tokens == 0 ? 1 : tokens / result.documents;
  for (std::size_t i = 0; i < query.terms.size(); ++i) {
    double df = 0;
    for (const TestDocument& document : documents) {
      for (const auto& [term, frequency] : document.terms) {
        const std::string word(query.terms[i].lexeme);
        df += query.terms[i].is_prefix ? begins(term, word) : term == word;
      }
    }
    result.df.push_back(query.terms[i].is_prefix ? std::min(df, result.documents) : df);
  }
  return result;
}

template <class Keep>
OracleResult oracle_tree(const std::vector<TestDocument>& documents, const TestQuery& query,
                         const OracleStatistics& statistics, const OracleOptions& options,
                         const Keep& keep) {
  OracleResult result;
  std::vector<double> weights;
  for (std::size_t i = 0; i < query.terms.size(); ++i) {
    const double df = statistics.df[i];
    const double n = std::max(df, statistics.documents);
    weights.push_back(query.terms[i].count * std::log(1 + (n - df + 0.5) / (df + 0.5)) *
                      (options.k1 + 1));
    result.weights += weights.back();
  }
  for (const TestDocument& document : documents) {
    if (document.is_dead || !keep(document.row) || !is_true_of(*query.root, document)) {
      continue;
    }
    double score = 0;
    for (std::size_t i = 0; i < query.terms.size(); ++i) {
      const double f = std::min(
          frequency_of(document, std::string(query.terms[i].lexeme), query.terms[i].is_prefix),
          127u);
      const double length = postings::decoded_length(postings::length_code(document.length()));
      const double norm = options.k1 * (1 - options.b + options.b * length / statistics.average);
      score += f == 0 ? 0 : weights[i] * f / (f + norm);
    }
    if (score > 0) {
      result.found.push_back({score, document.row});
    }
  }
  std::stable_sort(result.found.begin(), result.found.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  return result;
}

/// A query prepared for an index as it is now.
struct Prepared {
  TestArena arena;
  postings::Query query;

  Prepared(TextIndex& index, const TestQuery& from)
      : Prepared(index, [&](TestArena& memory) { return query_of(from, memory); }) {}

  template <class Make>
  Prepared(TextIndex& index, const Make& make) {
    TestArena model_arena;
    const postings::Model model = index.load(model_arena);
    query = make(arena);
    REQUIRE(postings::prepare(index.store, model, arena, &query).ok());
  }
};

std::vector<Scored> search(TextIndex& index, const postings::Query& query, std::int32_t k,
                           const RowFilter& filter, bool prunes) {
  TestArena arena;
  const postings::Model model = index.load(arena);
  Candidates found(arena);
  REQUIRE(found.reset(k));
  postings::SearchCounts counts;
  const postings::TextRequest request{nullptr, 0, k, filter, prunes, &query};
  REQUIRE(postings::search(index.store, model, request, &found, &counts).ok());
  std::int64_t count;
  const Candidate* rows = found.sorted(&count);
  std::vector<Scored> result;
  for (std::int64_t i = 0; i < count; ++i) {
    result.push_back({-rows[i].bound, rows[i].row});
  }
  return result;
}

void check_matches(TextIndex& index, const TestQuery& from, const postings::Query& query,
                   const RowFilter& filter, const std::function<bool(RowId)>& keep) {
  std::set<std::uint64_t> expected;
  for (const TestDocument& document : index.documents) {
    if (!document.is_dead && keep(document.row) && is_true_of(*from.root, document)) {
      expected.insert(document.row.packed());
    }
  }
  TestArena arena;
  const postings::Model model = index.load(arena);
  std::set<std::uint64_t> found;
  std::size_t visits = 0;
  postings::SearchCounts counts;
  REQUIRE(postings::each_match(index.store, model, query, filter, arena, &counts, [&](RowId row) {
            found.insert(row.packed());
            ++visits;
          }).ok());
  CHECK(visits == found.size());
  CHECK((found == expected));
}

struct RandomRows {
  TestArena arena;
  RowBits bits{arena};
  std::set<std::uint64_t> rows;

  RandomRows(const TextIndex& index, double share, std::mt19937& random) {
    for (const TestDocument& document : index.documents) {
      if (std::uniform_real_distribution<double>(0, 1)(random) < share) {
        rows.insert(document.row.packed());
      }
    }
    for (const std::uint64_t row : rows) {
      pages_[static_cast<std::uint32_t>(row >> 16)].push_back(static_cast<std::uint16_t>(row));
    }
    for (const auto& [page, lines] : pages_) {
      REQUIRE(bits.add(page, lines.data(), static_cast<std::int32_t>(lines.size())));
    }
  }
  bool has(RowId row) const { return rows.count(row.packed()) > 0; }

 private:
  std::map<std::uint32_t, std::vector<std::uint16_t>> pages_;
};

/// All that can be asked of an index with a query that was prepared with these statistics.
void check_tree(TextIndex& index, const TestQuery& from, const postings::Query& query,
                const OracleStatistics& statistics, std::mt19937& random) {
  const auto k = static_cast<std::int32_t>(1 + random() % (random() % 2 == 0 ? 10 : 1000));
  const auto all = [](RowId) { return true; };
  const OracleResult oracle = oracle_tree(index.documents, from, statistics, index.options(), all);
  check_found(oracle, search(index, query, k, {}, true), k);
  check_found(oracle, search(index, query, k, {}, false), k);
  check_matches(index, from, query, {}, all);
  const double shares[] = {0.5, 0.1, 0.02};
  const RandomRows set(index, shares[random() % 3], random);
  const auto keep = [&](RowId row) { return set.has(row); };
  RowFilter filter = set.bits.filter();
  const OracleResult filtered =
      oracle_tree(index.documents, from, statistics, index.options(), keep);
  for (const bool lists : {true, false}) {
    filter.each = lists ? filter.each : nullptr;
    check_found(filtered, search(index, query, k, filter, true), k);
    check_found(filtered, search(index, query, k, filter, false), k);
    check_matches(index, from, query, filter, keep);
  }
}

/// Segments, removed documents and pending ones.
void fill(TextIndex& index, const CorpusOptions& options, std::mt19937& random) {
  const auto corpus = random_corpus(options, random);
  const std::size_t most = corpus.size();
  const std::size_t first = random() % (most + 1);
  const std::size_t second = first + random() % (most - first + 1);
  const auto begin = corpus.begin();
  const auto at = [&](std::size_t i) { return begin + static_cast<std::ptrdiff_t>(i); };
  if (first > 0) {
    index.add_segment({begin, at(first)});
  }
  if (second > first) {
    index.add_segment({at(first), at(second)});
  }
  for (std::size_t i = second; i < most; ++i) {
    index.insert(corpus[i], static_cast<std::int32_t>(random() % 8));
  }
  // A flush forgets removed documents, which the oracle counts.
  if (random() % 2 == 0) {
    index.remove(0.3, random);
  } else if (random() % 2 == 0) {
    index.flush();
  }
}

TEST_CASE("text: random trees and prefixes find what the oracle finds") {
  std::mt19937 random(21);
  for (int turn = 0; turn < 150; ++turn) {
    CAPTURE(turn);
    const CorpusOptions options{.documents = 1 + random() % 400,
                                .vocabulary = 1 + random() % 100,
                                .skew = 0.5 * static_cast<double>(random() % 4),
                                .longest = 1 + random() % 30,
                                .lines = 1 + static_cast<int>(random() % 100),
                                .gap = 1 + static_cast<int>(random() % 3)};
    TextIndex index({.k1 = 0.4 * static_cast<double>(random() % 5),
                     .b = 0.25 * static_cast<double>(random() % 5)});
    fill(index, options, random);
    for (int q = 0; q < 6; ++q) {
      CAPTURE(q);
      TestQuery query;
      query.finish(random_tree(&query, options, static_cast<int>(random() % 5), random));
      const Prepared prepared(index, query);
      check_tree(index, query, prepared.query, count_corpus(index.documents, query), random);
    }
  }
}

TEST_CASE("text: trees over several windows and blocks") {
  std::mt19937 random(22);
  const CorpusOptions options{
      .documents = 24000, .vocabulary = 1500, .skew = 1.1, .longest = 15, .topics = 5};
  TextIndex index;
  const auto corpus = random_corpus(options, random);
  index.add_segment({corpus.begin(), corpus.begin() + 20000});
  index.add_segment({corpus.begin() + 20000, corpus.end() - 200});
  for (auto at = corpus.end() - 200; at != corpus.end(); ++at) {
    index.insert(*at, static_cast<std::int32_t>(random() % 8));
  }
  for (const double removed : {0.0, 0.4}) {
    if (removed > 0) {
      index.remove(removed, random);
    }
    for (int q = 0; q < 8; ++q) {
      CAPTURE(q);
      TestQuery query;
      query.finish(random_tree(&query, options, 1 + q % 4, random));
      const Prepared prepared(index, query);
      check_tree(index, query, prepared.query, count_corpus(index.documents, query), random);
    }
  }
}

TEST_CASE("text: a prepared query keeps its scores while documents are inserted and merged") {
  std::mt19937 random(23);
  for (int turn = 0; turn < 25; ++turn) {
    CAPTURE(turn);
    const CorpusOptions options{.documents = 300, .vocabulary = 60, .longest = 12};
    TextIndex index;
    if (turn % 3 > 0) {
      index.add_segment(random_corpus(options, random));
    }
    TestQuery query;
    query.finish(random_tree(&query, options, turn % 4, random));
    const Prepared prepared(index, query);
    const OracleStatistics statistics = count_corpus(index.documents, query);
    // More documents, of other lengths, and with terms that were not there.
    const CorpusOptions longer{.documents = 500, .vocabulary = 60, .skew = 0, .longest = 60};
    for (const TestDocument& document : random_corpus(longer, random, {5000, 0})) {
      index.insert(document, static_cast<std::int32_t>(random() % 8));
    }
    check_tree(index, query, prepared.query, statistics, random);
    index.flush();
    check_tree(index, query, prepared.query, statistics, random);
    index.merge_all();
    check_tree(index, query, prepared.query, statistics, random);
  }
}

TEST_CASE("text: a prepared query of words has the scores of one that is not") {
  std::mt19937 random(24);
  const CorpusOptions options{.documents = 500, .vocabulary = 60, .longest = 12};
  TextIndex index;
  fill(index, options, random);
  for (int q = 0; q < 20; ++q) {
    TestQuery query;
    const Terms words = random_query(options, random);
    const QueryNode* root = nullptr;
    for (const std::string& word : words) {
      const QueryNode* leaf = query.term(word, false);
      root = root == nullptr ? leaf : query.node(QueryNodeKind::kOr, root, leaf);
    }
    query.finish(root);
    const Prepared prepared(index, query);
    CHECK(prepared.query.tree == nullptr);
    const auto expected = index.search(words, 1000);
    const auto found = search(index, prepared.query, 1000, {}, true);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i].score == expected[i].score);
    }
  }
}

TEST_CASE("text: long chains and deep trees") {
  std::mt19937 random(25);
  const CorpusOptions options{.documents = 200, .vocabulary = 30, .longest = 12};
  TextIndex index;
  fill(index, options, random);
  std::deque<std::string> words;
  for (const QueryNodeKind kind : {QueryNodeKind::kAnd, QueryNodeKind::kOr}) {
    for (const bool leans_left : {true, false}) {
      const Prepared prepared(index, [&](TestArena& arena) {
        postings::QueryBuilder builder(arena);
        words.push_back(term_name(1));
        postings::TreeNode* root = builder.term(words.back(), false, true);
        for (std::size_t i = 0; i < 20000; ++i) {
          words.push_back(term_name(kind == QueryNodeKind::kAnd ? 1 : i));
          postings::TreeNode* leaf = builder.term(words.back(), false, true);
          postings::TreeNode* left = leans_left ? root : leaf;
          postings::TreeNode* right = leans_left ? leaf : root;
          root = kind == QueryNodeKind::kAnd ? builder.both(left, right, true)
                                             : builder.either(left, right, true);
        }
        postings::Query query;
        REQUIRE(builder.finish(root, &query));
        return query;
      });
      CHECK(!prepared.query.needs_recheck);
      TestArena arena;
      const postings::Model model = index.load(arena);
      std::size_t found = 0;
      postings::SearchCounts counts;
      REQUIRE(
          postings::each_match(index.store, model, prepared.query, {}, arena, &counts, [&](RowId) {
            ++found;
          }).ok());
      std::size_t expected = 0;
      for (const TestDocument& document : index.documents) {
        const bool is_match = kind == QueryNodeKind::kAnd ? document.terms.count(term_name(1)) > 0
                                                          : !document.terms.empty();
        expected += !document.is_dead && is_match ? 1 : 0;
      }
      CHECK(found == expected);
    }
  }
  TestQuery query;
  const QueryNode* root = query.term(term_name(1), false);
  for (int i = 0; i < 1000; ++i) {
    root = query.node(QueryNodeKind::kNot, root, nullptr);
  }
  query.finish(root);
  CHECK(Prepared(index, query).query.needs_recheck);
}

/// (((1 AND 2) OR 3) AND 4) OR …: what is cut off lies far down, so the upper levels still say
/// which documents are found, and all words score.
TEST_CASE("text: a deep tree is cut at its bottom") {
  TextIndex index;
  index.add_segment({{{0, 1}, {{"a", 1}, {"b", 1}}}, {{1, 1}, {{"b", 1}}}, {{2, 1}, {{"c", 1}}}});
  TestQuery query;
  const QueryNode* root = query.term("a", false);
  for (int i = 0; i < 800; ++i) {
    root = query.node(QueryNodeKind::kOr,
                      query.node(QueryNodeKind::kAnd, root, query.term("b", false)),
                      query.term("absent", false));
  }
  query.finish(query.node(QueryNodeKind::kAnd, root, query.term("b", false)));
  const Prepared prepared(index, query);
  CHECK(prepared.query.needs_recheck);
  CHECK(prepared.query.count == 3);
  const auto found = search(index, prepared.query, 10, {}, true);
  CHECK(found.size() == 2);
}

TEST_CASE("text: how many documents a tree is true of, by df") {
  TextIndex index;
  std::vector<TestDocument> corpus;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    TestDocument document{{i, 1}, {{"all", 1}}};
    if (i % 2 == 0) {
      document.terms["half"] = 1;
    }
    if (i % 10 < 3) {
      document.terms["hat"] = 2;
    }
    corpus.push_back(document);
  }
  index.add_segment(corpus);
  const auto share = [&](const std::function<const QueryNode*(TestQuery*)>& make) {
    TestQuery query;
    query.finish(make(&query));
    TestArena arena;
    const postings::Model model = index.load(arena);
    postings::Query made = query_of(query, arena);
    postings::TextStatistics statistics;
    REQUIRE(postings::count_terms(index.store, model, false, arena, &made, &statistics).ok());
    postings::set_weights(&made, model.bm25(), statistics);
    return postings::share_of_matches(made);
  };
  using Kind = QueryNodeKind;
  CHECK(share([](TestQuery* q) { return q->term("half", false); }) == doctest::Approx(0.5));
  CHECK(share([](TestQuery* q) { return q->term("ha", true); }) == doctest::Approx(0.8));
  CHECK(share([](TestQuery* q) { return q->term("none", false); }) == 0);
  CHECK(share([](TestQuery* q) {
          return q->node(Kind::kAnd, q->term("half", false),
                         q->node(Kind::kNot, q->term("hat", false), nullptr));
        }) == doctest::Approx(0.35));
  CHECK(share([](TestQuery* q) {
          return q->node(Kind::kOr, q->term("half", false), q->term("hat", false));
        }) == doctest::Approx(0.65));
}

TEST_CASE("terms of a query are looked up, and the prefixes that a term begins with") {
  std::mt19937 random(5);
  const auto random_word = [&] {
    std::string word(random() % 6, 'a');
    for (char& letter : word) {
      letter = static_cast<char>('a' + random() % 3);
    }
    return word;
  };
  for (int run = 0; run < 300; ++run) {
    // Below the NOT they do not score.
    TestQuery words;
    const QueryNode* scored = words.term(random_word(), random() % 2 == 0);
    const QueryNode* other = words.term(random_word(), random() % 2 == 0);
    for (std::size_t i = random() % 30; i > 0; --i) {
      const QueryNode* leaf = words.term(random_word(), random() % 2 == 0);
      const QueryNode** side = random() % 2 == 0 ? &scored : &other;
      *side = words.node(QueryNodeKind::kOr, *side, leaf);
    }
    words.finish(
        words.node(QueryNodeKind::kAnd, scored, words.node(QueryNodeKind::kNot, other, nullptr)));
    TestArena arena;
    postings::Query query;
    query = query_of(words, arena);
    for (int i = 0; i < 50; ++i) {
      const std::string word = random_word();
      const postings::Term term{word.data(), static_cast<std::uint32_t>(word.size())};
      std::uint32_t whole = query.all;
      std::set<std::uint32_t> prefixes;
      for (std::uint32_t j = 0; j < query.all; ++j) {
        if (postings::is_of(term, query.terms[j])) {
          query.terms[j].is_prefix ? void(prefixes.insert(j)) : void(whole = j);
        }
      }
      CHECK(postings::number_of(query, term) == whole);
      postings::PrefixesOf found(query, term);
      for (std::uint32_t number; found.next(&number);) {
        CHECK(prefixes.erase(number) == 1);
      }
      CHECK(prefixes.empty());
    }
  }
}

}  // namespace
}  // namespace vecext::test::tree_test

// An index of texts in memory, beside all its documents for the oracle.
#pragma once

#include <set>

#include "core/text/search/search.h"
#include "core/text/update/create.h"
#include "memory_store.h"
#include "text/corpus.h"

namespace vecext::test {

/// Writes a segment of documents in the order of their rows, dead ones too.
inline SegmentEntry write_segment(MemoryStore& store, const std::vector<TestDocument>& documents,
                                  const text::Bm25& bm25, std::uint32_t chain) {
  TestArena arena;
  auto writer = std::make_unique<text::SegmentWriter>();
  REQUIRE(writer->begin(arena, text::sink_of(store), bm25, chain).ok());
  std::map<std::string, std::vector<std::pair<DocumentId, std::uint32_t>>> lists;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    REQUIRE(writer->add_document(documents[i].row, documents[i].length()).ok());
    for (const auto& [term, frequency] : documents[i].terms) {
      lists[term].push_back({static_cast<DocumentId>(i), frequency});
    }
  }
  REQUIRE(writer->end_documents().ok());
  for (const auto& [term, postings] : lists) {
    writer->begin_term(view_of(term));
    for (const auto& [document, frequency] : postings) {
      REQUIRE(writer->add_posting(document, frequency).ok());
    }
    REQUIRE(writer->end_term().ok());
  }
  SegmentEntry entry;
  REQUIRE(writer->finish(&entry).ok());
  return entry;
}

class TextIndex {
 public:
  explicit TextIndex(const OracleOptions& options = {}) : options_(options) {
    bm25_ = {static_cast<float>(options.k1), static_cast<float>(options.b)};
    options_.k1 = static_cast<double>(bm25_.k1);
    options_.b = static_cast<double>(bm25_.b);
    REQUIRE(text::create_index(store, {.bm25 = bm25_}).ok());
  }

  MemoryStore store;
  std::vector<TestDocument> documents;

  const text::Bm25& bm25() const { return bm25_; }
  const OracleOptions& options() const { return options_; }

  void add_segment(const std::vector<TestDocument>& added) {
    const std::uint32_t chain = meta_head_of(store.bytes(0))->next_chain;
    REQUIRE(text::add_first_segment(store, write_segment(store, added, bm25_, chain)).ok());
    documents.insert(documents.end(), added.begin(), added.end());
  }

  text::Model load(TestArena& arena) {
    text::Model model;
    REQUIRE(text::load_model(store, arena, nullptr, &model).ok());
    return model;
  }

  std::vector<Scored> search(const Terms& query, std::int32_t k, const RowFilter& filter = {},
                             bool prunes = true, text::SearchCounts* counts = nullptr) {
    TestArena arena;
    text::Model model = load(arena);
    std::vector<text::Term> terms;
    for (const std::string& term : query) {
      terms.push_back(view_of(term));
    }
    Candidates found(arena);
    REQUIRE(found.reset(k));
    text::SearchCounts own;
    const text::SearchRequest request{terms.data(), static_cast<std::uint32_t>(terms.size()), k,
                                      filter, prunes};
    REQUIRE(text::search(store, model, request, &found, counts == nullptr ? &own : counts).ok());
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    std::vector<Scored> result;
    for (std::int64_t i = 0; i < count; ++i) {
      CHECK(rows[i].bound == rows[i].upper);
      result.push_back({-rows[i].bound, rows[i].row});
    }
    return result;
  }

 private:
  OracleOptions options_;
  text::Bm25 bm25_;
};

/// Compares a search with the oracle's: the same number of rows; each with its score, and that of
/// the oracle's row at its place.
inline void check_found(const OracleResult& oracle, const std::vector<Scored>& found,
                        std::int32_t k) {
  const std::size_t expected = std::min(oracle.found.size(), static_cast<std::size_t>(k));
  REQUIRE(found.size() == expected);
  std::map<std::uint64_t, double> scores;
  for (const Scored& row : oracle.found) {
    scores[row.row.packed()] = row.score;
  }
  std::set<std::uint64_t> rows;
  for (std::size_t i = 0; i < expected; ++i) {
    // The error of a score's units (core/text/search/query.h).
    const double error = 1e-6 * found[i].score + 4e-8 * oracle.weights;
    const bool is_equal = std::abs(found[i].score - oracle.found[i].score) <= error;
    const auto row = scores.find(found[i].row.packed());
    const bool is_its_own = row != scores.end() && std::abs(row->second - found[i].score) <= error;
    if (!is_equal || !is_its_own || !rows.insert(found[i].row.packed()).second) {
      CAPTURE(i);
      CAPTURE(found[i].score);
      CAPTURE(oracle.found[i].score);
      FAIL_CHECK("not what the oracle finds");
      return;
    }
  }
}

}  // namespace vecext::test

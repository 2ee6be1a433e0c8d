// An index of texts in memory, beside all its documents for the oracle.
#pragma once

#include <set>

#include "core/postings/search/postings_search.h"
#include "core/postings/update/create.h"
#include "core/postings/update/flush.h"
#include "core/postings/update/merge_segments.h"
#include "core/postings/update/remove_documents.h"
#include "core/postings/update/postings_verify.h"
#include "memory_store.h"
#include "postings/corpus.h"

namespace vecext::test {

/// Writes a segment of documents in the order of their rows, dead ones too.
inline SegmentEntry write_segment(MemoryStore& store, const std::vector<TestDocument>& documents,
                                  const postings::Bm25& bm25, std::uint32_t chain) {
  TestArena arena;
  auto writer = std::make_unique<postings::SegmentWriter>();
  REQUIRE(writer->begin(arena, postings::sink_of(store), bm25, chain).ok());
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
    REQUIRE(postings::create_index(store, {.bm25 = bm25_}).ok());
  }

  MemoryStore store;
  std::vector<TestDocument> documents;

  const postings::Bm25& bm25() const { return bm25_; }
  const OracleOptions& options() const { return options_; }

  void add_segment(const std::vector<TestDocument>& added) {
    const std::uint32_t chain = meta_head_of(store.bytes(0))->next_chain;
    REQUIRE(postings::add_built_segment(store, write_segment(store, added, bm25_, chain)).ok());
    documents.insert(documents.end(), added.begin(), added.end());
  }

  /// Inserts a document into a list of pending ones, once; *pages as insert_text() sets it.
  Status try_insert(const TestDocument& document, std::int32_t list, std::uint32_t* pages) {
    TestArena arena;
    std::vector<postings::Term> terms;
    std::vector<std::uint32_t> frequencies;
    for (const auto& [term, frequency] : document.terms) {
      terms.push_back(view_of(term));
      frequencies.push_back(frequency);
    }
    return postings::insert_text(store, list,
                                 {document.row, document.length(), terms.data(), frequencies.data(),
                                  static_cast<std::uint32_t>(terms.size())},
                                 arena, pages);
  }

  /// The same of one that succeeds; returns the list's pages if some were added.
  std::uint32_t insert(const TestDocument& document, std::int32_t list) {
    std::uint32_t pages;
    REQUIRE(try_insert(document, list, &pages).ok());
    documents.push_back(document);
    return pages;
  }

  /// Makes a segment of the pending documents of lists that have so many pages.
  bool flush(std::uint32_t fewest = 1) { return flush_some(fewest, 1000).is_made; }
  postings::Flushed flush_some(std::uint32_t fewest, std::uint32_t most) {
    TestArena arena;
    postings::Flushed flushed;
    REQUIRE(postings::flush_pending(store, fewest, most, 0, arena, &flushed).ok());
    return flushed;
  }

  void merge(const std::vector<std::uint32_t>& chosen) {
    TestArena arena;
    const postings::Model model = load(arena);
    REQUIRE(postings::merge_segments(store, model, chosen.data(),
                                     static_cast<std::uint32_t>(chosen.size()), arena)
                .ok());
  }
  void merge_all() {
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < text_meta_of(store.bytes(0))->segments; ++i) {
      all.push_back(i);
    }
    merge(all);
  }

  /// Marks documents as dead with that probability, and removes them from the index.
  void remove(double share, std::mt19937& random) {
    std::set<std::uint64_t> dead;
    std::int64_t alive = 0;
    for (TestDocument& document : documents) {
      if (!document.is_dead && std::uniform_real_distribution<double>(0, 1)(random) < share) {
        document.is_dead = true;
        dead.insert(document.row.packed());
      }
      alive += document.is_dead ? 0 : 1;
    }
    TestArena arena;
    const postings::Model model = load(arena);
    RemovedRows rows{[](void* context, RowId row) {
                       return static_cast<std::set<std::uint64_t>*>(context)->count(row.packed()) >
                              0;
                     },
                     &dead, 0, 0};
    REQUIRE(postings::remove_dead_texts(store, model, arena, &rows).ok());
    CHECK(rows.removed == static_cast<std::int64_t>(dead.size()));
    CHECK(rows.left == alive);
  }
  /// Forgets the dead documents: the segments with them were all written again.
  void forget_dead() {
    std::erase_if(documents, [](const TestDocument& document) { return document.is_dead; });
  }

  /// What checking the index finds; its rows must be those of the living documents.
  VerifyFinding verify() {
    TestArena arena;
    const postings::Model model = load(arena);
    std::set<std::uint64_t> rows;
    for (const TestDocument& document : documents) {
      if (!document.is_dead) {
        rows.insert(document.row.packed());
      }
    }
    const std::size_t living = rows.size();
    const RowVisitor visitor{
        [](void* context, RowId row, const std::byte*) {
          return static_cast<std::set<std::uint64_t>*>(context)->erase(row.packed()) > 0;
        },
        &rows};
    postings::TextSummary summary;
    VerifyFinding finding;
    REQUIRE(postings::verify(store, model, visitor, arena, &summary, &finding).ok());
    if (finding.what == nullptr) {
      CHECK(summary.rows == static_cast<std::int64_t>(living));
    }
    return finding;
  }

  postings::Model load(TestArena& arena) {
    postings::Model model;
    REQUIRE(postings::load_model(store, arena, nullptr, &model).ok());
    return model;
  }

  /// Of a set that has memory, the second search by the same model.
  std::vector<Scored> search(const Terms& query, std::int32_t k, const RowFilter& filter = {},
                             bool prunes = true, postings::SearchCounts* counts = nullptr,
                             bool keeps = false) {
    TestArena arena;
    postings::Model model = load(arena);
    std::vector<postings::Term> terms;
    for (const std::string& term : query) {
      terms.push_back(view_of(term));
    }
    Candidates found(arena);
    REQUIRE(found.reset(k));
    postings::SearchCounts own;
    SetMemory memory{arena, SIZE_MAX, nullptr, false};
    postings::TextRequest request{terms.data(), static_cast<std::uint32_t>(terms.size()), k, filter,
                                  prunes};
    if (keeps) {
      request.filter.memory = &memory;
      REQUIRE(postings::search(store, model, request, &found, &own).ok());
      REQUIRE(found.reset(k));
      own = {};
    }
    REQUIRE(
        postings::search(store, model, request, &found, counts == nullptr ? &own : counts).ok());
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
  postings::Bm25 bm25_;
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
    // The error of a score's units (core/postings/search/postings_query.h).
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

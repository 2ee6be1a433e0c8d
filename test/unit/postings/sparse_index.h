// An index of sparse vectors in memory, beside all its vectors, whose products are the truth.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/filter/row_bits.h"
#include "core/postings/sparse/sparse_idf.h"
#include "core/postings/sparse/sparse_search.h"
#include "core/postings/update/create.h"
#include "core/postings/update/flush.h"
#include "core/postings/update/merge_segments.h"
#include "core/postings/update/remove_documents.h"
#include "core/postings/update/postings_verify.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test {

struct TestVector {
  RowId row;
  std::vector<std::uint32_t> indices;
  std::vector<float> values;
  bool is_dead = false;

  SparsevecView view() const {
    return {kOpenSparseDims, static_cast<std::int32_t>(indices.size()), indices.data(),
            values.data()};
  }
};

inline double product(const SparsevecView& a, const SparsevecView& b) {
  double sum = 0;
  for (std::int32_t i = 0, j = 0; i < a.nnz && j < b.nnz;) {
    if (a.indices[i] == b.indices[j]) {
      sum += static_cast<double>(a.values[i]) * static_cast<double>(b.values[j]);
      ++i;
      ++j;
    } else {
      ++(a.indices[i] < b.indices[j] ? i : j);
    }
  }
  return sum;
}

struct VectorOptions {
  std::int32_t dims = 300;
  std::uint32_t spread = 1000;  // of the indices of dimensions
  std::int32_t most = 40;       // non-zeros
  double sigma = 0.7;           // of the logarithms of weights
  double scale = 1;
  double negative = 0;  // share of weights
};

inline TestVector random_vector(RowId row, const VectorOptions& options, std::mt19937& random) {
  std::map<std::uint32_t, float> weights;
  std::lognormal_distribution<double> weight(-0.5, options.sigma);
  std::uniform_real_distribution<double> uniform(0, 1);
  const auto n = static_cast<std::int32_t>(random() % static_cast<unsigned>(options.most + 1));
  for (std::int32_t i = 0; i < n; ++i) {
    const auto dimension =
        static_cast<std::uint32_t>(options.dims * std::pow(uniform(random), 3.0));
    const double sign = uniform(random) < options.negative ? -1 : 1;
    weights[dimension * options.spread] = static_cast<float>(sign * options.scale * weight(random));
  }
  TestVector vector{row, {}, {}};
  for (const auto& [index, value] : weights) {
    vector.indices.push_back(index);
    vector.values.push_back(value);
  }
  return vector;
}

class SparseIndex {
 public:
  SparseIndex() {
    REQUIRE(postings::create_index(store, {.bm25 = {0, 0}, .config_name = "", .has_weights = true})
                .ok());
  }

  MemoryStore store;
  std::vector<TestVector> vectors;

  void add_segment(std::vector<TestVector> added) {
    sparse::WeightsSeen seen;
    for (const TestVector& vector : added) {
      seen.add(vector.view());
    }
    REQUIRE(sparse::admit_weights(store, seen).ok());
    TestArena arena;
    auto writer = std::make_unique<postings::SegmentWriter>();
    writer->hold_weights();
    const std::uint32_t chain = meta_head_of(store.bytes(0))->next_chain;
    REQUIRE(writer->begin(arena, postings::sink_of(store), {0, 0}, chain).ok());
    std::map<std::string, std::vector<std::pair<DocumentId, std::uint32_t>>> lists;
    for (std::size_t i = 0; i < added.size(); ++i) {
      REQUIRE(writer->add_document(added[i].row, 1).ok());
      for (const sparse::SparseTerm& term : terms_of(added[i])) {
        lists[std::string(term.bytes, term.length)].push_back(
            {static_cast<DocumentId>(i), term.code});
      }
    }
    REQUIRE(writer->end_documents().ok());
    for (const auto& [term, postings] : lists) {
      writer->begin_term({term.data(), static_cast<std::uint32_t>(term.size())});
      for (const auto& [document, code] : postings) {
        REQUIRE(writer->add_extra(document, code).ok());
      }
      REQUIRE(writer->end_term().ok());
    }
    SegmentEntry entry;
    REQUIRE(writer->finish(&entry).ok());
    REQUIRE(postings::add_built_segment(store, entry).ok());
    vectors.insert(vectors.end(), added.begin(), added.end());
  }

  void insert(const TestVector& vector, std::int32_t list) {
    sparse::WeightsSeen seen;
    seen.add(vector.view());
    REQUIRE(sparse::admit_weights(store, seen).ok());
    TestArena arena;
    const auto terms = terms_of(vector);
    std::vector<postings::Term> names;
    std::vector<std::uint32_t> frequencies;
    for (const sparse::SparseTerm& term : terms) {
      names.push_back({term.bytes, term.length});
      frequencies.push_back(term.code + 1);
    }
    std::uint32_t pages;
    REQUIRE(postings::insert_text(store, list,
                                  {vector.row, 1, names.data(), frequencies.data(),
                                   static_cast<std::uint32_t>(names.size())},
                                  arena, &pages)
                .ok());
    vectors.push_back(vector);
  }

  void flush() {
    TestArena arena;
    postings::Flushed flushed;
    REQUIRE(postings::flush_pending(store, 1, 1000, 0, arena, &flushed).ok());
  }

  void merge_all() {
    TestArena arena;
    const postings::Model model = load(arena);
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < model.meta.segments; ++i) {
      all.push_back(i);
    }
    REQUIRE(postings::merge_segments(store, model, all.data(),
                                     static_cast<std::uint32_t>(all.size()), arena)
                .ok());
  }

  void remove(double share, std::mt19937& random) {
    std::set<std::uint64_t> dead;
    for (TestVector& vector : vectors) {
      if (!vector.is_dead && std::uniform_real_distribution<double>(0, 1)(random) < share) {
        vector.is_dead = true;
        dead.insert(vector.row.packed());
      }
    }
    TestArena arena;
    RemovedRows rows{[](void* context, RowId row) {
                       return static_cast<std::set<std::uint64_t>*>(context)->count(row.packed()) >
                              0;
                     },
                     &dead, 0, 0};
    REQUIRE(postings::remove_dead_texts(store, load(arena), arena, &rows).ok());
  }

  void verify() {
    TestArena arena;
    const RowVisitor visitor{[](void*, RowId, const std::byte*) { return true; }, nullptr};
    postings::TextSummary summary;
    VerifyFinding finding;
    REQUIRE(postings::verify(store, load(arena), visitor, arena, &summary, &finding).ok());
    CHECK(finding.what == nullptr);
  }

  /// Searches, and compares all that is promised with products one by one.
  void check_search(const TestVector& query, std::int32_t k, const RowFilter& filter = {},
                    bool prunes = true) {
    TestArena arena;
    const postings::Model model = load(arena);
    Candidates found(arena);
    REQUIRE(found.reset(k));
    postings::SearchCounts counts;
    sparse::SparseResult result;
    REQUIRE(
        sparse::search(store, model, {query.view(), k, filter, prunes}, &found, &counts, &result)
            .ok());
    std::map<std::uint64_t, double> products;
    std::vector<double> best;
    for (const TestVector& vector : vectors) {
      if (!vector.is_dead && filter.may_match(vector.row)) {
        const double value = product(query.view(), vector.view());
        products[vector.row.packed()] = value;
        best.push_back(value);
        if (result.has_no_negative) {
          CHECK(value >= 0);
        }
      }
    }
    std::sort(best.begin(), best.end(), std::greater<>());
    const bool is_full = found.full();
    std::int64_t count;
    const Candidate* rows = found.sorted(&count);
    std::vector<double> exact;
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = products.find(rows[i].row.packed());
      REQUIRE(at != products.end());
      CHECK(rows[i].bound <= -at->second);
      CHECK(-at->second <= rows[i].upper);
      exact.push_back(at->second);
      products.erase(at);
    }
    std::sort(exact.begin(), exact.end(), std::greater<>());
    if (is_full) {
      REQUIRE(exact.size() >= static_cast<std::size_t>(k));
      for (std::size_t i = 0; i < static_cast<std::size_t>(k); ++i) {
        CHECK(exact[i] == best[i]);
      }
    } else if (result.has_no_negative) {
      for (const auto& [row, value] : products) {
        CHECK(value == 0);
      }
    } else {
      CHECK(count == 0);
    }
    found_ += count;
    full_ += is_full ? 1 : 0;
  }

  /// Counts the vectors with each dimension of the query, and compares with a look at all.
  void check_counts(const TestVector& query) {
    TestArena arena;
    std::vector<std::uint64_t> counts(query.indices.size() + 1);
    std::uint64_t all = 0;
    REQUIRE(sparse::count_dimensions(store, load(arena), query.view(), arena, counts.data(), &all)
                .ok());
    CHECK(all == vectors.size());
    for (std::size_t i = 0; i < query.indices.size(); ++i) {
      std::uint64_t with = 0;
      for (const TestVector& vector : vectors) {
        with += static_cast<std::uint64_t>(
            std::count(vector.indices.begin(), vector.indices.end(), query.indices[i]));
      }
      CHECK(counts[i] == with);
    }
  }

  /// Makes the directory of the first segment one of another segment.
  Status load_damaged() {
    TestArena arena;
    page_head(store.bytes(load(arena).meta.entries[0].directory))->chain += 100;
    postings::Model model;
    return postings::load_model(store, arena, nullptr, &model);
  }

  std::int64_t found() const { return found_; }
  std::int64_t full() const { return full_; }

 private:
  std::vector<sparse::SparseTerm> terms_of(const TestVector& vector) {
    std::vector<sparse::SparseTerm> terms(vector.indices.size());
    terms.resize(
        sparse::make_terms(vector.view(), text_meta_of(store.bytes(0))->weights, terms.data()));
    return terms;
  }

  postings::Model load(TestArena& arena) {
    postings::Model model;
    REQUIRE(postings::load_model(store, arena, nullptr, &model).ok());
    return model;
  }

  std::int64_t found_ = 0;
  std::int64_t full_ = 0;
};

inline RowId row_at(std::uint32_t i) {
  return {i / 20, static_cast<std::uint16_t>(1 + i % 20)};
}

inline std::vector<TestVector> random_vectors(std::uint32_t from, std::uint32_t n,
                                              const VectorOptions& options, std::mt19937& random) {
  std::vector<TestVector> vectors;
  for (std::uint32_t i = from; i < from + n; ++i) {
    vectors.push_back(random_vector(row_at(i), options, random));
  }
  return vectors;
}

}  // namespace vecext::test

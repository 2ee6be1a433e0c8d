// Texts and what BM25 says of them by brute force: the truth that searches are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/postings/segment/length_code.h"
#include "core/postings/segment/term.h"

namespace vecext::test {

/// Terms with their frequencies.
using TermCounts = std::map<std::string, std::uint32_t>;
using Terms = std::vector<std::string>;

struct TestDocument {
  RowId row;
  TermCounts terms;
  bool is_dead = false;  // removed, but its segment was not written again

  std::uint32_t length() const {
    std::uint32_t sum = 0;
    for (const auto& [term, frequency] : terms) {
      sum += frequency;
    }
    return sum;
  }
};

inline postings::Term view_of(const std::string& term) {
  return {term.data(), static_cast<std::uint32_t>(term.size())};
}

struct Scored {
  double score;
  RowId row;
};

/// The parameters that the oracle computes with.
struct OracleOptions {
  double k1 = 1.2F;
  double b = 0.75;
};

/// The sum of the weights of a query's terms, and the documents that match and for which keep(row)
/// is true, best first: all in double, one by one.
struct OracleResult {
  double weights = 0;
  std::vector<Scored> found;
};

template <class Keep>
OracleResult oracle_search(const std::vector<TestDocument>& documents, const Terms& query,
                           const OracleOptions& options, const Keep& keep) {
  OracleResult result;
  double tokens = 0;
  for (const TestDocument& document : documents) {
    tokens += postings::decoded_length(postings::length_code(document.length()));
  }
  const auto n = static_cast<double>(documents.size());
  const double average = tokens == 0 ? 1 : tokens / n;
  std::vector<double> scores(documents.size());
  for (const std::string& term : query) {  // a repeated one counts as often
    double df = 0;
    for (const TestDocument& document : documents) {
      df += static_cast<double>(document.terms.count(term));
    }
    const double weight = std::log(1 + (n - df + 0.5) / (df + 0.5)) * (options.k1 + 1);
    result.weights += weight;
    for (std::size_t i = 0; i < documents.size(); ++i) {
      const auto at = documents[i].terms.find(term);
      if (at != documents[i].terms.end()) {
        const double f = std::min(at->second, 127u);
        const double length =
            postings::decoded_length(postings::length_code(documents[i].length()));
        const double norm = options.k1 * (1 - options.b + options.b * length / average);
        scores[i] += weight * f / (f + norm);
      }
    }
  }
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (scores[i] > 0 && !documents[i].is_dead && keep(documents[i].row)) {
      result.found.push_back({scores[i], documents[i].row});
    }
  }
  std::stable_sort(result.found.begin(), result.found.end(),
                   [](const Scored& a, const Scored& b) { return a.score > b.score; });
  return result;
}

/// What random documents are like.
struct CorpusOptions {
  std::size_t documents = 100;
  std::size_t vocabulary = 50;
  double skew = 1;           // of the terms' probabilities, 1 / rank^skew
  std::size_t longest = 30;  // tokens
  std::size_t topics = 0;    // terms of which half of a document's come from a topic's part
  int lines = 20;            // of a page of the table
  int gap = 1;               // rows between documents, on average
};

/// Draws terms: of low numbers often, of high ones seldom.
class TermSource {
 public:
  TermSource(std::size_t vocabulary, double skew) {
    double sum = 0;
    for (std::size_t i = 0; i < vocabulary; ++i) {
      sum += 1 / std::pow(static_cast<double>(i + 1), skew);
      sums_.push_back(sum);
    }
  }
  std::size_t draw(std::mt19937& random) const {
    const double at = std::uniform_real_distribution<double>(0, sums_.back())(random);
    return static_cast<std::size_t>(std::upper_bound(sums_.begin(), sums_.end() - 1, at) -
                                    sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

inline std::string term_name(std::size_t i) {
  // Names of different lengths, not in the order of their frequencies.
  return std::string(1, static_cast<char>('a' + i * 7 % 26)) +
         std::to_string(i * 2654435761u % 977) + (i % 5 == 0 ? "/long/shared/prefix/" : "") +
         std::to_string(i);
}

/// Rows after `row`, which moves on.
inline RowId next_row(RowId* row, const CorpusOptions& options, std::mt19937& random) {
  const int step =
      options.gap <= 1
          ? 1
          : 1 + static_cast<int>(random() % (2u * static_cast<unsigned>(options.gap) - 1));
  for (int i = 0; i < step; ++i) {
    if (++row->line > options.lines) {
      ++row->page;
      row->line = 1;
    }
  }
  return *row;
}

inline TestDocument random_document(RowId row, const CorpusOptions& options,
                                    const TermSource& source, std::mt19937& random) {
  TestDocument document{row, {}, false};
  const std::size_t length = random() % (options.longest + 1);
  const std::size_t topic = options.topics == 0 ? 0 : row.page / 50 % options.topics;
  for (std::size_t i = 0; i < length; ++i) {
    std::size_t term = source.draw(random);
    if (options.topics > 0 && i % 2 == 0) {
      term = (term * options.topics + topic) % options.vocabulary;
    }
    const std::uint32_t repeats = random() % 8 == 0 ? static_cast<std::uint32_t>(random() % 5) : 0;
    document.terms[term_name(term)] += 1 + repeats;
  }
  if (random() % 200 == 0 && length > 0) {
    document.terms[term_name(source.draw(random))] += 300;
  }
  return document;
}

inline std::vector<TestDocument> random_corpus(const CorpusOptions& options, std::mt19937& random,
                                               RowId row = {0, 0}) {
  const TermSource source(options.vocabulary, options.skew);
  std::vector<TestDocument> documents;
  for (std::size_t i = 0; i < options.documents; ++i) {
    const RowId at = next_row(&row, options, random);
    documents.push_back(random_document(at, options, source, random));
  }
  return documents;
}

inline Terms random_query(const CorpusOptions& options, std::mt19937& random) {
  static const std::size_t kLengths[] = {1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 8, 20};
  const TermSource source(options.vocabulary, options.skew / 2);
  Terms query;
  const std::size_t length = kLengths[random() % std::size(kLengths)];
  for (std::size_t i = 0; i < length; ++i) {
    query.push_back(random() % 20 == 0 ? "absent" + std::to_string(i)
                                       : term_name(source.draw(random)));
    if (random() % 10 == 0) {
      query.push_back(query.back());
    }
  }
  return query;
}

}  // namespace vecext::test

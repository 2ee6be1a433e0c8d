// What is searched for: terms, each of them once, with how often the query has it, and perhaps a
// tree that is true of what may be found; then the terms' weights. With the weights a query is
// *prepared*: it has everything that its scores depend on, and needs neither pages nor a model to
// compute them.
#pragma once

#include "core/base/arena.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/term.h"

namespace vecext::postings {

struct QueryTerm {
  Term term;
  std::uint32_t hash;
  std::uint32_t count;  // how often the query has it; 0 if only its tree has it
  std::uint64_t df;     // in segments and pending documents
  float weight;         // in units of the query's scores
  bool is_prefix;       // stands for all terms that begin so
  // The units that a posting of each code gives, in an index of weights. It is null if they follow
  // from `weight`, frequency and length.
  const std::int32_t* units = nullptr;
  std::uint8_t greatest = 0;  // greatest extra of pending documents
};

/// Number of codes in pages: extra and bounds may be any byte.
inline constexpr std::size_t kUnitCodes = 256;

/// How far scores may be too high. Scores are exact, or are upper bounds made of codes.
struct ScoreSlack {
  double share = 1;   // an exact score is at least share * score - rest,
  double rest = 0;    // in units,
  double most = 0;    // and at least score - most
  double margin = 0;  // both bounds are widened by it, for roundings where distances are computed;
                      // a score

  bool is_exact() const { return most == 0; }
  /// Returns the least that the exact score may be. `most` takes no score above 0 out of the range.
  std::int32_t lower(std::int32_t score) const {
    const double x = static_cast<double>(score);
    return static_cast<std::int32_t>(std::floor(std::max(share * x - rest, x - most)));
  }
};

enum class QueryNodeKind : std::uint8_t {
  kTerm,
  kAnd,
  kOr,
  kNot,   // true of documents that its one part is not true of
  kAll,   // true of every document
  kNone,  // true of no document
};

/// A tree over a query's terms. Only documents that the tree is true of are found. It is true of
/// every document that the query is true of, and perhaps of others.
struct TreeNode {
  QueryNodeKind kind;
  std::uint16_t depth = 0;    // levels below
  std::uint32_t term = 0;     // for kTerm: the term's number in the query
  TreeNode* first = nullptr;  // for kAnd, kOr, kNot: the parts
  TreeNode* last = nullptr;
  TreeNode* next = nullptr;  // the part after this one
};

/// Scores are whole numbers, so that a sum does not depend on the order of its terms: equal
/// documents have equal scores, and no comparison needs a margin. The sum of the weights is
/// kWeightSum units, and a posting's score is rounded up to the next unit: a match scores at least
/// 1.
///
/// A prefix scores as one term: its frequency in a document is the sum of the frequencies of the
/// terms that begin so, at most kMostFrequency; its df is the sum of the df of these terms, at most
/// the number of documents.
struct Query {
  QueryTerm* terms;     // terms that score, ascending, then terms that only the tree has, ascending
  std::uint32_t count;  // terms that score
  std::uint32_t all;    // all terms
  bool has_prefix;
  bool needs_recheck;    // the tree is also true of documents that the query is not true of
  const TreeNode* tree;  // null if the query is true of documents that have any of the terms
  double unit;           // the score that one unit stands for
  Norms norms;
  TextStatistics statistics;  // the statistics that the weights come from; then the parameters
  Bm25 bm25{0, 0};
  bool has_weights = false;  // the terms have units
  ScoreSlack slack;
};

inline constexpr double kWeightSum = 1 << 30;

/// Makes a query of `count` terms, which may repeat, in memory of `arena`; the terms' bytes stay
/// where they are. Returns false if memory runs out.
bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query);

/// Compares terms by their order in a query.
inline bool is_before(const QueryTerm& a, const QueryTerm& b) {
  const int order = compare(a.term, b.term);
  return order != 0 ? order < 0 : a.is_prefix < b.is_prefix;
}

/// Sorts terms and joins equal ones to one, which counts as often as they do together. Returns how
/// many there are then.
std::uint32_t sort_terms(QueryTerm* terms, std::uint32_t count);

/// Returns the number of a term among the query's terms, or query.all if the query does not have
/// it.
std::uint32_t number_of(const Query& query, const QueryTerm& term);

/// Returns the number of a term that is not a prefix, or query.all if the query does not have it.
std::uint32_t number_of(const Query& query, const Term& term);

/// Finds the prefixes among a query's terms that a term begins with, in no more time than it takes
/// to look up a few terms. In the order of terms, everything between a prefix and the term begins
/// with the prefix; so the nearest term before it shows how long the next prefix may be.
class PrefixesOf {
 public:
  PrefixesOf(const Query& query, const Term& term) : query_(query), term_(term), rest_(term) {}

  /// Goes to the next prefix. Returns false if there are no more.
  bool next(std::uint32_t* number);

 private:
  /// Goes to the next prefix among the terms [from, end).
  bool next_among(std::uint32_t from, std::uint32_t end, std::uint32_t* number);

  const Query& query_;
  Term term_;
  Term rest_;             // prefixes that follow are not longer than this
  bool is_over_ = false;  // the empty prefix was the last
  bool is_of_tree_ = false;
};

/// True if a tree is true of a document; has[i] is 1 if the document has the query's term i, or
/// else 0.
bool is_true(const TreeNode& node, const std::uint8_t* has);

/// Returns the share of the documents that a query is true of, 0 to 1, as far as its terms' df show
/// it.
double share_of_matches(const Query& query);

/// True if a term counts as a query's term: it is equal, or begins with that prefix.
inline bool is_of(const Term& term, const QueryTerm& wanted) {
  return wanted.is_prefix ? has_prefix(term, wanted.term) : compare(term, wanted.term) == 0;
}

/// Sets weights and norms. Each term's df must be set.
void set_weights(Query* query, const Bm25& bm25, const TextStatistics& statistics);

/// Returns the score of one posting in units, as the kernel computes it.
inline std::int32_t units_of(float weight, const Norms& norms, std::uint8_t length,
                             std::uint32_t extra) {
  const float frequency = static_cast<float>(extra) + 1;
  return 1 + static_cast<std::int32_t>(weight * frequency / (frequency + norms.of[length]));
}

/// The bounds of the scores of a term's postings in a segment, by the codes in its pages.
class BoundScale {
 public:
  BoundScale() = default;
  BoundScale(float weight, double growth)
      : weight_(static_cast<double>(weight)), code_(weight_ * growth / 255) {}

  explicit BoundScale(const std::int32_t* units) : units_(units) {}

  /// Returns the bound for that code, at least 1: no posting of a block with the code has a greater
  /// score. The margin is for roundings of norms and scores in float.
  std::int32_t of(std::uint8_t code) const {
    if (units_ != nullptr) {
      return code == 0 ? 1 : std::max(1, units_[code - 1]);  // the inverse of bound_of_code()
    }
    return 2 + static_cast<std::int32_t>(std::min(weight_, code_ * code) * (1 + 0x1p-20));
  }

 private:
  double weight_ = 0;
  double code_ = 0;
  const std::int32_t* units_ = nullptr;
};

}  // namespace vecext::postings

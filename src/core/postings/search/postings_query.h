// A query: its terms, each of them once, with the number of times that the query has it; a tree
// that says which documents it finds, unless it finds those with any of the terms; and later the
// terms' weights. A query with weights is *prepared*: it has everything that its scores depend on,
// so that computing a score needs neither pages nor a model.
#pragma once

#include "core/base/arena.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/term.h"

namespace vecext::postings {

struct QueryTerm {
  Term term;
  std::uint32_t hash;
  std::uint32_t count;  // how often the query has the term; 0 if only its tree has it
  std::uint64_t df;     // in segments and pending documents
  float weight;         // in units of the query's scores
  bool is_prefix;       // true if it stands for all terms that begin with it
  // In an index of weights, the units that a posting of each code gives; otherwise null, since
  // units follow from `weight`, frequency and length.
  const std::int32_t* units = nullptr;
  std::uint8_t greatest = 0;  // greatest extra of pending documents
};

/// Number of codes in pages: extra and bounds may be any byte.
inline constexpr std::size_t kUnitCodes = 256;

/// Says by how much a score may exceed the exact score. It is exact itself, or an upper bound made
/// of codes.
struct ScoreSlack {
  double share = 1;   // an exact score is at least share * score - rest
  double rest = 0;    // in units; see `share`
  double most = 0;    // an exact score is also at least score - most
  double margin = 0;  // in distances, not in units: both bounds of a distance are widened by it,
                      // for rounding errors

  bool is_exact() const { return most == 0; }
  /// Returns the least that the exact score may be. `most` never makes it leave the range of
  /// std::int32_t for a score above 0.
  std::int32_t lower(std::int32_t score) const {
    const double x = static_cast<double>(score);
    return static_cast<std::int32_t>(std::floor(std::max(share * x - rest, x - most)));
  }
};

enum class QueryNodeKind : std::uint8_t {
  kTerm,
  kAnd,
  kOr,
  kNot,   // true of documents that its only part is not true of
  kAll,   // true of every document
  kNone,  // true of no document
};

/// A node of a tree over a query's terms. A search finds only documents that the tree is true of.
/// The tree is true of every document that the query is true of, and perhaps of others.
struct TreeNode {
  QueryNodeKind kind;
  std::uint16_t depth = 0;    // levels below
  std::uint32_t term = 0;     // for kTerm: the term's number in the query
  TreeNode* first = nullptr;  // for kAnd, kOr, kNot: the parts
  TreeNode* last = nullptr;
  TreeNode* next = nullptr;  // the part after this one
};

/// A query. Scores are whole numbers of units, so that a sum does not depend on the order of its
/// terms: equal documents have equal scores, and no comparison needs a margin. The sum of the
/// weights is kWeightSum units. The score of a posting is rounded up to the next unit, so that each
/// match scores at least 1.
///
/// A prefix scores as one term. Its frequency in a document is the sum of the frequencies of the
/// terms that begin with it, at most kMostFrequency. Its df is the sum of the df of these terms, at
/// most the number of documents.
struct Query {
  QueryTerm* terms;     // terms that score, ascending, then terms that only the tree has, ascending
  std::uint32_t count;  // terms that score
  std::uint32_t all;    // all terms
  bool has_prefix;
  bool needs_recheck;    // the tree is also true of documents that the query is not true of
  const TreeNode* tree;  // null if the query is true of documents that have any of the terms
  double unit;           // the score that one unit stands for
  Norms norms;
  TextStatistics statistics;  // the weights come from these statistics, and from `bm25`
  Bm25 bm25{0, 0};
  bool has_weights = false;  // true if each term has `units`
  ScoreSlack slack;
};

inline constexpr double kWeightSum = 1 << 30;

/// Makes a query of `count` terms, which may repeat, in memory of `arena`. The bytes of the terms
/// are not copied. Returns false if memory runs out.
bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query);

/// Compares terms by their order in a query.
inline bool is_before(const QueryTerm& a, const QueryTerm& b) {
  const int order = compare(a.term, b.term);
  return order != 0 ? order < 0 : a.is_prefix < b.is_prefix;
}

/// Sorts terms, and makes one of equal ones, whose `count` is the sum of theirs. Returns how many
/// terms are left.
std::uint32_t sort_terms(QueryTerm* terms, std::uint32_t count);

/// Returns the number of a term among the query's terms, or query.all if the query does not have
/// it.
std::uint32_t number_of(const Query& query, const QueryTerm& term);

/// Returns the number of a term that is not a prefix, or query.all if the query does not have it.
std::uint32_t number_of(const Query& query, const Term& term);

/// Finds all prefixes among a query's terms that a given term begins with, in little more time than
/// looking up a few terms takes. In the order of terms, everything between a prefix and the given
/// term begins with that prefix. So the longest beginning that the given term shares with the
/// query's nearest term before it shows how long the next prefix can be.
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

/// True if a tree is true of a document. has[i] is 1 if the document has the query's term i, and 0
/// if not.
bool is_true(const TreeNode& node, const std::uint8_t* has);

/// Returns the estimated share of documents that a query is true of, from 0 to 1. The estimate
/// knows only the df of the query's terms.
double share_of_matches(const Query& query);

/// True if `term` is what the query's term asks for: if it is equal to it, or begins with it if
/// that is a prefix.
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

/// Turns the codes of bounds on a segment's pages into bounds of the scores that a term's postings
/// have.
class BoundScale {
 public:
  BoundScale() = default;
  BoundScale(float weight, double growth)
      : weight_(static_cast<double>(weight)), code_(weight_ * growth / 255) {}

  explicit BoundScale(const std::int32_t* units) : units_(units) {}

  /// Returns the bound that a code stands for, which is at least 1: in a block whose head has the
  /// code, no posting has a greater score. The bound includes a margin for rounding errors of norms
  /// and scores in single precision.
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

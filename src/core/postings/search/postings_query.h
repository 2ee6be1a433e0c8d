// What is looked for: terms, each once, with how often the query has it, and perhaps a tree that is
// true of what may be found; then the terms' weights. With these a query is *prepared*: it has all
// that its scores depend on, and needs neither pages nor a model to give them.
#pragma once

#include "core/base/arena.h"
#include "core/postings/segment/bm25_score.h"
#include "core/postings/segment/term.h"

namespace vecext::postings {

struct QueryTerm {
  Term term;
  std::uint32_t hash;
  std::uint32_t count;  // in the query; 0: only its tree has it
  std::uint64_t df;     // in segments and pending documents
  float weight;         // in units of the query's scores
  bool is_prefix;       // all terms that begin so
  // The units that a posting of each code gives, in an index of weights. Null: they follow from
  // `weight`, frequency and length.
  const std::int32_t* units = nullptr;
  std::uint8_t greatest = 0;  // extra of pending documents
};

/// Codes in pages, extra and bounds: any byte.
inline constexpr std::size_t kUnitCodes = 256;

/// How far scores may be too high: they are exact, or upper bounds made of codes.
struct ScoreSlack {
  double share = 1;   // an exact score is at least share * score - rest,
  double rest = 0;    // in units,
  double most = 0;    // and at least score - most
  double margin = 0;  // of both bounds, for roundings in what computes distances; a score

  bool is_exact() const { return most == 0; }
  /// The least that the exact score may be. `most` takes no score above 0 out of the range.
  std::int32_t lower(std::int32_t score) const {
    const double x = static_cast<double>(score);
    return static_cast<std::int32_t>(std::floor(std::max(share * x - rest, x - most)));
  }
};

enum class QueryNodeKind : std::uint8_t {
  kTerm,
  kAnd,
  kOr,
  kNot,   // of one part
  kAll,   // true of every document
  kNone,  // true of none
};

/// A tree over a query's terms: only documents that it is true of are found. It is true of every
/// document that the query is true of, and perhaps of others.
struct TreeNode {
  QueryNodeKind kind;
  std::uint16_t depth = 0;    // levels below
  std::uint32_t term = 0;     // kTerm: its number in the query
  TreeNode* first = nullptr;  // kAnd, kOr, kNot: the parts
  TreeNode* last = nullptr;
  TreeNode* next = nullptr;  // the part after this one
};

/// Scores are whole numbers, so that a sum does not depend on the order of its terms: equal
/// documents have equal scores, and no comparison needs a margin. The weights' sum is kWeightSum
/// units, and a posting's score is rounded up to the next unit: a match scores at least 1.
///
/// A prefix scores as one term: its frequency in a document is the sum of those of the terms that
/// begin so, kMostFrequency at most, and its df the sum of theirs, the number of documents at most.
struct Query {
  QueryTerm* terms;     // those that score, ascending, then those that only the tree has, ascending
  std::uint32_t count;  // that score
  std::uint32_t all;    // with the others
  bool has_prefix;
  bool needs_recheck;    // the tree is true of other documents, too, than the query is
  const TreeNode* tree;  // null: true of documents that have any of the terms
  double unit;           // score of a unit
  Norms norms;
  TextStatistics statistics;  // that the weights come from, and parameters
  Bm25 bm25{0, 0};
  bool has_weights = false;  // the terms have units
  ScoreSlack slack;
};

inline constexpr double kWeightSum = 1 << 30;

/// Makes a query of `count` terms, with duplicates, in memory of `arena`; the terms' bytes stay
/// where they are. False: out of memory.
bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query);

/// The order of terms in a query.
inline bool is_before(const QueryTerm& a, const QueryTerm& b) {
  const int order = compare(a.term, b.term);
  return order != 0 ? order < 0 : a.is_prefix < b.is_prefix;
}

/// Sorts terms and makes equal ones one, which counts as often as they do; returns how many.
std::uint32_t sort_terms(QueryTerm* terms, std::uint32_t count);

/// The number of a term among those of a query; query.all: the query does not have it.
std::uint32_t number_of(const Query& query, const QueryTerm& term);

/// The number of a query's term that is not a prefix; query.all: the query does not have it.
std::uint32_t number_of(const Query& query, const Term& term);

/// The prefixes among a query's terms that a term begins with, in no more time than it takes to
/// look up a few terms. Between a prefix and the term all terms in order begin with the prefix, so
/// the nearest one before the term tells how long the next prefix may be.
class PrefixesOf {
 public:
  PrefixesOf(const Query& query, const Term& term) : query_(query), term_(term), rest_(term) {}

  /// Goes to the next prefix. False: there are no more.
  bool next(std::uint32_t* number);

 private:
  /// The same among the terms from `from` to `end`.
  bool next_among(std::uint32_t from, std::uint32_t end, std::uint32_t* number);

  const Query& query_;
  Term term_;
  Term rest_;             // prefixes that follow are not longer
  bool is_over_ = false;  // the empty one was the last
  bool is_of_tree_ = false;
};

/// True if a tree is true of a document: has[i] is 1 if it has the query's term i, else 0.
bool is_true(const TreeNode& node, const std::uint8_t* has);

/// The share of the documents that a query is true of, 0 to 1, as far as its terms' df tell.
double share_of_matches(const Query& query);

/// True if a term counts as term i of a query: equal, or with that prefix.
inline bool is_of(const Term& term, const QueryTerm& wanted) {
  return wanted.is_prefix ? has_prefix(term, wanted.term) : compare(term, wanted.term) == 0;
}

/// Sets weights and norms; each term's df is set.
void set_weights(Query* query, const Bm25& bm25, const TextStatistics& statistics);

/// The score of one posting in units, as the kernel has it.
inline std::int32_t units_of(float weight, const Norms& norms, std::uint8_t length,
                             std::uint32_t extra) {
  const float frequency = static_cast<float>(extra) + 1;
  return 1 + static_cast<std::int32_t>(weight * frequency / (frequency + norms.of[length]));
}

/// Bounds of the scores of a term's postings in a segment, by the codes in its pages.
class BoundScale {
 public:
  BoundScale() = default;
  BoundScale(float weight, double growth)
      : weight_(static_cast<double>(weight)), code_(weight_ * growth / 255) {}

  explicit BoundScale(const std::int32_t* units) : units_(units) {}

  /// No posting of a block of that code has a greater score; at least 1. The margin is for the
  /// roundings of norms and scores in float.
  std::int32_t of(std::uint8_t code) const {
    if (units_ != nullptr) {
      return code == 0 ? 1 : std::max(1, units_[code - 1]);  // bound_of_code()
    }
    return 2 + static_cast<std::int32_t>(std::min(weight_, code_ * code) * (1 + 0x1p-20));
  }

 private:
  double weight_ = 0;
  double code_ = 0;
  const std::int32_t* units_ = nullptr;
};

}  // namespace vecext::postings

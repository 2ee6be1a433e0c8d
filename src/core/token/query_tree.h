// What an index looks up for a query of words joined by AND, OR, NOT: a tree that is true of every
// document that the query is true of, and perhaps of others.
#pragma once

#include <cstdint>
#include <string_view>

namespace vecext {

enum class QueryNodeKind : std::uint8_t {
  kTerm,  // lexeme, is_prefix
  kAnd,   // left, right
  kOr,    // left, right
  kNot,   // left
  kAll,   // true of every document
  kNone,  // true of none
};

struct QueryNode {
  QueryNodeKind kind;
  bool is_prefix;           // any lexeme that begins so
  std::string_view lexeme;  // not terminated
  const QueryNode* left;
  const QueryNode* right;
};

/// A word that scores: `count` is how often the query has it.
struct QueryWord {
  std::string_view lexeme;
  std::uint32_t count;
  bool is_prefix;
};

struct TextQuery {
  /// Null: the query has no words. Such a query is true of no document.
  const QueryNode* root;
  /// Distinct words that are not negated, in the order of their bytes. Lexemes lie in the query's
  /// memory.
  const QueryWord* terms;
  std::int64_t term_count;
  /// False: the tree is true of exactly the documents that the query is true of. Otherwise, by
  /// phrases or labels of positions, each document needs the query itself.
  bool needs_recheck;
};

}  // namespace vecext

// Builds queries: of words alone, or of words that are joined by AND, OR and NOT, from the leaves
// of their tree up.
#pragma once

#include <string_view>

#include "core/base/arena.h"
#include "core/postings/search/postings_query.h"

namespace vecext::postings {

/// A tree that is deeper than this, where AND, OR and NOT take turns, is cut there.
inline constexpr std::uint32_t kDeepestTree = 500;

/// `is_upper` of a part: it must be true of every document that the query's part is true of; false:
/// of no other documents. It changes below each NOT. Where memory runs out, finish() says so.
class QueryBuilder {
 public:
  explicit QueryBuilder(Arena arena) : arena_(arena) {}

  /// A word, whose bytes stay where they are, or any word that begins so. It scores unless it is
  /// negated: below a NOT.
  TreeNode* term(std::string_view lexeme, bool is_prefix, bool is_negated);
  /// True of every document, and of none.
  TreeNode* all() { return &all_; }
  TreeNode* none() { return &none_; }
  /// Joins parts, each of which is part of one tree alone.
  TreeNode* both(TreeNode* left, TreeNode* right, bool is_upper);
  TreeNode* either(TreeNode* left, TreeNode* right, bool is_upper);
  TreeNode* negation(TreeNode* part, bool is_upper);

  /// Notes that the tree is true of other documents, too, than the query is.
  void set_needs_recheck() { needs_recheck_ = true; }

  /// Makes the query; null: it is true of documents that have any of its terms, and without terms
  /// of none. False: out of memory.
  bool finish(TreeNode* root, Query* query);

 private:
  struct Leaf {
    TreeNode* node;
    QueryTerm term;
    bool is_in_tree;
  };

  TreeNode* new_node(QueryNodeKind kind, TreeNode* first, TreeNode* last, std::uint32_t depth);
  /// What stands for a part that would be too deep.
  TreeNode* cut(bool is_upper);
  TreeNode* join(QueryNodeKind kind, TreeNode* left, TreeNode* right, bool is_upper);
  void mark_leaves(const TreeNode& node);

  Arena arena_;
  TreeNode all_{.kind = QueryNodeKind::kAll};
  TreeNode none_{.kind = QueryNodeKind::kNone};
  TreeNode missing_{.kind = QueryNodeKind::kNone};  // what memory was not enough for
  Leaf* leaves_ = nullptr;
  std::uint32_t leaf_count_ = 0;
  std::uint32_t leaf_room_ = 0;
  bool has_memory_ = true;
  bool needs_recheck_ = false;
};

}  // namespace vecext::postings

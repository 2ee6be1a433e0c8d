// Builds queries of words alone, or of words that are joined by AND, OR and NOT, from the leaves of
// their tree upwards.
#pragma once

#include <string_view>

#include "core/base/arena.h"
#include "core/postings/search/postings_query.h"

namespace vecext::postings {

/// If a tree is deeper than this, counting turns between AND, OR and NOT, it is cut there.
inline constexpr std::uint32_t kDeepestTree = 500;

/// If `is_upper` is true, a part must be true of every document that the query's part is true of;
/// otherwise it must be true of no other documents. It changes below each NOT. If memory runs out,
/// finish() says so.
class QueryBuilder {
 public:
  explicit QueryBuilder(Arena arena) : arena_(arena) {}

  /// Makes a leaf for a word, whose bytes stay where they are, or for any word that begins so. It
  /// scores unless `is_negated`, that is, below a NOT.
  TreeNode* term(std::string_view lexeme, bool is_prefix, bool is_negated);
  /// Return trees that are true of every document, and of no document.
  TreeNode* all() { return &all_; }
  TreeNode* none() { return &none_; }
  /// Joins parts. Each part belongs to only one tree.
  TreeNode* both(TreeNode* left, TreeNode* right, bool is_upper);
  TreeNode* either(TreeNode* left, TreeNode* right, bool is_upper);
  TreeNode* negation(TreeNode* part, bool is_upper);

  /// Notes that the tree is also true of documents that the query is not true of.
  void set_needs_recheck() { needs_recheck_ = true; }

  /// Makes the query. If `root` is null, the query is true of documents that have any of its terms,
  /// and without terms of no document. Returns false if memory runs out.
  bool finish(TreeNode* root, Query* query);

 private:
  struct Leaf {
    TreeNode* node;
    QueryTerm term;
    bool is_in_tree;
  };

  TreeNode* new_node(QueryNodeKind kind, TreeNode* first, TreeNode* last, std::uint32_t depth);
  /// Returns what stands for a part that would be too deep.
  TreeNode* cut(bool is_upper);
  TreeNode* join(QueryNodeKind kind, TreeNode* left, TreeNode* right, bool is_upper);
  void mark_leaves(const TreeNode& node);

  Arena arena_;
  TreeNode all_{.kind = QueryNodeKind::kAll};
  TreeNode none_{.kind = QueryNodeKind::kNone};
  TreeNode missing_{.kind = QueryNodeKind::kNone};  // stands for parts that there was no memory for
  Leaf* leaves_ = nullptr;
  std::uint32_t leaf_count_ = 0;
  std::uint32_t leaf_room_ = 0;
  bool has_memory_ = true;
  bool needs_recheck_ = false;
};

}  // namespace vecext::postings

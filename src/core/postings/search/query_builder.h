// Builds queries of words alone, or of words that are joined by AND, OR and NOT, from the leaves of
// their tree upwards.
#pragma once

#include <string_view>

#include "core/base/arena.h"
#include "core/postings/search/postings_query.h"

namespace vecext::postings {

/// The greatest depth of a tree, which counts changes between AND, OR and NOT on the way down. What
/// would be deeper is cut off.
inline constexpr std::uint32_t kDeepestTree = 500;

/// Makes the nodes of a tree. A node may stand for more or fewer documents than the query's part
/// that it is made for. `is_upper` says which: if true, the node is true of every document that the
/// part is true of; if false, it is true of no other documents. Below each NOT it is the opposite
/// of what it is above. If memory runs out, finish() returns false.
class QueryBuilder {
 public:
  explicit QueryBuilder(Arena arena) : arena_(arena) {}

  /// Makes a leaf that is true of documents with a word, or with any word that begins with it if
  /// `is_prefix`. The bytes of the word are not copied. The word scores unless `is_negated`, which
  /// is true below a NOT.
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

  /// Makes the query. If `root` is null, the query is true of documents that have any of its terms;
  /// a query without terms and root is true of no document. Returns false if memory runs out.
  bool finish(TreeNode* root, Query* query);

 private:
  struct Leaf {
    TreeNode* node;
    QueryTerm term;
    bool is_in_tree;
  };

  TreeNode* new_node(QueryNodeKind kind, TreeNode* first, TreeNode* last, std::uint32_t depth);
  /// Returns the leaf that replaces a part which would be too deep.
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

#include "core/postings/search/query_builder.h"

namespace vecext::postings {

namespace {

QueryTerm term_of(std::string_view lexeme, bool is_prefix, std::uint32_t count) {
  const Term term{lexeme.data(), static_cast<std::uint32_t>(lexeme.size())};
  return {.term = term,
          .hash = hash_of(term),
          .count = count,
          .df = 0,
          .weight = 0,
          .is_prefix = is_prefix};
}

/// True if a tree is an OR of all terms that score, so that a query without a tree means the same.
/// The function uses the df of the terms, which must be 0 and are 0 again afterwards.
bool is_any(Query* query, const TreeNode& tree) {
  std::uint32_t terms = 0;
  bool is_or = true;
  const auto note = [&](const TreeNode& node) {
    is_or = is_or && node.kind == QueryNodeKind::kTerm && node.term < query->count;
    if (is_or && query->terms[node.term].df == 0) {
      query->terms[node.term].df = 1;
      ++terms;
    }
  };
  if (tree.kind != QueryNodeKind::kOr) {
    note(tree);
  } else {
    for (const TreeNode* part = tree.first; part != nullptr; part = part->next) {
      note(*part);
    }
  }
  for (std::uint32_t i = 0; i < query->count; ++i) {
    query->terms[i].df = 0;
  }
  return is_or && terms == query->count;
}

/// Returns what a query keeps as the root of its tree. It must outlive the builder, so a node
/// that is a member of the builder is replaced by a static one.
const TreeNode* kept(const TreeNode* root) {
  static constexpr TreeNode kEveryDocument{.kind = QueryNodeKind::kAll};
  static constexpr TreeNode kNoDocument{.kind = QueryNodeKind::kNone};
  if (root == nullptr || root->kind == QueryNodeKind::kNone) {
    return &kNoDocument;
  }
  return root->kind == QueryNodeKind::kAll ? &kEveryDocument : root;
}

}  // namespace

TreeNode* QueryBuilder::new_node(QueryNodeKind kind, TreeNode* first, TreeNode* last,
                                 std::uint32_t depth) {
  TreeNode* node = arena_.array<TreeNode>(1);
  if (node == nullptr) {
    has_memory_ = false;
    return &missing_;
  }
  *node = {.kind = kind, .depth = static_cast<std::uint16_t>(depth), .first = first, .last = last};
  return node;
}

TreeNode* QueryBuilder::cut(bool is_upper) {
  needs_recheck_ = true;
  return is_upper ? &all_ : &none_;
}

TreeNode* QueryBuilder::term(std::string_view lexeme, bool is_prefix, bool is_negated) {
  TreeNode* node = new_node(QueryNodeKind::kTerm, nullptr, nullptr, 0);
  if (!has_memory_ || !reserve(arena_, leaf_count_, leaf_count_ + 1, 16u, &leaf_room_, &leaves_)) {
    has_memory_ = false;
    return &missing_;
  }
  node->term = leaf_count_;
  leaves_[leaf_count_++] = {node, term_of(lexeme, is_prefix, is_negated ? 0 : 1), false};
  return node;
}

TreeNode* QueryBuilder::both(TreeNode* left, TreeNode* right, bool is_upper) {
  if (left->kind == QueryNodeKind::kNone || right->kind == QueryNodeKind::kAll) {
    return left;
  }
  if (right->kind == QueryNodeKind::kNone || left->kind == QueryNodeKind::kAll) {
    return right;
  }
  return join(QueryNodeKind::kAnd, left, right, is_upper);
}

TreeNode* QueryBuilder::either(TreeNode* left, TreeNode* right, bool is_upper) {
  if (left->kind == QueryNodeKind::kAll || right->kind == QueryNodeKind::kNone) {
    return left;
  }
  if (right->kind == QueryNodeKind::kAll || left->kind == QueryNodeKind::kNone) {
    return right;
  }
  return join(QueryNodeKind::kOr, left, right, is_upper);
}

TreeNode* QueryBuilder::negation(TreeNode* part, bool is_upper) {
  switch (part->kind) {
    case QueryNodeKind::kAll:
      return &none_;
    case QueryNodeKind::kNone:
      return &all_;
    default:
      return part->depth < kDeepestTree
                 ? new_node(QueryNodeKind::kNot, part, part, part->depth + 1u)
                 : cut(is_upper);
  }
}

/// Joins two parts. A chain of ANDs, or of ORs, becomes one node that has many parts.
TreeNode* QueryBuilder::join(QueryNodeKind kind, TreeNode* left, TreeNode* right, bool is_upper) {
  const bool is_left_chain = left->kind == kind;
  const bool is_right_chain = right->kind == kind;
  const std::uint32_t depth =
      std::max(left->depth + (is_left_chain ? 0u : 1u), right->depth + (is_right_chain ? 0u : 1u));
  if (depth > kDeepestTree) {
    return cut(is_upper);
  }
  if (!is_left_chain && !is_right_chain) {
    left->next = right;
    return new_node(kind, left, right, depth);
  }
  TreeNode* chain = is_left_chain ? left : right;
  chain->depth = static_cast<std::uint16_t>(depth);
  if (!is_left_chain) {
    left->next = right->first;
    right->first = left;
  } else {
    left->last->next = is_right_chain ? right->first : right;
    left->last = is_right_chain ? right->last : right;
  }
  return chain;
}

/// Marks the terms whose leaves are in a tree. The tree has at most kDeepestTree levels, so
/// recursion is safe.
void QueryBuilder::mark_leaves(const TreeNode& node) {
  if (node.kind == QueryNodeKind::kTerm) {
    leaves_[node.term].is_in_tree = true;
    return;
  }
  for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
    mark_leaves(*part);
  }
}

bool QueryBuilder::finish(TreeNode* root, Query* query) {
  *query = {};
  query->terms = arena_.array<QueryTerm>(leaf_count_);
  if (query->terms == nullptr || !has_memory_) {
    return false;
  }
  if (root != nullptr) {
    mark_leaves(*root);
  }
  const auto each_leaf = [&](const auto& visit) {
    for (std::uint32_t i = 0; i < leaf_count_; ++i) {
      visit(leaves_[i]);
    }
  };
  std::uint32_t count = 0;
  each_leaf([&](const Leaf& leaf) {
    if (leaf.term.count > 0) {
      query->terms[count++] = leaf.term;
    }
  });
  query->count = sort_terms(query->terms, count);
  // The terms that only the tree has follow the terms that score.
  query->all = query->count;
  std::uint32_t all = query->count;
  each_leaf([&](const Leaf& leaf) {
    if (leaf.term.count == 0 && leaf.is_in_tree && number_of(*query, leaf.term) == query->all) {
      query->terms[all++] = leaf.term;
    }
  });
  query->all = query->count + sort_terms(query->terms + query->count, all - query->count);
  each_leaf([&](const Leaf& leaf) {
    if (leaf.is_in_tree) {
      leaf.node->term = number_of(*query, leaf.term);
    }
  });
  for (std::uint32_t i = 0; i < query->all; ++i) {
    query->has_prefix = query->has_prefix || query->terms[i].is_prefix;
  }
  query->needs_recheck = needs_recheck_;
  const bool is_of_any = root == nullptr ? query->count > 0 : is_any(query, *root);
  query->tree = is_of_any ? nullptr : kept(root);
  return true;
}

}  // namespace vecext::postings

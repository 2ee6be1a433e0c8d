#include "core/text/search/query.h"

namespace vecext::text {

namespace {

bool is_before(const QueryTerm& a, const QueryTerm& b) {
  const int order = compare(a.term, b.term);
  return order != 0 ? order < 0 : a.is_prefix < b.is_prefix;
}

/// Sorts terms and makes equal ones one, which counts as often as they do; returns how many.
std::uint32_t sort_terms(QueryTerm* terms, std::uint32_t count) {
  std::sort(terms, terms + count, is_before);
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (kept > 0 && !is_before(terms[kept - 1], terms[i])) {
      terms[kept - 1].count += terms[i].count;
    } else {
      terms[kept++] = terms[i];
    }
  }
  return kept;
}

QueryTerm term_of(std::string_view lexeme, bool is_prefix, std::uint32_t count) {
  const Term term{lexeme.data(), static_cast<std::uint32_t>(lexeme.size())};
  return {.term = term,
          .hash = hash_of(term),
          .count = count,
          .df = 0,
          .weight = 0,
          .is_prefix = is_prefix};
}

/// Copies a tree: chains of AND and of OR become nodes of many parts.
class TreeBuilder {
 public:
  explicit TreeBuilder(Arena arena) : arena_(arena) {}

  /// Null: out of memory. `is_upper`: what is cut counts as true, else as false.
  TreeNode* build(const QueryNode& from, bool is_upper, std::uint32_t depth) {
    TreeNode* node = new_node(from.kind);
    if (node == nullptr) {
      return nullptr;
    }
    if (depth == kDeepestTree) {
      node->kind = is_upper ? QueryNodeKind::kAll : QueryNodeKind::kNone;
      is_cut_ = true;
      return node;
    }
    switch (from.kind) {
      case QueryNodeKind::kTerm:
        return add_leaf(from, node) ? node : nullptr;
      case QueryNodeKind::kNot: {
        const TreeNode* part = build(*from.left, !is_upper, depth + 1);
        node->first = part;
        return part == nullptr ? nullptr : node;
      }
      case QueryNodeKind::kAnd:
      case QueryNodeKind::kOr:
        return add_parts(from, is_upper, depth + 1, node) ? node : nullptr;
      default:
        return node;
    }
  }

  bool is_cut() const { return is_cut_; }
  std::uint32_t leaves() const { return leaf_count_; }
  TreeNode* leaf(std::uint32_t i) const { return leaves_[i].node; }
  const QueryNode& source(std::uint32_t i) const { return *leaves_[i].from; }

 private:
  struct Leaf {
    TreeNode* node;
    const QueryNode* from;
  };

  TreeNode* new_node(QueryNodeKind kind) const {
    TreeNode* node = arena_.array<TreeNode>(1);
    if (node != nullptr) {
      *node = {kind, 0, nullptr, nullptr};
    }
    return node;
  }

  bool add_leaf(const QueryNode& from, TreeNode* node) {
    if (!reserve(arena_, leaf_count_, leaf_count_ + 1, 16u, &leaf_room_, &leaves_)) {
      return false;
    }
    leaves_[leaf_count_++] = {node, &from};
    return true;
  }

  /// Adds the parts of a chain, which may lean to either side, to `node`.
  bool add_parts(const QueryNode& from, bool is_upper, std::uint32_t depth, TreeNode* node) {
    const QueryNode* at = &from;
    while (at->kind == node->kind && depth < kDeepestTree) {
      const bool is_left = at->left->kind == node->kind;
      const QueryNode* other = is_left ? at->right : at->left;
      const bool is_added = other->kind == node->kind ? add_parts(*other, is_upper, depth + 1, node)
                                                      : add_part(*other, is_upper, depth, node);
      if (!is_added) {
        return false;
      }
      at = is_left ? at->left : at->right;
    }
    return add_part(*at, is_upper, depth, node);
  }

  bool add_part(const QueryNode& from, bool is_upper, std::uint32_t depth, TreeNode* node) {
    TreeNode* part = build(from, is_upper, depth);
    if (part == nullptr) {
      return false;
    }
    part->next = node->first;
    node->first = part;
    return true;
  }

  Arena arena_;
  bool is_cut_ = false;
  Leaf* leaves_ = nullptr;
  std::uint32_t leaf_count_ = 0;
  std::uint32_t leaf_room_ = 0;
};

/// The number of a term among those of a query from `from` to `end`; `end` if it is not there.
std::uint32_t number_of(const Query& query, std::uint32_t from, std::uint32_t end,
                        const QueryTerm& term) {
  const QueryTerm* found = std::lower_bound(query.terms + from, query.terms + end, term, is_before);
  const bool is_there = found != query.terms + end && !is_before(term, *found);
  return is_there ? static_cast<std::uint32_t>(found - query.terms) : end;
}

/// The same among all terms.
std::uint32_t number_of(const Query& query, const QueryTerm& term) {
  const std::uint32_t number = number_of(query, 0, query.count, term);
  return number < query.count ? number : number_of(query, query.count, query.all, term);
}

/// True if a tree is an OR of all terms that score: as a query without a tree. No term has a df
/// yet, before or after.
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

double share_of(const Query& query, const TreeNode& node) {
  switch (node.kind) {
    case QueryNodeKind::kTerm: {
      const auto documents = static_cast<double>(query.statistics.documents);
      const auto df = static_cast<double>(query.terms[node.term].df);
      return documents == 0 ? 0 : std::min(df / documents, 1.0);
    }
    case QueryNodeKind::kAnd: {
      double share = 1;
      for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
        share *= share_of(query, *part);
      }
      return share;
    }
    case QueryNodeKind::kOr: {
      double none = 1;
      for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
        none *= 1 - share_of(query, *part);
      }
      return 1 - none;
    }
    case QueryNodeKind::kNot:
      return 1 - share_of(query, *node.first);
    case QueryNodeKind::kAll:
      return 1;
    case QueryNodeKind::kNone:
      break;
  }
  return 0;
}

}  // namespace

bool make_query(const Term* terms, std::uint32_t count, Arena arena, Query* query) {
  *query = {};
  query->terms = arena.array<QueryTerm>(count);
  if (query->terms == nullptr) {
    return false;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    query->terms[i] = {terms[i], hash_of(terms[i]), 1, 0, 0, false};
  }
  query->count = sort_terms(query->terms, count);
  query->all = query->count;
  return true;
}

bool make_query(const TextQuery& text, Arena arena, Query* query) {
  static constexpr TreeNode kNoDocument{QueryNodeKind::kNone, 0, nullptr, nullptr};
  *query = {};
  TreeBuilder builder(arena);
  TreeNode* tree = text.root == nullptr ? nullptr : builder.build(*text.root, true, 0);
  const auto count = static_cast<std::uint32_t>(text.term_count);
  query->terms = arena.array<QueryTerm>(std::size_t{count} + builder.leaves());
  if (query->terms == nullptr || (tree == nullptr && text.root != nullptr)) {
    return false;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto& term = text.terms[i];
    query->terms[i] = term_of(term.lexeme, term.is_prefix, term.count);
  }
  query->count = sort_terms(query->terms, count);
  // Terms of the tree that do not score follow.
  std::uint32_t all = query->count;
  for (std::uint32_t i = 0; i < builder.leaves(); ++i) {
    const QueryTerm term = term_of(builder.source(i).lexeme, builder.source(i).is_prefix, 0);
    if (number_of(*query, 0, query->count, term) == query->count) {
      query->terms[all++] = term;
    }
  }
  query->all = query->count + sort_terms(query->terms + query->count, all - query->count);
  for (std::uint32_t i = 0; i < builder.leaves(); ++i) {
    const QueryTerm term = term_of(builder.source(i).lexeme, builder.source(i).is_prefix, 0);
    builder.leaf(i)->term = number_of(*query, term);
  }
  for (std::uint32_t i = 0; i < query->all; ++i) {
    query->has_prefix = query->has_prefix || query->terms[i].is_prefix;
  }
  query->needs_recheck = text.needs_recheck || builder.is_cut();
  query->tree = tree == nullptr ? &kNoDocument : is_any(query, *tree) ? nullptr : tree;
  return true;
}

std::uint32_t number_of(const Query& query, const Term& term) {
  QueryTerm whole{};
  whole.term = term;
  return number_of(query, whole);
}

bool PrefixesOf::next_among(std::uint32_t from, std::uint32_t end, std::uint32_t* number) {
  QueryTerm last{};
  last.is_prefix = true;
  while (!is_over_) {
    last.term = rest_;
    const QueryTerm* after =
        std::upper_bound(query_.terms + from, query_.terms + end, last, is_before);
    if (after == query_.terms + from) {
      return false;
    }
    const QueryTerm& nearest = after[-1];
    rest_.length = common_prefix(nearest.term, rest_);
    if (rest_.length == nearest.term.length) {
      is_over_ = rest_.length == 0;
      rest_.length -= is_over_ ? 0 : 1;
      if (nearest.is_prefix) {
        *number = static_cast<std::uint32_t>(after - 1 - query_.terms);
        return true;
      }
    }
  }
  return false;
}

bool PrefixesOf::next(std::uint32_t* number) {
  if (!is_of_tree_) {
    if (next_among(0, query_.count, number)) {
      return true;
    }
    is_of_tree_ = true;
    is_over_ = false;
    rest_ = term_;
  }
  return next_among(query_.count, query_.all, number);
}

bool is_true(const TreeNode& node, const std::uint8_t* has) {
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      return has[node.term] != 0;
    case QueryNodeKind::kAnd:
    case QueryNodeKind::kOr: {
      const bool is_or = node.kind == QueryNodeKind::kOr;
      for (const TreeNode* part = node.first; part != nullptr; part = part->next) {
        if (is_true(*part, has) == is_or) {
          return is_or;
        }
      }
      return !is_or;
    }
    case QueryNodeKind::kNot:
      return !is_true(*node.first, has);
    case QueryNodeKind::kAll:
      return true;
    case QueryNodeKind::kNone:
      break;
  }
  return false;
}

double share_of_matches(const Query& query) {
  if (query.tree != nullptr) {
    return share_of(query, *query.tree);
  }
  double none = 1;
  for (std::uint32_t i = 0; i < query.count; ++i) {
    none *= 1 - share_of(query, {QueryNodeKind::kTerm, i, nullptr, nullptr});
  }
  return 1 - none;
}

void set_weights(Query* query, const Bm25& bm25, const TextStatistics& statistics) {
  query->statistics = statistics;
  query->bm25 = bm25;
  for (std::uint32_t i = 0; i < query->all; ++i) {
    QueryTerm& term = query->terms[i];
    term.df = term.is_prefix ? std::min(term.df, statistics.documents) : term.df;
  }
  const auto weight_of = [&](const QueryTerm& term) {
    return term.count * term_weight(bm25, statistics.documents, term.df);
  };
  double sum = 0;
  for (std::uint32_t i = 0; i < query->count; ++i) {
    sum += weight_of(query->terms[i]);
  }
  query->unit = sum > 0 ? sum / kWeightSum : 1;
  for (std::uint32_t i = 0; i < query->count; ++i) {
    QueryTerm& term = query->terms[i];
    term.weight = static_cast<float>(weight_of(term) / query->unit);
  }
  query->norms.set(bm25, statistics.average());
}

}  // namespace vecext::text

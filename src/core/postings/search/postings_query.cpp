#include "core/postings/search/postings_query.h"

namespace vecext::postings {

namespace {

/// Returns the number of a term among the terms [from, end) of a query, or `end` if it is not among
/// them.
std::uint32_t number_of(const Query& query, std::uint32_t from, std::uint32_t end,
                        const QueryTerm& term) {
  const QueryTerm* found = std::lower_bound(query.terms + from, query.terms + end, term, is_before);
  const bool is_there = found != query.terms + end && !is_before(term, *found);
  return is_there ? static_cast<std::uint32_t>(found - query.terms) : end;
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

std::uint32_t number_of(const Query& query, const QueryTerm& term) {
  const std::uint32_t number = number_of(query, 0, query.count, term);
  return number < query.count ? number : number_of(query, query.count, query.all, term);
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
    none *= 1 - share_of(query, {.kind = QueryNodeKind::kTerm, .term = i});
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

}  // namespace vecext::postings

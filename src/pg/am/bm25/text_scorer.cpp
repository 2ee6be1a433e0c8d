#include "pg/am/bm25/text_scorer.h"

#include <algorithm>

#include "core/text/search/search.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/bm25/text_cache.h"
#include "pg/am/common/access_method.h"
#include "pg/text/query.h"

extern "C" {
#include "access/genam.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Adds the number of documents that have each term, and the statistics of an index.
void count_terms(Relation index, text::Query* query, text::TextStatistics* statistics) {
  auto* before = static_cast<uint64*>(palloc((query->count + 1) * sizeof(uint64)));
  for (uint32 i = 0; i < query->count; ++i) {
    before[i] = query->terms[i].df;
  }
  with_current(index, cached_text, [&](CachedText* cached) -> Status {
    for (uint32 i = 0; i < query->count; ++i) {
      query->terms[i].df = before[i];
    }
    BufferStore store(index, &cached->buffers);
    return text::count_terms(store, cached->model, true, context_arena(CurrentMemoryContext), query,
                             statistics);
  });
}

/// An index with pages: itself, or a partition of a partitioned one. Null if there is none.
Relation leaf_of(Relation index) {
  if (index->rd_rel->relkind == RELKIND_INDEX) {
    return index;
  }
  const ListCell* cell;
  foreach (cell, find_all_inheritors(RelationGetRelid(index), AccessShareLock, nullptr)) {
    if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_INDEX) {
      return index_open(lfirst_oid(cell), AccessShareLock);
    }
  }
  return nullptr;
}

TextOptions options_by_relation(Relation index) {
  return {.config = config_named(bm25_config_name(index)), .bigrams = has_cjk_bigrams(index)};
}

/// Adds up the statistics of all partitions.
void count_in_partitions(Relation index, text::Query* query, text::TextStatistics* statistics) {
  const ListCell* cell;
  foreach (cell, find_all_inheritors(RelationGetRelid(index), AccessShareLock, nullptr)) {
    if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_INDEX) {
      const Relation leaf = index_open(lfirst_oid(cell), AccessShareLock);
      count_terms(leaf, query, statistics);
      index_close(leaf, AccessShareLock);
    }
  }
}

/// A document's lexemes in the order of their bytes.
struct SortedLexemes {
  const std::string_view* begin;
  const std::string_view* end;

  bool has(std::string_view lexeme) const { return std::binary_search(begin, end, lexeme); }
};

SortedLexemes sort_lexemes(const DocumentTerms& terms) {
  const auto count = static_cast<Size>(terms.count);
  auto* sorted = static_cast<std::string_view*>(
      palloc_extended((count + 1) * sizeof(std::string_view), MCXT_ALLOC_HUGE));
  for (Size i = 0; i < count; ++i) {
    sorted[i] = terms.at[i].lexeme;
  }
  std::sort(sorted, sorted + count);
  return {sorted, sorted + count};
}

bool is_true(const QueryNode& node, const SortedLexemes& lexemes) {
  check_stack_depth();
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      return lexemes.has(node.lexeme);
    case QueryNodeKind::kAnd:
      return is_true(*node.left, lexemes) && is_true(*node.right, lexemes);
    case QueryNodeKind::kOr:
      return is_true(*node.left, lexemes) || is_true(*node.right, lexemes);
    case QueryNodeKind::kNot:
      return !is_true(*node.left, lexemes);
    case QueryNodeKind::kAll:
      return true;
    case QueryNodeKind::kNone:
      break;
  }
  return false;
}

bool is_true_of(const TextScorer& scorer, const DocumentTerms& terms) {
  const QueryNode* root = scorer.parsed.query.root;
  return root != nullptr && is_true(*root, sort_lexemes(terms));
}

/// True if the tree is an OR of terms that score.
bool is_plain(const QueryNode* node) {
  check_stack_depth();
  return node == nullptr || node->kind == QueryNodeKind::kTerm ||
         node->kind == QueryNodeKind::kNone ||
         (node->kind == QueryNodeKind::kOr && is_plain(node->left) && is_plain(node->right));
}

bool has_prefix(const QueryNode* node) {
  check_stack_depth();
  if (node == nullptr) {
    return false;
  }
  const bool has_right = node->kind == QueryNodeKind::kAnd || node->kind == QueryNodeKind::kOr;
  return (node->kind == QueryNodeKind::kTerm && node->is_prefix) ||
         (has_right && (has_prefix(node->left) || has_prefix(node->right))) ||
         (node->kind == QueryNodeKind::kNot && has_prefix(node->left));
}

/// Raises an error for what neither the index nor the scorer can tell.
void check_supported(const TextQuery& query) {
  if (has_prefix(query.root)) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("bm25 indexes cannot look up prefixes yet"),
                    errhint("Use to_tsvector(…) @@ query for them.")));
  }
  if (query.needs_recheck) {
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
             errmsg("bm25 indexes cannot look up phrases or labels yet"),
             errhint("Add to_tsvector(…) @@ query as a condition, and order by its words.")));
  }
}

/// Calls visit(number of the query's term, count) for each of its terms that the value has.
template <class Visit>
void each_match(const TextScorer& scorer, const DocumentTerms& terms, const Visit& visit) {
  const text::QueryTerm* begin = scorer.query.terms;
  const text::QueryTerm* end = begin + scorer.query.count;
  for (int64 i = 0; i < terms.count; ++i) {
    const std::string_view lexeme = terms.at[i].lexeme;
    const text::Term term{lexeme.data(), static_cast<uint32>(lexeme.size())};
    const text::QueryTerm* found = std::lower_bound(
        begin, end, term,
        [](const text::QueryTerm& a, const text::Term& b) { return compare(a.term, b) < 0; });
    if (found != end && compare(found->term, term) == 0) {
      visit(*found, terms.at[i].count);
    }
  }
}

}  // namespace

TextOptions text_options_of(Relation index) {
  if (index->rd_rel->relkind != RELKIND_INDEX) {
    return options_by_relation(index);
  }
  const CachedText* cached = cached_text(index);
  return {.config = config_named(cached->model.meta.config_name),
          .bigrams = cached->model.meta.cjk != 0};
}

ParsedQuery parse_query(Relation index, const Bm25Query& query) {
  const TextOptions options = text_options_of(index);
  ParsedQuery parsed{};
  parsed.query = query.is_tsquery != 0 ? query_of_tsquery(query.tsquery(), options.bigrams)
                                       : query_of_words(options, query.words());
  check_supported(parsed.query);
  parsed.is_tree = !is_plain(parsed.query.root);
  int64 count = 0;
  for (int64 i = 0; i < parsed.query.term_count; ++i) {
    count += parsed.query.terms[i].weight;
  }
  parsed.terms =
      static_cast<text::Term*>(palloc(sizeof(text::Term) * static_cast<Size>(count + 1)));
  for (int64 i = 0; i < parsed.query.term_count; ++i) {
    const QueryTerm& term = parsed.query.terms[i];
    for (uint32 j = 0; j < term.weight; ++j) {
      parsed.terms[parsed.count++] = {term.lexeme.data(), static_cast<uint32>(term.lexeme.size())};
    }
  }
  return parsed;
}

void prepare_scorer(Relation index, const Bm25Query* query, TextScorer* scorer) {
  *scorer = {};
  scorer->kind = text_kind_of(index);
  const Relation leaf = leaf_of(index);
  if (leaf == nullptr) {
    return;  // without partitions there are no rows
  }
  scorer->options = text_options_of(leaf);
  if (query != nullptr) {
    scorer->parsed = parse_query(leaf, *query);
  }
  check_memory(make_query(scorer->parsed.terms, scorer->parsed.count,
                          context_arena(CurrentMemoryContext), &scorer->query));
  text::TextStatistics statistics;
  if (leaf == index) {
    count_terms(index, &scorer->query, &statistics);
  } else {
    index_close(leaf, AccessShareLock);
    count_in_partitions(index, &scorer->query, &statistics);
  }
  set_weights(&scorer->query, bm25_parameters(index), statistics);
}

double text_distance(const TextScorer& scorer, TextKind kind, Datum value) {
  if (scorer.query.count == 0) {
    return 0;
  }
  const DocumentTerms terms = terms_of_value(kind, scorer.options, value);
  if (scorer.parsed.is_tree && !is_true_of(scorer, terms)) {
    return 0;
  }
  const auto length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX)));
  const uint8 code = text::length_code(length);
  int64 units = 0;
  each_match(scorer, terms, [&](const text::QueryTerm& term, uint32 count) {
    const uint32 extra = Min(count, text::kMostFrequency) - 1;
    units += units_of(term.weight, scorer.query.norms, code, extra);
  });
  return -scorer.query.unit * static_cast<double>(units);
}

bool text_matches(const TextScorer& scorer, TextKind kind, Datum value) {
  return scorer.parsed.query.root != nullptr &&
         is_true_of(scorer, terms_of_value(kind, scorer.options, value));
}

}  // namespace vecext::pg

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
    const Arena arena = context_arena(CurrentMemoryContext);
    BufferStore store(index, &cached->buffers);
    const text::Model& model = cached->model;
    auto* entries =
        arena.array<text::TermEntry>(std::size_t{model.meta.segments} * query->count + 1);
    text::PendingScan pending(query, arena);
    if (entries == nullptr || !pending.begin()) {
      return {.code = StatusCode::kOutOfMemory};
    }
    text::SearchCounts counts;
    Status status = check_current(store, model);
    if (status.ok()) {
      status = scan_pending(store, model, &pending, &counts);
    }
    if (status.ok()) {
      status = find_terms(store, model, query, entries);
    }
    if (status.ok()) {
      const text::TextStatistics sum = model.statistics();
      statistics->documents += sum.documents + pending.statistics().documents;
      statistics->tokens += sum.tokens + pending.statistics().tokens;
    }
    return status;
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

double distance_of(const ValueDistance* self, Datum value) {
  return text_distance(*static_cast<const TextScorer*>(self), value);
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
  int64 count = 0;
  for (int64 i = 0; i < parsed.query.term_count; ++i) {
    count += parsed.query.terms[i].weight;
    if (parsed.query.terms[i].is_prefix) {
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("bm25 indexes cannot look up prefixes yet")));
    }
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
  scorer->of = distance_of;
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

double text_distance(const TextScorer& scorer, Datum value) {
  if (scorer.query.count == 0) {
    return 0;
  }
  const DocumentTerms terms = terms_of_value(scorer.kind, scorer.options, value);
  const auto length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX)));
  const uint8 code = text::length_code(length);
  int64 units = 0;
  each_match(scorer, terms, [&](const text::QueryTerm& term, uint32 count) {
    const uint32 extra = Min(count, text::kMostFrequency) - 1;
    units += units_of(term, scorer.query.norms, code, extra);
  });
  return -scorer.query.unit * static_cast<double>(units);
}

bool text_matches(const TextScorer& scorer, Datum value) {
  if (scorer.query.count == 0) {
    return false;
  }
  const DocumentTerms terms = terms_of_value(scorer.kind, scorer.options, value);
  bool matches = false;
  each_match(scorer, terms, [&](const text::QueryTerm&, uint32) { matches = true; });
  return matches;
}

}  // namespace vecext::pg

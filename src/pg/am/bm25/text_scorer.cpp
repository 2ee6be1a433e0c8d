#include "pg/am/bm25/text_scorer.h"

#include <algorithm>

#include "core/postings/search/prepare.h"
#include "pg/am/bm25/bm25_options.h"
#include "pg/am/postings/cached_postings.h"
#include "pg/am/common/access_method.h"
#include "pg/am/common/has_pages.h"
#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/text/text_query.h"

extern "C" {
#include "access/relation.h"
#include "catalog/index.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Adds the number of documents that have each term to the query, and the statistics of an index to
/// `statistics`.
void count_terms(Relation index, bool with_pending, postings::Query* query,
                 postings::TextStatistics* statistics) {
  with_current(index, cached_postings, [&](CachedPostings* cached) -> Status {
    BufferStore store(index, &cached->buffers);
    return postings::count_terms(store, cached->model, with_pending,
                                 context_arena(CurrentMemoryContext), query, statistics);
  });
}

/// Calls visit(Relation) for an index whose table it locks meanwhile, if both still exist and this
/// server has pages of the index. Returns what visit() returns, or true if visit() was not called.
/// The locks are released afterwards: if a transaction kept the lock of an index whose table its
/// query does not lock, it could be in a deadlock with a transaction that locks the table first.
template <class Visit>
bool visit_locked(Oid oid, const Visit& visit) {
  const Oid table = IndexGetRelation(oid, true);
  if (!OidIsValid(table)) {
    return true;
  }
  bool goes_on = true;
  LockRelationOid(table, AccessShareLock);
  const Relation leaf = try_relation_open(oid, AccessShareLock);
  if (leaf != nullptr) {
    goes_on = !has_pages(leaf) || visit(leaf);
    relation_close(leaf, AccessShareLock);
  }
  UnlockRelationOid(table, AccessShareLock);
  return goes_on;
}

/// Calls visit(Relation) for each index with pages, until visit() returns false: for the index
/// itself, or for the partitions of a partitioned index.
template <class Visit>
void each_leaf(Relation index, const Visit& visit) {
  if (index->rd_rel->relkind == RELKIND_INDEX) {
    visit(index);
    return;
  }
  for (const Oid leaf : oids_of(find_all_inheritors(RelationGetRelid(index), NoLock, nullptr))) {
    if (get_rel_relkind(leaf) == RELKIND_INDEX && !visit_locked(leaf, visit)) {
      return;
    }
  }
}

/// The positions of a query's prefixes among its terms.
struct Prefixes {
  uint32* at;
  uint32 count;
};

Prefixes prefixes_of(const postings::Query& query) {
  if (!query.has_prefix) {
    return {};
  }
  Prefixes found{palloc_array<uint32>(query.all), 0};
  for (uint32 i = 0; i < query.all; ++i) {
    if (query.terms[i].is_prefix) {
      found.at[found.count++] = i;
    }
  }
  return found;
}

/// How often a value has each of a query's terms.
struct Frequencies {
  uint32* of;
  uint8* has;  // 1 where the frequency is not 0
};

/// Adds `count` occurrences of the lexeme `term` to the frequencies of the exact terms of the query
/// that are equal to it. Only terms from number `first` on and before `end` are looked at.
void add_exact(const postings::Query& query, uint32 first, uint32 end, const postings::Term& term,
               uint32 count, const Frequencies& to) {
  const postings::QueryTerm* last = query.terms + end;
  const postings::QueryTerm* found = std::lower_bound(
      static_cast<const postings::QueryTerm*>(query.terms + first), last, term,
      [](const postings::QueryTerm& a, const postings::Term& b) { return compare(a.term, b) < 0; });
  if (found != last && !found->is_prefix && compare(found->term, term) == 0) {
    to.of[found - query.terms] += count;
  }
}

Frequencies count_in(const postings::Query& query, const postings::DocumentTerms& terms) {
  const Frequencies found{palloc0_array<uint32>(query.all + 1),
                          palloc0_array<uint8>(query.all + 1)};
  const Prefixes prefixes = prefixes_of(query);
  for (int64 i = 0; i < terms.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const postings::DocumentTerm& document = terms.at[i];
    const postings::Term& term = document.term;
    add_exact(query, 0, query.count, term, document.count, found);
    add_exact(query, query.count, query.all, term, document.count, found);
    for (uint32 j = 0; j < prefixes.count; ++j) {
      const uint32 prefix = prefixes.at[j];
      found.of[prefix] += is_of(term, query.terms[prefix]) ? document.count : 0;
    }
  }
  for (uint32 j = 0; j < query.all; ++j) {
    found.has[j] = found.of[j] > 0 ? 1 : 0;
  }
  return found;
}

bool is_true_of(const postings::Query& query, const Frequencies& found) {
  return query.tree != nullptr
             ? is_true(*query.tree, found.has)
             : std::find(found.has, found.has + query.count, 1) != found.has + query.count;
}

/// True if each document for which the node is true has a term that scores.
bool scores_all(const postings::Query& query, const postings::TreeNode& node) {
  switch (node.kind) {
    case postings::QueryNodeKind::kTerm:
      return node.term < query.count;
    case postings::QueryNodeKind::kAnd:
    case postings::QueryNodeKind::kOr: {
      const bool is_and = node.kind == postings::QueryNodeKind::kAnd;
      for (const postings::TreeNode* part = node.first; part != nullptr; part = part->next) {
        if (scores_all(query, *part) == is_and) {
          return is_and;
        }
      }
      return !is_and;
    }
    case postings::QueryNodeKind::kNone:
      return true;
    default:
      return false;
  }
}

Bigrams bigrams_of(const TextMeta& meta) {
  if (!meta.has(kReadsBigrams)) {
    return Bigrams::kNone;
  }
  return meta.has(kHasLastCharacters) ? Bigrams::kPairsAndLast : Bigrams::kPairs;
}

Oid config_of(Relation index, const TextMeta& meta, bool missing_ok) {
  const Oid config = find_text_config(meta.config_name);
  if (!OidIsValid(config) && !missing_ok) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_OBJECT),
             errmsg("text search configuration \"%s\" of index \"%s\" does not exist",
                    meta.config_name, RelationGetRelationName(index)),
             errhint("Set its option text_config to another one, and rebuild it with REINDEX, "
                     "or drop it.")));
  }
  return config;
}

}  // namespace

TextOptions text_options_of(Relation index, bool missing_ok) {
  if (index->rd_rel->relkind == RELKIND_PARTITIONED_INDEX) {
    const char* name = bm25_config_name(index);
    TextOptions options{.config = name == nullptr ? InvalidOid : find_text_config(name),
                        .bigrams = built_bigrams(index)};
    if (!OidIsValid(options.config)) {
      each_leaf(index, [&](Relation leaf) {
        options = text_options_of(leaf, missing_ok);
        return false;
      });
    }
    return options;
  }
  require_pages(index);
  const TextMeta& meta = cached_postings(index)->model.meta;
  return {.config = config_of(index, meta, missing_ok), .bigrams = bigrams_of(meta)};
}

TextScorer read_query_by(Relation index, const Bm25Query& query) {
  TextScorer scorer{};
  scorer.kind = text_kind_of(index);
  scorer.options = text_options_of(index, false);
  if (!OidIsValid(scorer.options.config)) {
    return scorer;  // the index is partitioned and has no partitions, so there are no rows
  }
  scorer.query = query.is_tsquery != 0 ? query_of_tsquery(query.tsquery(), scorer.options.bigrams)
                                       : query_of_words(scorer.options, query.words());
  if (scorer.query.needs_recheck) {
    scorer.recheck = prepare_check(query.tsquery(), scorer.options);
  }
  return scorer;
}

TextScorer prepare_scorer(Relation index, const Bm25Query& query) {
  TextScorer scorer = read_query_by(index, query);
  postings::TextStatistics statistics;
  each_leaf(index, [&](Relation leaf) {
    count_terms(leaf, true, &scorer.query, &statistics);
    return true;
  });
  set_weights(&scorer.query, bm25_parameters(index), statistics);
  return scorer;
}

double mean_words(Relation index) {
  double words = 0;
  each_leaf(index, [&words](Relation leaf) {
    if (!has_pages(leaf)) {
      return true;
    }
    const postings::TextStatistics sum = cached_postings(leaf)->model.statistics();
    words = sum.documents > 0 ? static_cast<double>(sum.tokens) / static_cast<double>(sum.documents)
                              : 0;
    return words == 0;
  });
  return words;
}

double estimate_share(Relation index, const Bm25Query& query) {
  TextScorer scorer = read_query_by(index, query);
  postings::TextStatistics statistics;
  each_leaf(index, [&](Relation leaf) {
    count_terms(leaf, false, &scorer.query, &statistics);
    return true;
  });
  set_weights(&scorer.query, bm25_parameters(index), statistics);
  // The dictionary does not tell where in a document the words of a phrase lie, so half of the rows
  // are assumed to pass the recheck.
  constexpr double kShareThatPasses = 0.5;
  return share_of_matches(scorer.query) * (scorer.recheck == nullptr ? 1 : kShareThatPasses);
}

bool scores_all_matches(const postings::Query& query) {
  return query.tree == nullptr || scores_all(query, *query.tree);
}

double text_distance(const TextScorer& scorer, TextKind kind, Datum value) {
  const postings::Query& query = scorer.query;
  if (query.count == 0) {
    return 0;
  }
  const postings::DocumentTerms terms = terms_of_value(kind, scorer.options, value);
  const auto length = static_cast<uint32>(Min(terms.length, static_cast<int64>(PG_INT32_MAX)));
  const Frequencies found = count_in(query, terms);
  if (!is_true_of(query, found)) {
    return 0;
  }
  const uint8 code = postings::length_code(length);
  int64 units = 0;
  for (uint32 i = 0; i < query.count; ++i) {
    if (found.of[i] > 0) {
      const uint32 extra = Min(found.of[i], postings::kMostFrequency) - 1;
      units += units_of(query.terms[i].weight, query.norms, code, extra);
    }
  }
  return units > 0 && passes_recheck(scorer, kind, value) ? -query.unit * static_cast<double>(units)
                                                          : 0;
}

bool text_matches(const TextScorer& scorer, TextKind kind, Datum value) {
  return is_true_of(scorer.query,
                    count_in(scorer.query, terms_of_value(kind, scorer.options, value))) &&
         passes_recheck(scorer, kind, value);
}

bool passes_recheck(const TextScorer& scorer, TextKind kind, Datum value) {
  return scorer.recheck == nullptr || is_tsquery_true(*scorer.recheck, kind, scorer.options, value);
}

}  // namespace vecext::pg

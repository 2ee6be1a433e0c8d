#include "pg/text/text_query.h"

#include "core/postings/search/query_builder.h"
#include "pg/sys/error.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/text/token_cache.h"

namespace vecext::pg {

namespace {

/// What is known of a part of a tsquery by the operators around it.
struct Place {
  bool is_upper;  // see query_builder.h
  bool is_negated;
  bool in_phrase;
};

/// Reads a tsquery. Its items are in prefix order: an operator, its right part, its left part. It
/// does not use recursion, since a chain of the same operator may be as deep as the tsquery is
/// long.
struct TsqueryReader {
  const QueryItem* items;
  int32 count;
  const char* operands;
  Bigrams bigrams;
  postings::QueryBuilder* builder;

  postings::TreeNode* read();
  Place* places();
  postings::TreeNode* leaf(const QueryOperand& word, const Place& place);
  postings::TreeNode* all_bigrams(std::string_view lexeme, bool is_prefix, const Place& place);
};

/// True if a lexeme is looked up as a prefix: it is a single Han, Kana or Hangul character, and the
/// documents have bigrams.
bool is_single(std::string_view lexeme, Bigrams documents) {
  if (documents == Bigrams::kNone || !is_one_cjk(lexeme)) {
    return false;
  }
  if (documents == Bigrams::kPairs) {
    ereport(ERROR,
            (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
             errmsg("the bm25 index does not have single characters of bigrams"),
             errdetail("It was built by an earlier version of vecext."),
             errhint("Rebuild the index with REINDEX, or search for two characters or more.")));
  }
  return true;
}

/// Returns a node that is true if a document has all bigrams of a lexeme. If the lexeme is a
/// prefix, its last bigram is one.
postings::TreeNode* TsqueryReader::all_bigrams(std::string_view lexeme, bool is_prefix,
                                               const Place& place) {
  TextRuns runs(with_bigrams(lexeme, Bigrams::kPairs));
  TextRun run;
  postings::TreeNode* tree = builder->all();
  bool is_there = runs.next(&run);
  while (is_there) {
    const std::string_view bigram = run.bytes;
    is_there = runs.next(&run);
    const bool is_beginning = is_single(bigram, bigrams) || (is_prefix && !is_there);
    tree =
        builder->both(tree, builder->term(bigram, is_beginning, place.is_negated), place.is_upper);
  }
  return tree;
}

postings::TreeNode* TsqueryReader::leaf(const QueryOperand& word, const Place& place) {
  if (word.weight != 0) {
    builder->set_needs_recheck();
    if (!place.is_upper) {
      return builder->none();
    }
  }
  const std::string_view lexeme{operands + word.distance, word.length};
  return bigrams != Bigrams::kNone && has_cjk(lexeme)
             ? all_bigrams(lexeme, word.prefix, place)
             : builder->term(lexeme, word.prefix, place.is_negated);
}

/// Returns the place of each item. The places of the parts of an operator follow from the place of
/// the operator.
Place* TsqueryReader::places() {
  auto* places = palloc_array<Place>(count);
  places[0] = {.is_upper = true, .is_negated = false, .in_phrase = false};
  for (int32 i = 0; i < count; ++i) {
    if (items[i].type == QI_VAL) {
      continue;
    }
    const QueryOperator& op = items[i].qoperator;
    Place parts = places[i];
    if (op.oper == OP_NOT) {
      parts.is_upper = !parts.is_upper;
      parts.is_negated = true;
    } else if (op.oper == OP_PHRASE) {
      builder->set_needs_recheck();
      parts.in_phrase = true;
    }
    places[i + 1] = parts;
    if (op.oper != OP_NOT) {
      places[i + op.left] = parts;
    }
  }
  return places;
}

postings::TreeNode* TsqueryReader::read() {
  const Place* place = places();
  GrowingArray<postings::TreeNode*>
      parts{};  // parts whose operators come later; an operator's left part lies below the right
  for (int32 i = count - 1; i >= 0; --i) {
    CHECK_FOR_INTERRUPTS();
    if (items[i].type == QI_VAL) {
      parts.push(leaf(items[i].qoperand, place[i]), CurrentMemoryContext);
      continue;
    }
    const bool is_upper = place[i].is_upper;
    postings::TreeNode* right = parts.at[--parts.count];
    postings::TreeNode* joined;
    switch (items[i].qoperator.oper) {
      case OP_NOT:
        // Within a phrase, a negation says what must not stand beside the other parts, so it
        // excludes no document.
        joined = place[i].in_phrase ? builder->all() : builder->negation(right, is_upper);
        break;
      case OP_AND:
        joined = builder->both(parts.at[--parts.count], right, is_upper);
        break;
      case OP_OR:
        joined = builder->either(parts.at[--parts.count], right, is_upper);
        break;
      default:
        joined = builder->both(parts.at[--parts.count], right, is_upper);
        joined = is_upper ? joined : builder->none();
        break;
    }
    parts.push(joined, CurrentMemoryContext);
  }
  return parts.at[0];
}

struct Word {
  std::string_view lexeme;
  bool is_prefix;
};

postings::Query finished(postings::QueryBuilder* builder, postings::TreeNode* root) {
  postings::Query query;
  check_memory(builder->finish(root, &query));
  return query;
}

}  // namespace

postings::Query query_of_words(const TextOptions& options, std::string_view words) {
  GrowingArray<Word> found{};
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext query", ALLOCSET_DEFAULT_SIZES);
  TextOptions of_query = options;
  if (of_query.bigrams != Bigrams::kNone) {
    of_query.bigrams = Bigrams::kPairs;
  }
  // A dictionary of edge n-grams makes all beginnings of a word. The query looks up only the
  // longest of them.
  const bool is_longest_only = token_cache(options)->traits.has_edge_grams;
  uint16 position = 0;
  parse_in_parts(of_query, words, scratch, [&](const ParsedWord& word) {
    const bool is_of_last = position == word.pos.pos && position < MAXENTRYPOS - 1;
    position = word.pos.pos;
    if (is_longest_only && is_of_last && found.count > 0) {
      --found.count;
    }
    const std::string_view lexeme{pnstrdup(word.word, word.len), word.len};
    found.push({.lexeme = lexeme,
                .is_prefix = is_single(lexeme, options.bigrams) || (word.flags & TSL_PREFIX) != 0},
               CurrentMemoryContext);
  });
  MemoryContextDelete(scratch);
  postings::QueryBuilder builder(context_arena(CurrentMemoryContext));
  for (int64 i = 0; i < found.count; ++i) {
    builder.term(found.at[i].lexeme, found.at[i].is_prefix, false);
  }
  return finished(&builder, nullptr);
}

postings::Query query_of_tsquery(TSQuery query, Bigrams bigrams) {
  postings::QueryBuilder builder(context_arena(CurrentMemoryContext));
  if (query->size == 0) {
    return finished(&builder, nullptr);
  }
  TsqueryReader reader{.items = GETQUERY(query),
                       .count = query->size,
                       .operands = GETOPERAND(query),
                       .bigrams = bigrams,
                       .builder = &builder};
  return finished(&builder, reader.read());
}

}  // namespace vecext::pg

#include "pg/text/query.h"

#include <algorithm>

#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/text/token_cache.h"

namespace vecext::pg {

namespace {

constexpr QueryNode kAll{.kind = QueryNodeKind::kAll};
constexpr QueryNode kNone{.kind = QueryNodeKind::kNone};

const QueryNode* new_node(QueryNodeKind kind, const QueryNode* left, const QueryNode* right) {
  auto* node = palloc0_object<QueryNode>();
  node->kind = kind;
  node->left = left;
  node->right = right;
  return node;
}

const QueryNode* new_term(std::string_view lexeme, bool is_prefix) {
  auto* node = palloc0_object<QueryNode>();
  node->kind = QueryNodeKind::kTerm;
  node->lexeme = lexeme;
  node->is_prefix = is_prefix;
  return node;
}

const QueryNode* both(const QueryNode* left, const QueryNode* right) {
  if (left->kind == QueryNodeKind::kNone || right->kind == QueryNodeKind::kAll) {
    return left;
  }
  if (right->kind == QueryNodeKind::kNone || left->kind == QueryNodeKind::kAll) {
    return right;
  }
  return new_node(QueryNodeKind::kAnd, left, right);
}

const QueryNode* either(const QueryNode* left, const QueryNode* right) {
  if (left->kind == QueryNodeKind::kAll || right->kind == QueryNodeKind::kNone) {
    return left;
  }
  if (right->kind == QueryNodeKind::kAll || left->kind == QueryNodeKind::kNone) {
    return right;
  }
  return new_node(QueryNodeKind::kOr, left, right);
}

const QueryNode* negation(const QueryNode* node) {
  switch (node->kind) {
    case QueryNodeKind::kAll:
      return &kNone;
    case QueryNodeKind::kNone:
      return &kAll;
    default:
      return new_node(QueryNodeKind::kNot, node, nullptr);
  }
}

/// What holds for a part of a tsquery by the parts that it lies in. `is_upper`: its tree is to be
/// true of every document that the part is true of; else of no other documents.
struct Place {
  bool is_upper;
  bool in_phrase;
};

/// Builds a tree from a tsquery, whose items lie in prefix order: an operator, its right part, its
/// left part. Without recursion, as a chain of an operator is as deep as it is long.
struct TreeBuilder {
  const QueryItem* items;
  int32 count;
  const char* operands;
  Bigrams bigrams;
  bool needs_recheck;

  const QueryNode* build();
  Place* places();
  const QueryNode* leaf(const QueryOperand& word, bool is_upper);
};

/// True if a lexeme is looked for as a prefix since it is a single character of a script that
/// documents have bigrams of.
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

/// All bigrams of a lexeme, the last of them as a prefix if the lexeme is one.
const QueryNode* all_bigrams(std::string_view lexeme, bool is_prefix, Bigrams documents) {
  TextRuns runs(with_bigrams(lexeme, Bigrams::kPairs));
  TextRun run;
  if (!runs.next(&run)) {
    return &kAll;
  }
  const QueryNode* tree = &kAll;
  std::string_view last = run.bytes;
  while (runs.next(&run)) {
    tree = both(tree, new_term(last, is_single(last, documents)));
    last = run.bytes;
  }
  return both(tree, new_term(last, is_single(last, documents) || is_prefix));
}

const QueryNode* TreeBuilder::leaf(const QueryOperand& word, bool is_upper) {
  if (word.weight != 0) {
    needs_recheck = true;
    if (!is_upper) {
      return &kNone;
    }
  }
  const std::string_view lexeme{operands + word.distance, word.length};
  return bigrams != Bigrams::kNone && has_cjk(lexeme) ? all_bigrams(lexeme, word.prefix, bigrams)
                                                      : new_term(lexeme, word.prefix);
}

/// The places of all items, those of an operator's parts by its own.
Place* TreeBuilder::places() {
  auto* places = palloc_array<Place>(count);
  places[0] = {.is_upper = true, .in_phrase = false};
  for (int32 i = 0; i < count; ++i) {
    if (items[i].type == QI_VAL) {
      continue;
    }
    const QueryOperator& op = items[i].qoperator;
    Place parts = places[i];
    if (op.oper == OP_NOT) {
      parts.is_upper = !parts.is_upper;
    } else if (op.oper == OP_PHRASE) {
      needs_recheck = true;
      parts.in_phrase = true;
    }
    places[i + 1] = parts;
    if (op.oper != OP_NOT) {
      places[i + op.left] = parts;
    }
  }
  return places;
}

const QueryNode* TreeBuilder::build() {
  const Place* place = places();
  GrowingArray<const QueryNode*> parts{};  // of operators to come, the left one below the right one
  for (int32 i = count - 1; i >= 0; --i) {
    CHECK_FOR_INTERRUPTS();
    if (items[i].type == QI_VAL) {
      parts.push(leaf(items[i].qoperand, place[i].is_upper), CurrentMemoryContext);
      continue;
    }
    const QueryNode* right = parts.at[--parts.count];
    const QueryNode* joined;
    switch (items[i].qoperator.oper) {
      case OP_NOT:
        // Within a phrase, it says what is not beside the rest.
        joined = place[i].in_phrase ? &kAll : negation(right);
        break;
      case OP_AND:
        joined = both(parts.at[--parts.count], right);
        break;
      case OP_OR:
        joined = either(parts.at[--parts.count], right);
        break;
      default:
        joined = both(parts.at[--parts.count], right);
        joined = place[i].is_upper ? joined : &kNone;
        break;
    }
    parts.push(joined, CurrentMemoryContext);
  }
  return parts.at[0];
}

using Terms = GrowingArray<QueryWord>;

/// Adds the terms of a tree that are not negated.
void collect(const QueryNode* root, Terms* terms) {
  GrowingArray<const QueryNode*> left{};
  left.push(root, CurrentMemoryContext);
  while (left.count > 0) {
    CHECK_FOR_INTERRUPTS();
    const QueryNode& node = *left.at[--left.count];
    if (node.kind == QueryNodeKind::kTerm) {
      terms->push({.lexeme = node.lexeme, .count = 1, .is_prefix = node.is_prefix},
                  CurrentMemoryContext);
    } else if (node.kind == QueryNodeKind::kAnd || node.kind == QueryNodeKind::kOr) {
      left.push(node.left, CurrentMemoryContext);
      left.push(node.right, CurrentMemoryContext);
    }
  }
}

/// Sorts the terms, and makes equal ones one.
void merge(Terms* terms) {
  std::sort(terms->at, terms->at + terms->count, [](const QueryWord& a, const QueryWord& b) {
    return a.lexeme != b.lexeme ? a.lexeme < b.lexeme : a.is_prefix < b.is_prefix;
  });
  int64 last = -1;
  for (int64 i = 0; i < terms->count; ++i) {
    const QueryWord term = terms->at[i];
    if (last >= 0 && terms->at[last].lexeme == term.lexeme &&
        terms->at[last].is_prefix == term.is_prefix) {
      terms->at[last].count += term.count;
    } else {
      terms->at[++last] = term;
    }
  }
  terms->count = last + 1;
}

/// A tree of the depth log n that is true if one of n > 0 terms is there.
const QueryNode* any_of(const QueryWord* terms, int64 n) {
  if (n == 1) {
    return new_term(terms->lexeme, terms->is_prefix);
  }
  return either(any_of(terms, n / 2), any_of(terms + n / 2, n - n / 2));
}

TextQuery query_of(const QueryNode* root, const Terms& terms, bool needs_recheck) {
  return {
      .root = root, .terms = terms.at, .term_count = terms.count, .needs_recheck = needs_recheck};
}

}  // namespace

TextQuery query_of_words(const TextOptions& options, std::string_view words) {
  Terms terms{};
  const MemoryContext scratch =
      AllocSetContextCreate(CurrentMemoryContext, "vecext query", ALLOCSET_DEFAULT_SIZES);
  TextOptions of_query = options;
  if (of_query.bigrams != Bigrams::kNone) {
    of_query.bigrams = Bigrams::kPairs;
  }
  // A dictionary of edge n-grams makes the beginnings of a word; the query looks for the longest.
  const bool is_longest_only = token_cache(options)->traits.has_edge_grams;
  uint16 position = 0;
  parse_in_parts(of_query, words, scratch, [&](const ParsedWord& word) {
    const bool is_of_last = position == word.pos.pos && position < MAXENTRYPOS - 1;
    position = word.pos.pos;
    if (is_longest_only && is_of_last && terms.count > 0) {
      --terms.count;
    }
    const std::string_view lexeme{pnstrdup(word.word, word.len), word.len};
    terms.push({.lexeme = lexeme,
                .count = 1,
                .is_prefix = is_single(lexeme, options.bigrams) || (word.flags & TSL_PREFIX) != 0},
               CurrentMemoryContext);
  });
  MemoryContextDelete(scratch);
  merge(&terms);
  return query_of(terms.count == 0 ? nullptr : any_of(terms.at, terms.count), terms, false);
}

TextQuery query_of_tsquery(TSQuery query, Bigrams bigrams) {
  Terms terms{};
  if (query->size == 0) {
    return query_of(nullptr, terms, false);
  }
  TreeBuilder builder{.items = GETQUERY(query),
                      .count = query->size,
                      .operands = GETOPERAND(query),
                      .bigrams = bigrams,
                      .needs_recheck = false};
  const QueryNode* root = builder.build();
  collect(root, &terms);
  merge(&terms);
  return query_of(root, terms, builder.needs_recheck);
}

}  // namespace vecext::pg

#include "pg/text/query.h"

#include <algorithm>

#include "pg/sys/growing_array.h"

namespace vecext::pg {

namespace {

constexpr QueryNode kAll{.kind = QueryNodeKind::kAll};
constexpr QueryNode kNone{.kind = QueryNodeKind::kNone};

const QueryNode* new_node(QueryNodeKind kind, const QueryNode* left, const QueryNode* right) {
  auto* node = static_cast<QueryNode*>(palloc0(sizeof(QueryNode)));
  node->kind = kind;
  node->left = left;
  node->right = right;
  return node;
}

const QueryNode* new_term(std::string_view lexeme, bool is_prefix) {
  auto* node = static_cast<QueryNode*>(palloc0(sizeof(QueryNode)));
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

/// Builds a tree from a tsquery. `is_upper`: it is to be true of every document that the part is
/// true of; else of no other documents.
struct TreeBuilder {
  const QueryItem* items;
  const char* operands;
  bool bigrams;
  bool needs_recheck;

  const QueryNode* leaf(const QueryOperand& word, bool is_upper);
  const QueryNode* build(const QueryItem* item, bool is_upper, bool in_phrase);
};

/// All bigrams of a lexeme, the last of them as a prefix if the lexeme is one.
const QueryNode* all_bigrams(std::string_view lexeme, bool is_prefix) {
  TextRuns runs(with_bigrams(lexeme));
  TextRun run;
  if (!runs.next(&run)) {
    return &kAll;
  }
  const QueryNode* tree = &kAll;
  std::string_view last = run.bytes;
  while (runs.next(&run)) {
    tree = both(tree, new_term(last, false));
    last = run.bytes;
  }
  return both(tree, new_term(last, is_prefix));
}

const QueryNode* TreeBuilder::leaf(const QueryOperand& word, bool is_upper) {
  if (word.weight != 0) {
    needs_recheck = true;
    if (!is_upper) {
      return &kNone;
    }
  }
  const std::string_view lexeme{operands + word.distance, word.length};
  return bigrams && has_cjk(lexeme) ? all_bigrams(lexeme, word.prefix)
                                    : new_term(lexeme, word.prefix);
}

const QueryNode* TreeBuilder::build(const QueryItem* item, bool is_upper, bool in_phrase) {
  check_stack_depth();
  CHECK_FOR_INTERRUPTS();
  if (item->type == QI_VAL) {
    return leaf(item->qoperand, is_upper);
  }
  const QueryItem* right = item + 1;
  const QueryItem* left = item + item->qoperator.left;
  switch (item->qoperator.oper) {
    case OP_NOT:
      // Within a phrase, it says what is not beside the rest.
      return in_phrase ? &kAll : negation(build(right, !is_upper, false));
    case OP_AND:
      return both(build(left, is_upper, in_phrase), build(right, is_upper, in_phrase));
    case OP_OR:
      return either(build(left, is_upper, in_phrase), build(right, is_upper, in_phrase));
    default:
      needs_recheck = true;
      return is_upper ? both(build(left, true, true), build(right, true, true)) : &kNone;
  }
}

using Terms = GrowingArray<QueryTerm>;

/// Adds the terms of a tree that are not negated.
void collect(const QueryNode& node, Terms* terms) {
  check_stack_depth();
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      terms->push({.lexeme = node.lexeme, .weight = 1, .is_prefix = node.is_prefix},
                  CurrentMemoryContext);
      break;
    case QueryNodeKind::kAnd:
    case QueryNodeKind::kOr:
      collect(*node.left, terms);
      collect(*node.right, terms);
      break;
    default:
      break;
  }
}

/// Sorts the terms, and makes equal ones one.
void merge(Terms* terms) {
  std::sort(terms->at, terms->at + terms->count, [](const QueryTerm& a, const QueryTerm& b) {
    return a.lexeme != b.lexeme ? a.lexeme < b.lexeme : a.is_prefix < b.is_prefix;
  });
  int64 last = -1;
  for (int64 i = 0; i < terms->count; ++i) {
    const QueryTerm term = terms->at[i];
    if (last >= 0 && terms->at[last].lexeme == term.lexeme &&
        terms->at[last].is_prefix == term.is_prefix) {
      terms->at[last].weight += term.weight;
    } else {
      terms->at[++last] = term;
    }
  }
  terms->count = last + 1;
}

/// A tree of the depth log n that is true if one of n > 0 terms is there.
const QueryNode* any_of(const QueryTerm* terms, int64 n) {
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
  parse_in_parts(options, words, scratch, [&terms](const ParsedWord& word) {
    terms.push({.lexeme = {pnstrdup(word.word, word.len), word.len},
                .weight = 1,
                .is_prefix = (word.flags & TSL_PREFIX) != 0},
               CurrentMemoryContext);
  });
  MemoryContextDelete(scratch);
  merge(&terms);
  return query_of(terms.count == 0 ? nullptr : any_of(terms.at, terms.count), terms, false);
}

TextQuery query_of_tsquery(TSQuery query, bool bigrams) {
  Terms terms{};
  if (query->size == 0) {
    return query_of(nullptr, terms, false);
  }
  TreeBuilder builder{.items = GETQUERY(query),
                      .operands = GETOPERAND(query),
                      .bigrams = bigrams,
                      .needs_recheck = false};
  const QueryNode* root = builder.build(builder.items, true, false);
  collect(*root, &terms);
  merge(&terms);
  return query_of(root, terms, builder.needs_recheck);
}

}  // namespace vecext::pg

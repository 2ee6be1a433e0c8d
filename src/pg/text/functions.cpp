// SQL functions that show what words texts and queries are.
#include <algorithm>

#include "pg/sys/memory.h"
#include "pg/sys/sort.h"
#include "pg/sys/varlena.h"
#include "pg/text/config_hash.h"
#include "pg/text/query.h"
#include "pg/text/terms.h"

extern "C" {
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

namespace {

TextOptions options_of(Oid config, bool bigrams) {
  if (bigrams) {
    check_utf8("bigrams need");
  }
  return {.config = config, .bigrams = bigrams ? Bigrams::kPairsAndLast : Bigrams::kNone};
}

Datum text_of(std::string_view bytes) {
  return PointerGetDatum(cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size())));
}

/// Returns the terms as rows, in the order of their bytes.
Datum return_terms(FunctionCallInfo fcinfo, const DocumentTerms& terms) {
  auto* sorted = huge_array<DocumentTerm>(terms.count + 1);
  std::copy(terms.at, terms.at + terms.count, sorted);
  interruptible_sort(sorted, terms.count, [](const DocumentTerm& a, const DocumentTerm& b) {
    return a.lexeme < b.lexeme;
  });
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int64 i = 0; i < terms.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    const Datum lexeme = text_of(sorted[i].lexeme);
    Datum values[] = {lexeme, Int64GetDatum(sorted[i].count)};
    bool is_null[] = {false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
    pfree(DatumGetPointer(lexeme));
  }
  return Datum{};
}

void print(const QueryNode& node, StringInfo out) {
  check_stack_depth();
  switch (node.kind) {
    case QueryNodeKind::kTerm:
      appendStringInfoString(out,
                             quote_literal_cstr(pnstrdup(node.lexeme.data(), node.lexeme.size())));
      if (node.is_prefix) {
        appendStringInfoString(out, ":*");
      }
      break;
    case QueryNodeKind::kAnd:
    case QueryNodeKind::kOr:
      appendStringInfoChar(out, '(');
      print(*node.left, out);
      appendStringInfoString(out, node.kind == QueryNodeKind::kAnd ? " & " : " | ");
      print(*node.right, out);
      appendStringInfoChar(out, ')');
      break;
    case QueryNodeKind::kNot:
      appendStringInfoChar(out, '!');
      print(*node.left, out);
      break;
    case QueryNodeKind::kAll:
      appendStringInfoString(out, "all");
      break;
    case QueryNodeKind::kNone:
      appendStringInfoString(out, "none");
      break;
  }
}

}  // namespace

VECEXT_FUNCTION(vecext_tokens)
{
  const TextOptions options = options_of(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  return return_terms(fcinfo, terms_of_text(options, view_of(PG_GETARG_TEXT_PP(1))));
}

VECEXT_FUNCTION(vecext_tokens_array)
{
  const TextOptions options = options_of(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  return return_terms(fcinfo, terms_of_array(options, PG_GETARG_ARRAYTYPE_P(1)));
}

VECEXT_FUNCTION(vecext_tokens_tsvector)
{ return return_terms(fcinfo, terms_of_vector(PG_GETARG_TSVECTOR(0))); }

VECEXT_FUNCTION(vecext_query_tokens)
{
  const TextOptions options = options_of(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  const TextQuery query = query_of_words(options, view_of(PG_GETARG_TEXT_PP(1)));
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (int64 i = 0; i < query.term_count; ++i) {
    const QueryWord& term = query.terms[i];
    Datum values[] = {text_of(term.lexeme), Int64GetDatum(term.count),
                      BoolGetDatum(term.is_prefix)};
    bool is_null[] = {false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

VECEXT_FUNCTION(vecext_query_tree)
{
  const TSQuery tsquery = PG_GETARG_TSQUERY(0);
  const bool bigrams = PG_GETARG_BOOL(1);
  if (bigrams) {
    check_utf8("bigrams need");
  }
  const TextQuery query =
      query_of_tsquery(tsquery, bigrams ? Bigrams::kPairsAndLast : Bigrams::kNone);
  StringInfoData tree;
  initStringInfo(&tree);
  if (query.root != nullptr) {
    print(*query.root, &tree);
  }
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  Datum values[] = {text_of({tree.data, static_cast<Size>(tree.len)}),
                    BoolGetDatum(query.needs_recheck)};
  bool is_null[] = {query.root == nullptr, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, is_null));
}

VECEXT_FUNCTION(vecext_text_config_hash)
{ return Int64GetDatum(static_cast<int64>(text_config_hash(PG_GETARG_OID(0)))); }

}  // namespace vecext::pg

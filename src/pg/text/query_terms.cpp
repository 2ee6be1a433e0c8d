// SQL functions that show what an index looks up for a query.
#include "pg/sys/varlena.h"
#include "pg/text/text_query.h"

extern "C" {
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
}

namespace vecext::pg {

namespace {

void print(const postings::QueryTerm& term, StringInfo out) {
  appendStringInfoString(out, quote_literal_cstr(pnstrdup(term.term.bytes, term.term.length)));
  if (term.is_prefix) {
    appendStringInfoString(out, ":*");
  }
}

void print(const postings::Query& query, const postings::TreeNode& node, StringInfo out) {
  check_stack_depth();
  switch (node.kind) {
    case postings::QueryNodeKind::kTerm:
      print(query.terms[node.term], out);
      break;
    case postings::QueryNodeKind::kAnd:
    case postings::QueryNodeKind::kOr:
      appendStringInfoChar(out, '(');
      for (const postings::TreeNode* part = node.first; part != nullptr; part = part->next) {
        if (part != node.first) {
          appendStringInfoString(out, node.kind == postings::QueryNodeKind::kAnd ? " & " : " | ");
        }
        print(query, *part, out);
      }
      appendStringInfoChar(out, ')');
      break;
    case postings::QueryNodeKind::kNot:
      appendStringInfoChar(out, '!');
      print(query, *node.first, out);
      break;
    case postings::QueryNodeKind::kAll:
      appendStringInfoString(out, "all");
      break;
    case postings::QueryNodeKind::kNone:
      appendStringInfoString(out, "none");
      break;
  }
}

/// Writes the tree of a query. If a query has no tree, that is an OR of its terms.
void print(const postings::Query& query, StringInfo out) {
  if (query.tree != nullptr) {
    print(query, *query.tree, out);
    return;
  }
  if (query.count > 1) {
    appendStringInfoChar(out, '(');
  }
  for (uint32 i = 0; i < query.count; ++i) {
    if (i > 0) {
      appendStringInfoString(out, " | ");
    }
    print(query.terms[i], out);
  }
  if (query.count > 1) {
    appendStringInfoChar(out, ')');
  }
}

Datum value_of(const postings::Term& term) {
  return PointerGetDatum(cstring_to_text_with_len(term.bytes, static_cast<int>(term.length)));
}

}  // namespace

VECEXT_FUNCTION(vecext_query_tokens)
{
  const TextOptions options = text_options(PG_GETARG_OID(0), PG_GETARG_BOOL(2));
  const postings::Query query =
      query_of_words(options, view_of(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1))));
  InitMaterializedSRF(fcinfo, 0);
  const auto* result = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (uint32 i = 0; i < query.count; ++i) {
    const postings::QueryTerm& term = query.terms[i];
    Datum values[] = {value_of(term.term), Int64GetDatum(term.count), BoolGetDatum(term.is_prefix)};
    bool is_null[] = {false, false, false};
    tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
  }
  return Datum{};
}

VECEXT_FUNCTION(vecext_query_tree)
{
  const TSQuery tsquery = PG_GETARG_TSQUERY(0);
  const postings::Query query =
      query_of_tsquery(tsquery, text_options(InvalidOid, PG_GETARG_BOOL(1)).bigrams);
  StringInfoData tree;
  initStringInfo(&tree);
  print(query, &tree);
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "return type must be a row type");
  }
  Datum values[] = {CStringGetTextDatum(tree.data), BoolGetDatum(query.needs_recheck)};
  bool is_null[] = {tsquery->size == 0, false};
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, is_null));
}

}  // namespace vecext::pg

#include "pg/am/bm25/bm25_query.h"

#include <cstring>

#include "pg/am/common/count_rights.h"
#include "pg/sys/catalog.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/partition.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

// The text form of a query has the name of the index, as a regclass; then one of these separators;
// and then the words or the tsquery.
constexpr char kWords[] = ": ";
constexpr char kTsquery[] = " @@ ";

// These are arguments of check_may_count().
constexpr char kWhat[] = "a bm25 query";
constexpr char kHint[] =
    "Rows of the table have scores: put its column on the left of the operator.";

Bm25Query* pack(Oid index, bool is_tsquery, const void* bytes, Size size) {
  auto* query = static_cast<Bm25Query*>(palloc0(sizeof(Bm25Query) + size));
  SET_VARSIZE(query, sizeof(Bm25Query) + size);
  query->index = index;
  query->is_tsquery = is_tsquery ? 1 : 0;
  if (size > 0) {
    memcpy(query + 1, bytes, size);
  }
  return query;
}

/// Returns the first place of a separator that is not within quotes, or null if there is none.
char* find_separator(char* in, const char* separator) {
  bool is_quoted = false;
  for (char* at = in; *at != '\0'; ++at) {
    is_quoted = is_quoted != (*at == '"');
    if (!is_quoted && strncmp(at, separator, strlen(separator)) == 0) {
      return at;
    }
  }
  return nullptr;
}

[[noreturn]] void raise_form(const char* in) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                  errmsg("invalid input syntax for type %s: \"%s\"", "bm25_query", in),
                  errdetail("An index is followed by \":\" and words, or by \"@@\" and a tsquery."),
                  errhint("Call vecext.bm25_query(words, index).")));
}

Oid index_named(const char* name) {
  const Oid index = DatumGetObjectId(DirectFunctionCall1(regclassin, CStringGetDatum(name)));
  check_may_count(index, kWhat, kHint);
  return index;
}

/// Packs the first two arguments of a call, which are words and an index.
Datum pack_words_of(FunctionCallInfo fcinfo) {
  PG_RETURN_POINTER(pack_words(PG_GETARG_OID(1), view_of(PG_GETARG_TEXT_PP(0))));
}

Datum pack_tsquery_of(FunctionCallInfo fcinfo) {
  PG_RETURN_POINTER(pack_tsquery(PG_GETARG_OID(1), PG_GETARG_TSQUERY(0)));
}

}  // namespace

Bm25Query* pack_words(Oid index, std::string_view words) {
  return pack(index, false, words.data(), words.size());
}

Bm25Query* pack_tsquery(Oid index, TSQuery query) {
  return pack(index, true, query, VARSIZE(query));
}

const Bm25Query* bm25_query_of(Datum datum) {
  return reinterpret_cast<const Bm25Query*>(PG_DETOAST_DATUM(datum));
}

Oid packing_function(Oid schema, Oid type, bool is_planners) {
  const Oid types[] = {type, REGCLASSOID, INTERNALOID};
  oidvector* arguments = buildoidvector(types, is_planners ? 3 : 2);
  return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum("bm25_query"),
                         PointerGetDatum(arguments), ObjectIdGetDatum(schema));
}

Oid index_of_query(const Node* node) {
  if (IsA(node, Const)) {
    const auto* constant = reinterpret_cast<const Const*>(node);
    return constant->constisnull ? InvalidOid : bm25_query_of(constant->constvalue)->index;
  }
  const auto* call = reinterpret_cast<const FuncExpr*>(node);
  if (!IsA(node, FuncExpr) || list_length(call->args) < 2 || !IsA(lsecond(call->args), Const)) {
    return InvalidOid;
  }
  const auto* index = lsecond_node(Const, call->args);
  const Oid type = exprType(static_cast<Node*>(linitial(call->args)));
  const Oid schema = get_func_namespace(call->funcid);
  // The function belongs to this library if it lies in the schema of the type that it returns.
  const bool packs = schema == schema_of_type(call->funcresulttype) &&
                     call->funcid == packing_function(schema, type, list_length(call->args) == 3);
  return packs && !index->constisnull ? DatumGetObjectId(index->constvalue) : InvalidOid;
}

bool is_query_of(Oid named, Oid index) {
  return named == index ||
         (get_rel_relispartition(index) && list_member_oid(get_partition_ancestors(index), named));
}

VECEXT_FUNCTION(vecext_bm25_query_in)
{
  char* in = PG_GETARG_CSTRING(0);
  char* text = pstrdup(in);
  char* words = find_separator(text, kWords);
  char* tsquery = find_separator(text, kTsquery);
  if (tsquery != nullptr && (words == nullptr || tsquery < words)) {
    *tsquery = '\0';
    const Datum query = DirectFunctionCall1(tsqueryin, CStringGetDatum(tsquery + strlen(kTsquery)));
    PG_RETURN_POINTER(pack_tsquery(index_named(text), DatumGetTSQuery(query)));
  }
  if (words == nullptr) {
    raise_form(in);
  }
  *words = '\0';
  PG_RETURN_POINTER(pack_words(index_named(text), words + strlen(kWords)));
}

VECEXT_FUNCTION(vecext_bm25_query_out)
{
  const Bm25Query* query = bm25_query_of(PG_GETARG_DATUM(0));
  StringInfoData out;
  initStringInfo(&out);
  appendStringInfoString(
      &out, DatumGetCString(DirectFunctionCall1(regclassout, ObjectIdGetDatum(query->index))));
  if (query->is_tsquery != 0) {
    const Datum text = DirectFunctionCall1(tsqueryout, TSQueryGetDatum(query->tsquery()));
    appendStringInfo(&out, "%s%s", kTsquery, DatumGetCString(text));
  } else {
    const std::string_view words = query->words();
    appendStringInfoString(&out, kWords);
    appendBinaryStringInfo(&out, words.data(), static_cast<int>(words.size()));
  }
  PG_RETURN_CSTRING(out.data);
}

VECEXT_FUNCTION(vecext_bm25_query_words)
{
  check_may_count(PG_GETARG_OID(1), kWhat, kHint);
  return pack_words_of(fcinfo);
}

VECEXT_FUNCTION(vecext_bm25_query_tsquery)
{
  check_may_count(PG_GETARG_OID(1), kWhat, kHint);
  return pack_tsquery_of(fcinfo);
}

// The planner puts calls of these functions into plans. They check no rights, because the executor
// checks the rights on the table whose column is the left operand. SQL has no value of the third
// argument's type, so users cannot call these functions.
VECEXT_FUNCTION(vecext_bm25_query_words_planned)
{
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
    PG_RETURN_NULL();
  }
  return pack_words_of(fcinfo);
}

VECEXT_FUNCTION(vecext_bm25_query_tsquery_planned)
{
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
    PG_RETURN_NULL();
  }
  return pack_tsquery_of(fcinfo);
}

}  // namespace vecext::pg

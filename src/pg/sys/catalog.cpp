#include "pg/sys/catalog.h"

#include "pg/sys/list.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/reloptions.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "catalog/namespace.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

const char* qualified_name(Oid relation) {
  return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
                                    get_rel_name(relation));
}

List* config_name_parts(const char* name) {
  List* parts = parts_of_name(name);
  return list_length(parts) == 1 ? lcons(makeString(pstrdup("pg_catalog")), parts) : parts;
}

Oid find_text_config(const char* name) {
  const List* parts = config_name_parts(name);
  if (list_length(parts) != 2) {
    return InvalidOid;
  }
  const Oid schema = get_namespace_oid(strVal(linitial(parts)), true);
  return OidIsValid(schema)
             ? GetSysCacheOid2(TSCONFIGNAMENSP, Anum_pg_ts_config_oid,
                               CStringGetDatum(strVal(lsecond(parts))), ObjectIdGetDatum(schema))
             : InvalidOid;
}

Oid text_config_named(const char* name) {
  const Oid config = find_text_config(name);
  if (!OidIsValid(config)) {
    ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                    errmsg("text search configuration \"%s\" does not exist", name)));
  }
  return config;
}

const char* default_text_config() {
  return GetDatabaseEncoding() == PG_UTF8 ? "vecext.word" : "simple";
}

namespace {

/// Returns the text of an option that the index itself has, or null if it does not have it.
const char* own_option(Oid index, const char* wanted) {
  const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
  if (!HeapTupleIsValid(tuple)) {
    return nullptr;  // the index was dropped meanwhile
  }
  bool is_null = false;
  const Datum options = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &is_null);
  const char* value = nullptr;
  List* list = is_null ? NIL : untransformRelOptions(options);
  for (auto* option : list_of<DefElem>(list)) {
    if (strcmp(option->defname, wanted) == 0) {
      value = defGetString(option);
    }
  }
  ReleaseSysCache(tuple);
  return value;
}

}  // namespace

double index_option(Oid index, const char* name, double otherwise) {
  const char* value = own_option(index, name);
  return value == nullptr ? otherwise : strtod(value, nullptr);
}

const char* text_config_option(Oid index) {
  for (const Oid part : oids_of(find_all_inheritors(index, NoLock, nullptr))) {
    if (const char* name = own_option(part, "text_config"); name != nullptr) {
      return name;
    }
  }
  return nullptr;
}

ClassOperator find_class_operator(Oid family, Oid type, int16 strategy) {
  ClassOperator found{InvalidOid, InvalidOid};
  CatCList* operators = SearchSysCacheList1(AMOPSTRATEGY, ObjectIdGetDatum(family));
  for (int i = 0; i < operators->n_members; ++i) {
    const auto* row = reinterpret_cast<Form_pg_amop>(GETSTRUCT(&operators->members[i]->tuple));
    if (row->amopstrategy == strategy && row->amoplefttype == type) {
      found = {row->amopopr, row->amoprighttype};
    }
  }
  ReleaseCatCacheList(operators);
  return found;
}

namespace {

/// Returns a member of the row that an object has in a catalog. The row must exist.
template <class Row, class Member>
Member member_of_row(int cache, Oid object, Member Row::*member) {
  const HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object));
  if (!HeapTupleIsValid(tuple)) {
    elog(ERROR, "cache lookup failed for object %u", object);
  }
  const Member value = reinterpret_cast<Row*>(GETSTRUCT(tuple))->*member;
  ReleaseSysCache(tuple);
  return value;
}

}  // namespace

Oid schema_of_type(Oid type) {
  return member_of_row(TYPEOID, type, &FormData_pg_type::typnamespace);
}

Oid schema_of_text_config(Oid config) {
  return member_of_row(TSCONFIGOID, config, &FormData_pg_ts_config::cfgnamespace);
}

Oid owner_of_type(Oid type) {
  return member_of_row(TYPEOID, type, &FormData_pg_type::typowner);
}

Oid owner_of_function(Oid function) {
  return member_of_row(PROCOID, function, &FormData_pg_proc::proowner);
}

float4 cost_of_function(Oid function) {
  return member_of_row(PROCOID, function, &FormData_pg_proc::procost);
}

float4 rows_of_function(Oid function) {
  return member_of_row(PROCOID, function, &FormData_pg_proc::prorows);
}

}  // namespace vecext::pg

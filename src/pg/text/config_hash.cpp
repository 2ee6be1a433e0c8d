#include "pg/text/config_hash.h"

extern "C" {
#include "access/htup_details.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "tsearch/ts_cache.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

/// Returns a row of a catalog. Raises an ERROR if it does not exist.
HeapTuple row_of(SysCacheIdentifier cache, Oid id) {
  const HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(id));
  if (!HeapTupleIsValid(tuple)) {
    elog(ERROR, "cache lookup failed for text search object %u", id);
  }
  return tuple;
}

/// Appends a string and a zero, so that two different lists of strings never become the same bytes.
void append(StringInfo out, const char* string) {
  appendBinaryStringInfo(out, string, static_cast<int>(strlen(string)) + 1);
}

void append_name(StringInfo out, Oid schema, const NameData& name) {
  const char* schema_name = get_namespace_name(schema);
  append(out, schema_name == nullptr ? "" : schema_name);
  append(out, NameStr(name));
}

void append_dictionary(StringInfo out, Oid id) {
  const HeapTuple tuple = row_of(TSDICTOID, id);
  const auto* dictionary = reinterpret_cast<Form_pg_ts_dict>(GETSTRUCT(tuple));
  append_name(out, dictionary->dictnamespace, dictionary->dictname);
  const HeapTuple template_tuple = row_of(TSTEMPLATEOID, dictionary->dicttemplate);
  const auto* form = reinterpret_cast<Form_pg_ts_template>(GETSTRUCT(template_tuple));
  append_name(out, form->tmplnamespace, form->tmplname);
  ReleaseSysCache(template_tuple);
  bool is_null;
  const Datum options = SysCacheGetAttr(TSDICTOID, tuple, Anum_pg_ts_dict_dictinitoption, &is_null);
  append(out, is_null ? "" : TextDatumGetCString(options));
  ReleaseSysCache(tuple);
}

}  // namespace

uint64 text_config_hash(Oid config) {
  StringInfoData canonical;
  initStringInfo(&canonical);
  // The look-ups below may replace the cache's entry, so this is a copy.
  const TSConfigCacheEntry entry = *lookup_ts_config_cache(config);
  const HeapTuple parser = row_of(TSPARSEROID, entry.prsId);
  const auto* form = reinterpret_cast<Form_pg_ts_parser>(GETSTRUCT(parser));
  append_name(&canonical, form->prsnamespace, form->prsname);
  ReleaseSysCache(parser);
  for (int type = 0; type < entry.lenmap; ++type) {
    const TSConfigCacheEntry* current = lookup_ts_config_cache(config);
    if (type >= current->lenmap || current->map[type].len == 0) {
      continue;
    }
    append(&canonical, psprintf("%d", type));
    for (int i = 0; i < current->map[type].len; ++i) {
      append_dictionary(&canonical, current->map[type].dictIds[i]);
      current = lookup_ts_config_cache(config);
      if (type >= current->lenmap) {
        break;
      }
    }
  }
  return hash_bytes_extended(reinterpret_cast<const unsigned char*>(canonical.data), canonical.len,
                             0);
}

}  // namespace vecext::pg

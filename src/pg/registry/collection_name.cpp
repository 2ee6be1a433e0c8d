#include "pg/registry/collection_name.h"

extern "C" {
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Reads a part of a name from `*at` on; null if there is none, or its quotes do not end.
const char* read_part(std::string_view text, std::size_t* at) {
  std::size_t i = *at;
  char part[NAMEDATALEN];
  std::size_t length = 0;
  const bool is_quoted = i < text.size() && text[i] == '"';
  i += is_quoted ? 1 : 0;
  for (;; ++i) {
    const bool is_at_end = i >= text.size();
    if (is_quoted && is_at_end) {
      return nullptr;
    }
    if (is_quoted && text[i] == '"') {
      ++i;
      if (i >= text.size() || text[i] != '"') {
        break;
      }
    } else if (!is_quoted && (is_at_end || text[i] == '.' || text[i] == '"')) {
      break;
    }
    if (text[i] == '\0' || length + 1 == NAMEDATALEN) {
      return nullptr;
    }
    part[length++] = text[i];
  }
  *at = i;
  return length == 0 ? nullptr : pnstrdup(part, length);
}

}  // namespace

bool split_name(std::string_view text, CollectionName* name) {
  std::size_t at = 0;
  *name = {.schema = nullptr, .name = read_part(text, &at)};
  if (name->name != nullptr && at < text.size() && text[at] == '.') {
    ++at;
    name->schema = name->name;
    name->name = read_part(text, &at);
  }
  return name->name != nullptr && at == text.size();
}

NamedRelation relation_of_written_name(std::string_view text, bool* has_schema,
                                       const char** own_name) {
  *has_schema = false;
  if (!text.empty() && text.size() < NAMEDATALEN && text.find('\0') == std::string_view::npos) {
    const char* name = pnstrdup(text.data(), text.size());
    const NamedRelation found = relation_of_name(name);
    if (OidIsValid(found.table)) {
      *own_name = name;
      return found;
    }
  }
  CollectionName parts;
  if (text.find_first_of(".\"") == std::string_view::npos || !split_name(text, &parts)) {
    return {};
  }
  const NamedRelation found = relation_of_name(parts.name);
  if (!OidIsValid(found.table)) {
    return {};
  }
  if (parts.schema != nullptr) {
    *has_schema = true;
    const char* schema = get_namespace_name(get_rel_namespace(found.relation));
    if (schema == nullptr || strcmp(schema, parts.schema) != 0) {
      return {};
    }
  }
  *own_name = parts.name;
  return found;
}

bool is_in_search_path(Oid relation) {
  List* path = fetch_search_path(true);
  const bool is_there = list_member_oid(path, get_rel_namespace(relation));
  list_free(path);
  return is_there;
}

// vecext.registry_name(name text) → text
VECEXT_FUNCTION(vecext_registry_name)
{
  const text* written = PG_GETARG_TEXT_PP(0);
  bool has_schema;
  const char* name = nullptr;
  relation_of_written_name({VARDATA_ANY(written), VARSIZE_ANY_EXHDR(written)}, &has_schema, &name);
  if (name == nullptr) {
    PG_RETURN_DATUM(PG_GETARG_DATUM(0));
  }
  PG_RETURN_TEXT_P(cstring_to_text(name));
}

// vecext.registry_split_name(written text, OUT schema text, OUT name text)
VECEXT_FUNCTION(vecext_registry_split_name)
{
  const text* written = PG_GETARG_TEXT_PP(0);
  const std::string_view all{VARDATA_ANY(written), VARSIZE_ANY_EXHDR(written)};
  CollectionName parts;
  TupleDesc row;
  if (get_call_result_type(fcinfo, nullptr, &row) != TYPEFUNC_COMPOSITE) {
    elog(ERROR, "the function must return a row");
  }
  const bool is_name = split_name(all, &parts);
  Datum values[] = {Datum{}, PG_GETARG_DATUM(0)};
  bool nulls[] = {true, false};
  if (is_name) {
    values[1] = CStringGetTextDatum(parts.name);
    if (parts.schema != nullptr) {
      values[0] = CStringGetTextDatum(parts.schema);
      nulls[0] = false;
    }
  }
  return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row), values, nulls));
}

}  // namespace vecext::pg

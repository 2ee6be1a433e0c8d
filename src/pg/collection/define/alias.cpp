// Aliases: a row of the registry, and a view of that name.
#include "pg/collection/define/alias_view.h"
#include "pg/collection/define/arguments.h"
#include "pg/collection/define/rows.h"
#include "pg/registry/collection_name.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/list.h"

extern "C" {
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Returns the view of an alias, or InvalidOid if the alias does not exist.
Oid find_alias_view(const char* alias) {
  return sql_find_oid(
      "SELECT a.view::oid FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view"
      " WHERE a.alias = $1",
      {sql_text(alias)});
}

Oid alias_view(const char* alias) {
  const Oid view = find_alias_view(alias);
  if (!OidIsValid(view)) {
    ereport(ERROR,
            (errcode(ERRCODE_UNDEFINED_TABLE),
             errmsg("alias \"%s\" does not exist", alias == nullptr ? "" : alias),
             about({.rule = "alias", .collection = alias == nullptr ? nullptr : unquoted(alias)})));
  }
  return view;
}

/// Returns the name that is written of a collection or an alias, and, if it does not exist yet, its
/// schema.
CollectionName alias_of(const char* written) {
  const char* name = registered_name(written);
  const CollectionName whole{.schema = nullptr, .name = name};
  const bool is_there =
      name != nullptr && (OidIsValid(find_table(name)) || OidIsValid(find_alias_view(name)));
  return is_there || name == nullptr ? whole : split_name(name).value_or(whole);
}

enum class AliasState : uint8 { kAny, kExists };

/// Makes an alias stand for a collection. Raises an ERROR 42P01 if the alias is to exist already
/// and does not.
void set_alias(const char* written, const char* written_collection, AliasState expected) {
  const CollectionName parts = alias_of(written);
  const char* alias = parts.name;
  const char* collection = registered_name(written_collection);
  check_collection_name(alias);
  // The name of the collection is locked as well: a session that has locked it knows all aliases
  // that its owner has made. Other roles may make aliases of it, but not make its owner wait.
  const Oid table = find_table(collection);
  lock_collection_names(alias, OidIsValid(table) && may_drop(table) ? collection : nullptr);
  if (expected == AliasState::kExists) {
    alias_view(alias);
  }
  // An alias stands for a collection, never for another alias, so there are no cycles.
  const Oid relid = table_of_name(collection);
  if (OidIsValid(find_table(alias))) {
    ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
                    errmsg("collection \"%s\" already exists", alias), of_taken(alias, false)));
  }
  const Oid old_view = find_alias_view(alias);
  if (OidIsValid(old_view)) {
    present_name(old_view);
  }
  present_name(relid);
  const Oid schema = get_rel_namespace(OidIsValid(old_view) ? old_view : relid);
  const char* schema_name = get_namespace_name(schema);
  if (!OidIsValid(old_view) && parts.schema != nullptr && strcmp(parts.schema, schema_name) != 0) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("a new alias is in the schema of its collection")));
  }
  // The name is read before the view changes, as a view that does not fit the table is dropped.
  const char* view_name =
      OidIsValid(old_view) ? get_rel_name(old_view) : relation_name(schema, alias);
  if (OidIsValid(old_view)) {
    replace_alias_view(old_view, relid);
  } else {
    create_alias_view(psprintf("%s.%s", quoted_name(schema_name), quoted_name(view_name)), relid);
  }
  write_registry(relid, RegistryChange::kSetAlias,
                 {{"name", alias}, {"view", psprintf("%u", get_relname_relid(view_name, schema))}});
}

bool drop_alias(const char* written) {
  const char* alias = registered_name(written);
  if (alias == nullptr) {
    return false;
  }
  lock_collection_name(alias);
  const Oid view = find_alias_view(alias);
  if (OidIsValid(view)) {
    sql_execute(psprintf("DROP VIEW %s", present_name(view)));
  }
  return OidIsValid(view);
}

void rename_alias(const char* written, const char* new_alias) {
  const char* old_alias = registered_name(written);
  check_collection_name(new_alias);
  if (old_alias == nullptr) {
    alias_view(old_alias);
  }
  lock_collection_names(old_alias, new_alias);
  const Oid view = alias_view(old_alias);
  check_name_is_free(new_alias);
  const char* old_name = present_name(view);
  const char* new_name = relation_name(get_rel_namespace(view), new_alias);
  // The event trigger gives the alias the name of its view.
  sql_execute(psprintf("ALTER VIEW %s RENAME TO %s", old_name, quoted_name(new_name)));
  if (strcmp(new_name, new_alias) != 0) {
    write_registry(view, RegistryChange::kRenameAlias, {{"name", new_alias}});
  }
}

const char* name_member(const Json& names, const char* key) {
  const Json* name = member(names, key);
  if (name == nullptr || !is_string(*name)) {
    refuse(names.place.at(std::string_view(key)), "a name is expected");
  }
  return string_of(*name);
}

void do_action(const Json& action) {
  check_members(action, {"create_alias", "delete_alias", "rename_alias"});
  if (size_of(action.value) != 1) {
    refuse(action, "one action is expected");
  }
  each_member(action.value, [&](std::string_view kind, const JsonbValue& value) {
    const Json names{.value = value, .place = action.place.at(kind)};
    if (kind == "create_alias") {
      check_members(names, {"collection_name", "alias_name"});
      const char* collection = name_member(names, "collection_name");
      set_alias(name_member(names, "alias_name"), collection, AliasState::kAny);
    } else if (kind == "delete_alias") {
      check_members(names, {"alias_name"});
      drop_alias(name_member(names, "alias_name"));
    } else {
      check_members(names, {"old_alias_name", "new_alias_name"});
      const char* old_name = name_member(names, "old_alias_name");
      rename_alias(old_name, name_member(names, "new_alias_name"));
    }
  });
}

/// Locks all names in a list of actions, in the order of their bytes.
void lock_names_of(const Json& actions) {
  const SqlRows members = sql_rows(
      "SELECT DISTINCT v.member ->> 'key', v.member ->> 'value' FROM jsonb_path_query($1,"
      "   '$[*].*.keyvalue() ? (@.key like_regex \"_name$\")', '{}', true) v(member)"
      " WHERE jsonb_typeof(v.member -> 'value') = 'string'",
      {sql_jsonb(DatumGetJsonbP(jsonb_of(actions)))});
  List* sorted = NIL;
  for (const SqlRow member : members) {
    // The new name of an alias is not written in quotes.
    const bool is_new = strcmp(member.at(), "new_alias_name") == 0;
    const char* name = is_new ? member.at(1) : alias_of(member.at(1)).name;
    sorted = lappend(sorted, const_cast<char*>(name));
  }
  sort_texts(sorted);
  for (const char* name : list_of<char>(sorted)) {
    lock_collection_name(name);
  }
}

}  // namespace

// vecext.create_alias(alias text, collection text) → void
VECEXT_FUNCTION(vecext_create_alias)
{
  set_alias(text_or_null(fcinfo, 0), text_or_null(fcinfo, 1), AliasState::kAny);
  PG_RETURN_VOID();
}

// vecext.switch_alias(alias text, new_collection text) → void
VECEXT_FUNCTION(vecext_switch_alias)
{
  const char* alias = registered_name(text_or_null(fcinfo, 0));
  alias_view(alias);
  set_alias(alias, text_or_null(fcinfo, 1), AliasState::kExists);
  PG_RETURN_VOID();
}

// vecext.drop_alias(alias text) → boolean
VECEXT_FUNCTION(vecext_drop_alias)
{ PG_RETURN_BOOL(drop_alias(text_or_null(fcinfo, 0))); }

// vecext.rename_alias(old_alias text, new_alias text) → void
VECEXT_FUNCTION(vecext_rename_alias)
{
  rename_alias(text_or_null(fcinfo, 0), text_or_null(fcinfo, 1));
  PG_RETURN_VOID();
}

// vecext.update_aliases(actions jsonb) → bigint
VECEXT_FUNCTION(vecext_update_aliases)
{
  const Json& actions = json_argument(fcinfo, 0, "actions");
  if (!is_array(actions)) {
    refuse(actions, "a list of actions is expected");
  }
  lock_names_of(actions);
  each_list_value(actions, do_action);
  PG_RETURN_INT64(list_count(actions));
}

}  // namespace vecext::pg

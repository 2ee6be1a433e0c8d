#include "pg/collection/define/alias_view.h"

#include <algorithm>

#include "pg/collection/define/rows.h"
#include "pg/registry/registry.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/xact.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// The SELECT list of a view. $1 is the view, $2 the table, $3 is written before each column, and
/// $4 is a column that is left out. The columns of the view are the first columns of the table,
/// which may have been renamed since the view was made.
#define VECEXT_VIEW_COLUMNS                                                                     \
  "(SELECT string_agg($3 || quote_ident(t.attname) ||"                                          \
  "   CASE WHEN t.attname <> v.attname THEN ' AS ' || quote_ident(v.attname) ELSE '' END,"      \
  "   ', ' ORDER BY v.attnum)"                                                                  \
  " FROM pg_attribute v JOIN (SELECT row_number() OVER (ORDER BY a.attnum) AS place, a.attname" \
  "   FROM pg_attribute a WHERE a.attrelid = $2 AND a.attnum > 0 AND NOT a.attisdropped) t"     \
  "   ON t.place = v.attnum"                                                                    \
  " WHERE v.attrelid = $1 AND v.attnum > 0 AND t.attname::text IS DISTINCT FROM $4)"

const char* view_columns(Oid view, Oid relid, const char* qualifier, const char* left_out) {
  const char* columns =
      sql_value("SELECT " VECEXT_VIEW_COLUMNS,
                {sql_oid(view), sql_oid(relid), sql_text(qualifier), sql_text(left_out)});
  return columns == nullptr ? "" : columns;
}

bool is_plain(Oid view, Oid relid) {
  const char* table = present_name(relid);
  const char* qualifier = psprintf("%s.", quoted_name(get_rel_name(relid)));
  const char* columns = view_columns(view, relid, qualifier, nullptr);
  // From PostgreSQL 16 on, pg_get_viewdef() leaves out the name of the table if it is the only one.
  const char* bare = view_columns(view, relid, "", nullptr);
  return sql_exists(
      "SELECT WHERE regexp_replace(btrim(pg_get_viewdef($1)), '[[:space:]]+', ' ', 'g') IN ($2, $3)"
      " AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0"
      "   AND (a.attacl IS NOT NULL OR a.atthasdef OR col_description($1, a.attnum) IS NOT NULL))"
      " AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = $1)"
      " AND NOT EXISTS (SELECT FROM pg_rewrite r"
      "   WHERE r.ev_class = $1 AND r.rulename <> '_RETURN')",
      {sql_oid(view), sql_text(psprintf("SELECT %s FROM %s;", columns, table)),
       sql_text(psprintf("SELECT %s FROM %s;", bare, table))});
}

List* grants_of(Oid view, const char* view_name) {
  const SqlRows rows = sql_rows(
      "SELECT format('GRANT %s ON %s TO %s%s', g.privilege_type, $2,"
      "   CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,"
      "   CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)"
      " FROM pg_class v, aclexplode(v.relacl) g WHERE v.oid = $1 AND g.grantee <> v.relowner",
      {sql_oid(view), sql_text(view_name)});
  List* grants = NIL;
  for (const SqlRow row : rows) {
    grants = lappend(grants, const_cast<char*>(row.at()));
  }
  return grants;
}

/// Creates a plain view again, with its owner, rights and comment. Once it belongs to its owner,
/// that role may give the name to another view, so further statements on the view are executed as
/// the owner.
void make_view_again(Oid relid, const PlainView& saved) {
  sql_execute(psprintf("CREATE VIEW %s %s AS SELECT %s FROM %s", saved.name,
                       saved.options == nullptr ? "" : psprintf("WITH (%s)", saved.options),
                       saved.columns, present_name(relid)));
  const Oid view = sql_find_oid("SELECT $1::regclass::oid", {sql_text(saved.name)});
  sql_execute(psprintf("ALTER VIEW %s OWNER TO %s", saved.name, quoted_name(saved.owner)));
  // Revoke what default privileges have granted, before the view gets its own grants.
  const SqlRows revokes = sql_rows(
      "SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', $2,"
      "   CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)"
      " FROM pg_class v, aclexplode(v.relacl) g WHERE v.oid = $1 AND g.grantee <> v.relowner",
      {sql_oid(view), sql_text(saved.name)});
  for (const SqlRow revoke : revokes) {
    execute_as_owner(view, revoke.at());
  }
  for (const char* grant : list_of<char>(saved.grants)) {
    execute_as_owner(view, grant);
  }
  if (saved.comment != nullptr) {
    execute_as_owner(view,
                     psprintf("COMMENT ON VIEW %s IS %s", saved.name, quoted_text(saved.comment)));
  }
  write_registry(relid, RegistryChange::kSetAlias,
                 {{"name", saved.alias}, {"view", psprintf("%u", view)}});
}

/// True if CREATE OR REPLACE VIEW can make the view one of the table, which is so if the view's
/// columns are the first columns of the table.
bool view_fits(Oid view, Oid relid) {
  return !sql_exists(
      "SELECT FROM pg_attribute v LEFT JOIN ("
      "   SELECT row_number() OVER (ORDER BY a.attnum) AS place, a.*"
      "   FROM pg_attribute a WHERE a.attrelid = $2 AND a.attnum > 0 AND NOT a.attisdropped) t"
      "     ON t.place = v.attnum AND t.attname = v.attname AND t.atttypid = v.atttypid"
      "       AND t.atttypmod = v.atttypmod AND t.attcollation = v.attcollation"
      " WHERE v.attrelid = $1 AND v.attnum > 0 AND t.attname IS NULL",
      {sql_oid(view), sql_oid(relid)});
}

}  // namespace

void create_alias_view(const char* view_name, Oid relid) {
  sql_execute(psprintf("CREATE VIEW %s WITH (security_invoker = true) AS SELECT * FROM %s",
                       view_name, present_name(relid)));
  sql_execute(psprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC", view_name));
}

void replace_alias_view(Oid view, Oid relid) {
  const char* name = present_name(view);
  if (view_fits(view, relid)) {
    sql_execute(
        psprintf("CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS SELECT * FROM %s",
                 name, present_name(relid)));
    return;
  }
  sql_execute(psprintf("DROP VIEW %s", name));
  create_alias_view(name, relid);
}

void drop_aliases(Oid relid) {
  lock_names(relid);
  const SqlRows views = sql_rows(
      "SELECT a.view::oid FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view"
      " WHERE a.relid = $1 ORDER BY a.alias",
      {sql_oid(relid)});
  for (const SqlRow row : views) {
    const Oid view = row.oid();
    const char* name = present_name(view);
    // An older snapshot may show aliases that by now have another name or stand for another
    // collection.
    if (IsolationUsesXactSnapshot() && table_of_alias(view) != relid) {
      continue;
    }
    sql_execute(psprintf("DROP VIEW %s", name));
  }
}

namespace {

SqlRows names_of(Oid relid) {
  return sql_rows(
      "SELECT c.name FROM vecext.collections c WHERE c.relid = $1"
      " UNION SELECT a.alias FROM vecext.collection_aliases a WHERE a.relid = $1 ORDER BY name",
      {sql_oid(relid)});
}

bool are_equal(const SqlRows& a, const SqlRows& b) {
  return a.count == b.count &&
         std::equal(a.values, a.values + a.count, b.values,
                    [](const char* left, const char* right) { return strcmp(left, right) == 0; });
}

}  // namespace

void lock_names(Oid relid) {
  for (SqlRows names = names_of(relid);;) {
    for (const SqlRow name : names) {
      lock_collection_name(name.at());
    }
    const SqlRows now = names_of(relid);
    if (are_equal(names, now)) {
      return;
    }
    // An alias has come meanwhile, whose name may be before locked ones in their order.
    for (const SqlRow name : names) {
      unlock_collection_name(name.at());
    }
    names = now;
  }
}

void lock_views_and_table(Oid relid) {
  const SqlRows views = sql_rows(
      "SELECT c.view::oid FROM vecext.collection_aliases c JOIN pg_class v ON v.oid = c.view"
      " WHERE c.relid = $1 ORDER BY c.alias",
      {sql_oid(relid)});
  for (const SqlRow row : views) {
    lock_own_relation(row.oid(), AccessExclusiveLock);
  }
  lock_own_relation(relid, AccessExclusiveLock);
}

List* plain_views(Oid relid, const char* hint) {
  const SqlRows rows = sql_rows(
      "SELECT v.oid, a.alias, format('%I.%I', n.nspname, v.relname),"
      "   array_to_string(v.reloptions, ', '), pg_get_userbyid(v.relowner), obj_description(v.oid, "
      "'pg_class')"
      " FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view"
      "   JOIN pg_namespace n ON n.oid = v.relnamespace"
      " WHERE a.relid = $1 ORDER BY a.alias",
      {sql_oid(relid)});
  List* views = NIL;
  for (const SqlRow row : rows) {
    const Oid oid = row.oid();
    if (!is_plain(oid, relid)) {
      continue;
    }
    views = lappend(
        views, palloc_object<PlainView>(PlainView{.oid = oid,
                                                  .alias = row.at(1),
                                                  .name = row.at(2),
                                                  .columns = view_columns(oid, relid, "", nullptr),
                                                  .options = row.at(3),
                                                  .owner = row.at(4),
                                                  .comment = row.at(5),
                                                  .grants = grants_of(oid, row.at(2))}));
  }
  if (views != NIL && IsolationUsesXactSnapshot()) {
    ereport(ERROR,
            (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
             errmsg("views of aliases of %s are not made again in a transaction that is %s",
                    present_name(relid), GetConfigOption("transaction_isolation", false, false)),
             errhint("%s", hint)));
  }
  return views;
}

const char* columns_without(const PlainView& view, Oid relid, const char* column) {
  return view_columns(view.oid, relid, "", column);
}

void drop_views(const List* views) {
  for (const auto* view : list_of<PlainView>(views)) {
    sql_execute(psprintf("DROP VIEW %s", view->name));
  }
}

void make_views_again(Oid relid, const List* views) {
  for (const auto* view : list_of<PlainView>(views)) {
    make_view_again(relid, *view);
  }
}

}  // namespace vecext::pg

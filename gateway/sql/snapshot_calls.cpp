#include "sql/snapshot_calls.h"

#include <string>

#include "sql/names.h"

namespace vecext::gateway::sql {

Call snapshot_source(std::string_view name) {
  static const Statement kStatement{
      "snapshot_source",
      "SELECT pg_catalog.concat('\"', pg_catalog.replace(n.nspname, '\"', '\"\"'), '\".\"',"
      " pg_catalog.replace(c.relname, '\"', '\"\"'), '\"'),"
      " pg_catalog.jsonb_build_object('version', 1, 'relid', c.oid::text,"
      " 'definition', vecext.collection_definition($1),"
      " 'columns', (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', a.attname,"
      " 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull)"
      " ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE"
      " a.attrelid OPERATOR(pg_catalog.=) c.oid AND a.attnum OPERATOR(pg_catalog.>) 0"
      " AND NOT a.attisdropped AND a.attgenerated OPERATOR(pg_catalog.=) '')),"
      " c.relkind OPERATOR(pg_catalog.=) 'r' AND NOT EXISTS"
      " (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhparent OPERATOR(pg_catalog.=) c.oid)"
      " FROM pg_catalog.pg_class c"
      " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
      " WHERE c.oid OPERATOR(pg_catalog.=) vecext.collection_table($1)"};
  return {&kStatement, Arguments().text(quoted(name))};
}

namespace {

constexpr std::string_view kSeesDatabase =
    "(SELECT r.rolsuper OR (r.rolbypassrls"
    " AND pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE'))"
    " FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) current_user)";

}  // namespace

Call has_all_rows(std::string_view name, std::string_view privilege, std::string_view relid) {
  static const std::string kText =
      "SELECT CASE WHEN vecext.collection_exists($1) THEN (SELECT"
      " CASE WHEN $3 OPERATOR(pg_catalog.=) '' OR t.relid::text OPERATOR(pg_catalog.=) $3"
      " THEN pg_catalog.has_table_privilege(t.relid, 'SELECT')"
      " AND pg_catalog.has_table_privilege(t.relid, $2)"
      " AND NOT pg_catalog.row_security_active(t.relid) ELSE " +
      std::string(kSeesDatabase) +
      " END FROM (SELECT vecext.collection_table($1)::oid AS relid) t) ELSE " +
      std::string(kSeesDatabase) + " END";
  static const Statement kStatement{"has_all_rows", kText.c_str()};
  return {&kStatement, Arguments().text(quoted(name)).text(privilege).text(relid)};
}

Call sees_database() {
  static const std::string kText = "SELECT " + std::string(kSeesDatabase);
  static const Statement kStatement{"sees_database", kText.c_str()};
  return {&kStatement, {}};
}

Call lock_recovery(std::string_view name) {
  static const Statement kStatement{
      "lock_recovery",
      "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 130235928410228))"};
  return {&kStatement, Arguments().text(name)};
}

// The text of a type becomes a part of a statement. So it may have only the characters of names of
// types, and must be a type of the server.
Call restore_plan(std::string_view name, std::string_view spare, std::string_view columns,
                  std::string_view id_column) {
  static const Statement kStatement{
      "restore_plan",
      "WITH t AS (SELECT (SELECT l.relid::oid::text FROM vecext.collections l"
      " WHERE l.name OPERATOR(pg_catalog.=) $1) AS relid), n AS (SELECT relid, CASE WHEN "
      "relid IS NOT NULL"
      " OR pg_catalog.octet_length($1) OPERATOR(pg_catalog.>) 63"
      " OR pg_catalog.to_regclass(pg_catalog.format('%I.%I', pg_catalog.current_schema(), $1))"
      " IS NOT NULL THEN $2 ELSE $1 END AS name"
      " FROM t), c AS (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s%s', x.name, x.type,"
      " CASE WHEN x.not_null THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY x.ordinality) AS defined,"
      " pg_catalog.string_agg(pg_catalog.quote_ident(x.name), ', ' ORDER BY x.ordinality) AS named,"
      " pg_catalog.bool_and(x.name IS NOT NULL AND x.type OPERATOR(pg_catalog.~)"
      " '^[a-zA-Z0-9_.\"]+( [a-z]+)*(\\([0-9]+(,[0-9]+)?"
      "\\))?(\\[\\])*$' AND pg_catalog.to_regtype(x.type) IS NOT NULL) AS is_sane"
      " FROM ROWS FROM (pg_catalog.jsonb_to_recordset($3::jsonb)"
      " AS (name text, type text, not_null bool))"
      " WITH ORDINALITY x)"
      " SELECT n.relid,"
      " pg_catalog.format('CREATE TABLE %I.%I (%s, PRIMARY KEY (%I))', pg_catalog.current_schema(),"
      " n.name, c.defined, $4::text),"
      " pg_catalog.format('COPY %I.%I (%s) FROM STDIN', pg_catalog.current_schema(), n.name,"
      " c.named),"
      " pg_catalog.format('%I.%I', pg_catalog.current_schema(), n.name), n.name,"
      " coalesce(c.is_sane, false), EXISTS (SELECT FROM vecext.namespace_tables s"
      " WHERE s.relid::oid::text OPERATOR(pg_catalog.=) n.relid) FROM n, c"};
  return {&kStatement, Arguments().text(name).text(spare).json(columns).text(id_column)};
}

RestorePlan restore_plan_of(const Result& rows) {
  return {rows.text(0, 0), rows.text(0, 1),    rows.text(0, 2),   rows.text(0, 3),
          rows.text(0, 4), rows.boolean(0, 5), rows.boolean(0, 6)};
}

Call restore_collection(std::string_view table, std::string_view definition,
                        std::string_view name) {
  static const Statement kStatement{
      "restore_collection", "SELECT vecext.restore_collection($1::text::regclass, $2::jsonb, $3)"};
  return {&kStatement, Arguments().text(table).json(definition).text(name)};
}

Call create_vector_indexes(std::string_view name) {
  static const Statement kStatement{"create_vector_indexes",
                                    "SELECT vecext.create_vector_indexes($1)"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call take_aliases(std::string_view name, std::string_view old) {
  static const Statement kStatement{
      "take_aliases",
      "SELECT pg_catalog.count(vecext.switch_alias(pg_catalog.quote_ident(l.alias), $1))"
      " FROM vecext.list_aliases($2) l"};
  return {&kStatement, Arguments().text(quoted(name)).text(quoted(old))};
}

Call rename_collection(std::string_view name, std::string_view new_name) {
  static const Statement kStatement{"rename_collection", "SELECT vecext.rename_collection($1, $2)"};
  return {&kStatement, Arguments().text(quoted(name)).text(new_name)};
}

}  // namespace vecext::gateway::sql

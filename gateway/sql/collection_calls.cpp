#include "sql/collection_calls.h"

#include "sql/names.h"

namespace vecext::gateway::sql {

Call list_collections() {
  static const Statement kStatement{"list_collections",
                                    "SELECT name FROM vecext.collections ORDER BY name"};
  return {&kStatement, {}};
}

Call collection_exists(std::string_view name) {
  static const Statement kStatement{"collection_exists", "SELECT vecext.collection_exists($1)"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call collection_info(std::string_view name) {
  static const Statement kStatement{
      "collection_info",
      "SELECT vecext.collection_info($1, (SELECT k.reltuples OPERATOR(pg_catalog.<=) 1000000"
      " FROM pg_catalog.pg_class AS k"
      " WHERE k.oid OPERATOR(pg_catalog.=) vecext.collection_table($1)))"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call create_collection(std::string_view name, std::string_view vectors, std::string_view options) {
  static const Statement kStatement{
      "create_collection", "SELECT vecext.create_collection($1, $2::jsonb, options => $3::jsonb)"};
  return {&kStatement, Arguments().text(quoted(name)).json(vectors).json(options)};
}

Call update_collection(std::string_view name, std::string_view options) {
  static const Statement kStatement{"update_collection",
                                    "SELECT vecext.update_collection($1, $2::jsonb)"};
  return {&kStatement, Arguments().text(quoted(name)).json(options)};
}

Call drop_collection(std::string_view name) {
  static const Statement kStatement{"drop_collection", "SELECT vecext.drop_collection($1, true)"};
  return {&kStatement, Arguments().text(quoted(name))};
}

Call add_vector(std::string_view name, std::string_view vector, std::string_view definition) {
  static const Statement kStatement{"add_vector", "SELECT vecext.add_vector($1, $2, $3::jsonb)"};
  return {&kStatement, Arguments().text(quoted(name)).text(vector).json(definition)};
}

Call drop_vector(std::string_view name, std::string_view vector) {
  static const Statement kStatement{"drop_vector", "SELECT vecext.drop_vector($1, $2)"};
  return {&kStatement, Arguments().text(quoted(name)).text(vector)};
}

Call set_payload_index(std::string_view name, std::string_view key, std::string_view type,
                       std::string_view options) {
  static const Statement kStatement{"set_payload_index",
                                    "SELECT vecext.set_payload_index($1, $2, $3, $4::jsonb)"};
  return {&kStatement, Arguments().text(quoted(name)).text(key).text(type).json(options)};
}

Call drop_payload_index(std::string_view name, std::string_view key) {
  static const Statement kStatement{"drop_payload_index",
                                    "SELECT vecext.drop_payload_index($1, $2)"};
  return {&kStatement, Arguments().text(quoted(name)).text(key)};
}

Call update_aliases(std::string_view actions) {
  static const Statement kStatement{"update_aliases", "SELECT vecext.update_aliases($1::jsonb)"};
  return {&kStatement, Arguments().json(actions)};
}

Call list_aliases() {
  static const Statement kStatement{
      "list_aliases", "SELECT alias, collection_name FROM vecext.list_aliases() ORDER BY alias"};
  return {&kStatement, {}};
}

Call list_aliases(std::string_view name) {
  static const Statement kStatement{
      "list_aliases_of",
      "SELECT alias, collection_name FROM vecext.list_aliases($1) ORDER BY alias"};
  return {&kStatement, Arguments().text(quoted(name))};
}

}  // namespace vecext::gateway::sql

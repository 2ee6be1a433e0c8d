#include "sql/namespace_calls.h"

namespace vecext::gateway::sql {

Call list_namespaces() {
  static const Statement kStatement{"list_namespaces",
                                    "SELECT n FROM vecext.list_namespaces() AS n"};
  return {&kStatement, {}};
}

Call create_namespace(const NewNamespace& made) {
  static const Statement kStatement{
      "create_namespace", "SELECT vecext.create_namespace($1, $2, $3, $4::jsonb, $5::jsonb)"};
  Arguments arguments;
  arguments.text(made.id);
  made.name ? arguments.text(*made.name) : arguments.null();
  arguments.text(made.tier);
  made.quotas ? arguments.json(*made.quotas) : arguments.null();
  arguments.json(made.metadata);
  return {&kStatement, std::move(arguments)};
}

Call get_namespace(std::string_view id) {
  static const Statement kStatement{"get_namespace", "SELECT vecext.get_namespace($1)"};
  return {&kStatement, Arguments().text(id)};
}

Call update_namespace_quotas(std::string_view id, std::string_view quotas) {
  static const Statement kStatement{"update_namespace_quotas",
                                    "SELECT vecext.update_namespace_quotas($1, $2::jsonb)"};
  return {&kStatement, Arguments().text(id).json(quotas)};
}

Call update_namespace_status(std::string_view id, std::string_view status) {
  static const Statement kStatement{"update_namespace_status",
                                    "SELECT vecext.update_namespace_status($1, $2)"};
  return {&kStatement, Arguments().text(id).text(status)};
}

Call update_namespace_tier(std::string_view id, std::string_view tier) {
  static const Statement kStatement{"update_namespace_tier",
                                    "SELECT vecext.update_namespace_tier($1, $2)"};
  return {&kStatement, Arguments().text(id).text(tier)};
}

Call update_namespace_metadata(std::string_view id, std::string_view metadata) {
  static const Statement kStatement{"update_namespace_metadata",
                                    "SELECT vecext.update_namespace_metadata($1, $2::jsonb)"};
  return {&kStatement, Arguments().text(id).json(metadata)};
}

Call delete_namespace(std::string_view id, bool force) {
  static const Statement kStatement{"delete_namespace", "SELECT vecext.delete_namespace($1, $2)"};
  return {&kStatement, Arguments().text(id).boolean(force)};
}

Call namespace_stats(std::string_view id) {
  static const Statement kStatement{"namespace_stats", "SELECT vecext.namespace_stats($1)"};
  return {&kStatement, Arguments().text(id)};
}

Call aggregate_stats() {
  static const Statement kStatement{"aggregate_stats", "SELECT vecext.aggregate_stats()"};
  return {&kStatement, {}};
}

}  // namespace vecext::gateway::sql

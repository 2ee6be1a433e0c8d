#include "sql/session_calls.h"

#include <string>

#include "sql/names.h"

namespace vecext::gateway::sql {

Call name_session(std::string_view trace) {
  static const Statement kStatement{"name_session",
                                    "SELECT pg_catalog.set_config('application_name', $1, true)"};
  return {&kStatement, Arguments().text("vecextd " + std::string(trace))};
}

Call limit_time(std::chrono::seconds limit) {
  static const Statement kStatement{
      "limit_time",
      "SELECT pg_catalog.set_config('statement_timeout', $1, true)"
      " WHERE pg_catalog.current_setting('statement_timeout') OPERATOR(pg_catalog.=) '0'"
      " OR pg_catalog.current_setting('statement_timeout')::pg_catalog.interval "
      "OPERATOR(pg_catalog.>)"
      " $1::pg_catalog.interval"};
  return {&kStatement, Arguments().text(std::to_string(limit.count()) + "s")};
}

Call take_role(std::string_view role) {
  static const Statement kStatement{"take_role", "SELECT pg_catalog.set_config('role', $1, true)"};
  return {&kStatement, Arguments().text(role)};
}

Call choose_namespace(std::string_view id) {
  static const Statement kStatement{"choose_namespace",
                                    "SELECT pg_catalog.set_config('vecext.namespace', $1, true)"};
  return {&kStatement, Arguments().text(id)};
}

// SQL has no statement that raises an error of ours, but a division does.
Call require_point(std::string_view collection, std::string_view filter) {
  static const Statement kStatement{"require_point",
                                    "SELECT 1 OPERATOR(pg_catalog./) pg_catalog.count(*) FROM "
                                    "vecext.scroll($1, limit_ => 1, filter => $2::jsonb,"
                                    " with_payload => 'false', with_vectors => 'false')"};
  return {&kStatement, Arguments().text(quoted(collection)).json(filter)};
}

Call require_policies() {
  static const Statement kStatement{
      "require_policies",
      "SELECT 1 OPERATOR(pg_catalog./) pg_catalog.count(*) FROM pg_catalog.pg_roles"
      " WHERE rolname OPERATOR(pg_catalog.=) current_user AND NOT rolsuper AND NOT rolbypassrls"};
  return {&kStatement, {}};
}

}  // namespace vecext::gateway::sql

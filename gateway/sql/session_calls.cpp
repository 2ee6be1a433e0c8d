#include "sql/session_calls.h"

#include <string>

namespace vecext::gateway::sql {

Call ping() {
  static const Statement kStatement{"ping", "SELECT 1"};
  return {&kStatement, {}};
}

Call name_session(std::string_view trace) {
  static const Statement kStatement{"name_session",
                                    "SELECT set_config('application_name', $1, true)"};
  return {&kStatement, Arguments().text("vecextd " + std::string(trace))};
}

Call limit_time(std::chrono::seconds limit) {
  static const Statement kStatement{"limit_time",
                                    "SELECT set_config('statement_timeout', $1, true)"};
  return {&kStatement, Arguments().text(std::to_string(limit.count()) + "s")};
}

}  // namespace vecext::gateway::sql

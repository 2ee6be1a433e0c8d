#include "sql/ping.h"

namespace vecext::gateway::sql {

Call ping() {
  static const Statement kStatement{"ping", "SELECT 1"};
  return {&kStatement, {}};
}

}  // namespace vecext::gateway::sql

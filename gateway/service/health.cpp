#include "service/health.h"

#include <exception>

#include "pool/pool.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

Task<bool> is_ready(Pool& pool) {
  try {
    co_await pool.execute(sql::ping());
    co_return true;
  } catch (const std::exception&) {
    co_return false;
  }
}

}  // namespace vecext::gateway

#include "service/health.h"

#include <exception>

#include "pool/pool.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

Task<bool> Readiness::is_ready() {
  constexpr std::chrono::seconds kKept(1);
  constexpr std::chrono::seconds kLimit(5);  // of the statement
  const auto now = std::chrono::steady_clock::now();
  if (now - asked_ < kKept) {
    co_return is_ready_;
  }
  asked_ = now;
  try {
    Call calls[] = {sql::limit_time(kLimit), sql::ping()};
    co_await pool_.execute(calls);
    is_ready_ = true;
  } catch (const std::exception&) {
    is_ready_ = false;
  }
  co_return is_ready_;
}

}  // namespace vecext::gateway

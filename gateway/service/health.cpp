#include "service/health.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "pool/pool.h"
#include "sql/collection_calls.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

Task<bool> Readiness::is_ready() {
  constexpr std::chrono::seconds kKept(1);
  constexpr std::chrono::seconds kLimit(5);  // of the statement
  if (asking_) {
    boost::system::error_code ignored;
    co_await asking_->async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>(), ignored));
    co_return is_ready_;
  }
  if (std::chrono::steady_clock::now() - answered_ < kKept) {
    co_return is_ready_;
  }
  const Executor executor = co_await asio::this_coro::executor;
  asking_.emplace(executor);
  asking_->expires_at(Timer::time_point::max());
  try {
    Call calls[] = {sql::limit_time(kLimit), sql::collection_exists("")};
    co_await pool_.execute(calls, nullptr, 2 * kLimit);
    is_ready_ = true;
  } catch (const std::exception&) {
    is_ready_ = false;
  }
  answered_ = std::chrono::steady_clock::now();
  asking_.reset();
  co_return is_ready_;
}

}  // namespace vecext::gateway

#include "service/health.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "pool/pool.h"
#include "pool/sql_error.h"
#include "sql/collection_calls.h"
#include "sql/session_calls.h"

namespace vecext::gateway {

namespace {

std::string obstacle_of(const SqlError& error) {
  if (error.state() == "3F000" || error.state() == "42883") {  // a schema or a function is missing
    return "The database has no extension vecext";
  }
  return "PostgreSQL raises an error: " + std::string(error.state());
}

}  // namespace

Task<std::string> Readiness::obstacle() {
  constexpr std::chrono::seconds kKept(1);
  constexpr std::chrono::seconds kLimit(5);  // of the statement
  if (asking_) {
    boost::system::error_code ignored;
    co_await asking_->async_wait(asio::redirect_error(asio::use_awaitable_t<Executor>(), ignored));
    co_return obstacle_;
  }
  if (std::chrono::steady_clock::now() - answered_ < kKept) {
    co_return obstacle_;
  }
  const Executor executor = co_await asio::this_coro::executor;
  asking_.emplace(executor);
  asking_->expires_at(Timer::time_point::max());
  try {
    Call calls[] = {sql::limit_time(kLimit), sql::collection_exists("")};
    co_await pool_.execute(calls, nullptr, 2 * kLimit);
    obstacle_.clear();
  } catch (const SqlError& error) {
    obstacle_ = obstacle_of(error);
  } catch (const Failure& failure) {
    obstacle_ = failure.message();
  } catch (const std::exception&) {
    obstacle_ = "PostgreSQL does not answer";
  }
  answered_ = std::chrono::steady_clock::now();
  asking_.reset();
  co_return obstacle_;
}

}  // namespace vecext::gateway

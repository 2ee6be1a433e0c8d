// Turns of the loop.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/task.h"

namespace vecext::gateway {

/// Lets the other coroutines of the loop run that are ready. Long work calls it again and again.
inline Task<> let_others_run() {
  const Executor executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable_t<Executor>());
}

}  // namespace vecext::gateway

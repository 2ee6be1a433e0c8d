// Coroutines of the gateway. Each runs on the io_context of one thread, and stays there.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>

namespace vecext::gateway {

namespace asio = boost::asio;

/// The executor of a thread's loop. A type of its own, in place of asio's any_io_executor, spares
/// virtual calls.
using Executor = asio::io_context::executor_type;

template <class T = void>
using Task = asio::awaitable<T, Executor>;

/// A timer on the loop of a thread.
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

}  // namespace vecext::gateway

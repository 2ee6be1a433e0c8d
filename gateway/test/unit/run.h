// Runs coroutines on a loop of their own.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "base/task.h"

namespace vecext::gateway {

/// Runs a coroutine to its end. Rethrows what it has thrown. Adds the number of handlers that the
/// loop has run to `turns`, unless it is null.
template <class T>
T result_of(Task<T> task, std::size_t* turns = nullptr) {
  asio::io_context loop;
  std::exception_ptr error;
  T result{};
  asio::co_spawn(loop.get_executor(), std::move(task), [&](std::exception_ptr thrown, T returned) {
    error = thrown;
    result = std::move(returned);
  });
  const std::size_t count = loop.run();
  if (turns != nullptr) {
    *turns += count;
  }
  if (error) {
    std::rethrow_exception(error);
  }
  return result;
}

}  // namespace vecext::gateway

// A gateway without a server: whatever asks PostgreSQL fails there with kUnavailable.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

#include "access/authenticator.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "base/task.h"
#include "metrics/registry.h"
#include "pool/pool.h"
#include "service/snapshots.h"

namespace vecext::gateway::fuzz {

struct Backend {
  Backend() { open_log(false, "off"); }

  /// Runs a task to its end, and what it leaves to the loop.
  template <class T>
  T run(Task<T> task) {
    T made{};
    std::exception_ptr thrown;
    asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
      thrown = error;
      made = std::move(value);
    });
    loop.restart();
    loop.run();
    if (thrown) {
      std::rethrow_exception(thrown);
    }
    return made;
  }

  asio::io_context loop{1};
  Registry registry{0};
  ThreadMetrics& metrics = registry.add_thread();
  // libpq refuses this string before it opens a socket.
  Pool pool{loop.get_executor(), {.conninfo = "none"}, metrics};
  Authenticator authenticator{{}};
  SnapshotOptions snapshots;
  Shutdown shutdown{loop.get_executor(), std::chrono::seconds(1), [] {}};
};

}  // namespace vecext::gateway::fuzz

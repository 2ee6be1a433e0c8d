// Requests to the server that it give up what a connection executes.
#pragma once

#include <libpq-fe.h>

#include <functional>
#include <memory>

#include "base/task.h"

namespace vecext::gateway {

/// Makes the threads of request_cancel, unless they are there. Throws a system_error if that cannot
/// be done: requests may be cancelled where nothing can be thrown.
void prepare_to_cancel();

/// Asks the server to give up what the connection executes, and calls `done` on the loop once the
/// server has been asked, or cannot be. libpq connects for that and waits until the server has sent
/// its signal, so it runs on another thread. The connection may be closed meanwhile.
void request_cancel(PGconn* connection, Executor executor, std::function<void()> done);

}  // namespace vecext::gateway

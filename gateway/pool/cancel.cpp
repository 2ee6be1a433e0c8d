#include "pool/cancel.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace vecext::gateway {

namespace {

struct Free {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

// All loops share them. They are never joined: a server that does not answer would hold up the end.
asio::thread_pool& threads() {
  static auto* const kThreads = new asio::thread_pool(2);
  return *kThreads;
}

}  // namespace

void request_cancel(PGconn* connection, Executor executor, std::function<void()> done) {
  std::shared_ptr<PGcancel> cancel(PQgetCancel(connection), Free());
  asio::post(threads(), [cancel = std::move(cancel), executor, done = std::move(done)]() mutable {
    if (cancel != nullptr) {
      char reason[256];
      PQcancel(cancel.get(), reason, sizeof reason);
    }
    asio::post(executor, std::move(done));
  });
}

}  // namespace vecext::gateway

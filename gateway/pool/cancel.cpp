#include "pool/cancel.h"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace vecext::gateway {

namespace {

#ifdef LIBPQ_HAS_ASYNC_CANCEL
// A request by a connection that is encrypted as the one that it is about.
class CancelRequest {
 public:
  explicit CancelRequest(PGconn* connection)
      : request_(PQcancelCreate(connection), PQcancelFinish) {}
  void send() { PQcancelBlocking(request_.get()); }

 private:
  std::unique_ptr<PGcancelConn, void (*)(PGcancelConn*)> request_;
};
#else
// Before version 17, libpq sends the request, and the key of the session with it, without TLS.
class CancelRequest {
 public:
  explicit CancelRequest(PGconn* connection) : request_(PQgetCancel(connection), PQfreeCancel) {}
  void send() {
    char reason[256];
    PQcancel(request_.get(), reason, sizeof reason);
  }

 private:
  std::unique_ptr<PGcancel, void (*)(PGcancel*)> request_;
};
#endif

// All loops share them. They are never joined: a server that does not answer would hold up the end.
asio::thread_pool& threads() {
  static auto* const kThreads = new asio::thread_pool(2);
  return *kThreads;
}

}  // namespace

void prepare_to_cancel() {
  threads();
}

void request_cancel(PGconn* connection, Executor executor, std::function<void()> done) {
  const auto request = std::make_shared<CancelRequest>(connection);
  asio::post(threads(), [request, executor, done = std::move(done)]() mutable {
    request->send();
    asio::post(executor, std::move(done));
  });
}

}  // namespace vecext::gateway

#include "wire/http2/http2_connections.h"

namespace vecext::gateway {

namespace {

Task<> serve_connection(Accepted accepted, Http2Limits limits, Http2Handler& handler,
                        Shutdown& shutdown) {
  const Shutdown::Work work(shutdown);  // until the session has its own
  std::unique_ptr<Transport> transport =
      co_await open_transport(std::move(accepted), limits.receive);
  if (transport != nullptr) {
    transport->unlimit_time();  // the session has limits of its own
    std::make_shared<Http2Session>(std::move(transport), limits, handler, shutdown)->start();
  }
}

}  // namespace

ServeConnection http2_connections(const Http2Limits& limits, Http2Handler& handler,
                                  Shutdown& shutdown) {
  return [limits, &handler, &shutdown](Accepted accepted) {
    return serve_connection(std::move(accepted), limits, handler, shutdown);
  };
}

}  // namespace vecext::gateway

#include "wire/http2/http2_listener.h"

#include "wire/tls/listener.h"

namespace vecext::gateway {

namespace {

Task<> serve_connection(TcpStream stream, std::shared_ptr<Tls::Context> context, Http2Limits limits,
                        Http2Handler& handler, Shutdown& shutdown) {
  std::unique_ptr<Transport> transport =
      co_await open_transport(std::move(stream), std::move(context), limits.receive);
  if (transport != nullptr) {
    transport->unlimit_time();  // the session has limits of its own
    std::make_shared<Http2Session>(std::move(transport), limits, handler, shutdown)->start();
  }
}

}  // namespace

std::uint16_t serve_http2(asio::io_context& loop, const Http2Options& options,
                          Http2Handler& handler, const Tls* tls, Shutdown& shutdown) {
  const auto serve = [limits = options.limits, &handler, &shutdown](
                         TcpStream stream, std::shared_ptr<Tls::Context> context) {
    return serve_connection(std::move(stream), std::move(context), limits, handler, shutdown);
  };
  return serve_connections(loop, options.address, options.port, tls, shutdown, serve);
}

}  // namespace vecext::gateway

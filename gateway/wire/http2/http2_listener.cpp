#include "wire/http2/http2_listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vecext::gateway {

namespace {

using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;

constexpr asio::use_awaitable_t<Executor> kAwait;

Task<> serve_connection(TcpStream stream, std::shared_ptr<Tls::Context> context, Http2Limits limits,
                        Http2Handler& handler) {
  std::unique_ptr<Transport> transport =
      co_await open_transport(std::move(stream), std::move(context), limits.receive);
  if (transport != nullptr) {
    transport->unlimit_time();  // the session has limits of its own
    std::make_shared<Http2Session>(std::move(transport), limits, handler)->start();
  }
}

Task<> accept_connections(Acceptor acceptor, Http2Limits limits, Http2Handler& handler,
                          const Tls* tls) {
  while (true) {
    error_code error;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(kAwait, error));
    if (error == asio::error::operation_aborted) {
      co_return;
    }
    if (error) {
      co_await pause_accepting(acceptor.get_executor());
      continue;
    }
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    auto context = tls == nullptr ? nullptr : tls->context();
    asio::co_spawn(
        acceptor.get_executor(),
        serve_connection(TcpStream(std::move(socket)), std::move(context), limits, handler),
        asio::detached);
  }
}

}  // namespace

std::uint16_t serve_http2(asio::io_context& loop, const Http2Options& options,
                          Http2Handler& handler, const Tls* tls) {
  const Tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
  acceptor.bind(endpoint);
  acceptor.listen(asio::socket_base::max_listen_connections);
  const std::uint16_t port = acceptor.local_endpoint().port();
  asio::co_spawn(loop.get_executor(),
                 accept_connections(std::move(acceptor), options.limits, handler, tls),
                 asio::detached);
  return port;
}

}  // namespace vecext::gateway

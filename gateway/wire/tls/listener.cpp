#include "wire/tls/listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

namespace vecext::gateway {

namespace {

using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;

// Waits for a tenth of a second, before a connection is accepted once more: the process may have
// too many files open, and would find that out over and over.
Task<> pause_accepting(Executor executor) {
  Timer timer(executor);
  timer.expires_after(std::chrono::milliseconds(100));
  error_code ignored;
  co_await timer.async_wait(await_or(ignored));
}

Task<> accept_connections(Acceptor acceptor, const Tls* tls, Shutdown& shutdown,
                          ServeConnection serve) {
  const auto begin = [&](auto socket) {
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    auto context = tls == nullptr ? nullptr : tls->context();
    asio::co_spawn(acceptor.get_executor(), serve(TcpStream(std::move(socket)), std::move(context)),
                   asio::detached);
  };
  const Shutdown::Work work(shutdown, [&acceptor](Stage) {
    error_code ignored;
    acceptor.cancel(ignored);
  });
  error_code error;
  while (!shutdown.has_begun()) {
    auto socket = co_await acceptor.async_accept(await_or(error));
    if (!error) {
      begin(std::move(socket));
    } else if (error != asio::error::operation_aborted) {
      co_await pause_accepting(acceptor.get_executor());
    }
  }
  // The kernel resets the connections that wait when it closes the socket.
  acceptor.non_blocking(true, error);
  while (!error) {
    auto socket = acceptor.accept(error);
    if (!error) {
      begin(std::move(socket));
    }
  }
  acceptor.close(error);
  co_await asio::post(acceptor.get_executor(), asio::use_awaitable_t<Executor>());  // so they begin
}

}  // namespace

void require_free(const std::string& address, std::uint16_t port) {
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  const Tcp::endpoint endpoint(parsed, port);
  asio::io_context loop;
  Tcp::acceptor acceptor(loop);
  if (!error) {
    acceptor.open(endpoint.protocol(), error);
  }
  if (!error) {
    acceptor.set_option(Tcp::acceptor::reuse_address(true), error);  // of connections that ended
  }
  if (!error) {
    acceptor.bind(endpoint, error);
  }
  if (error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " +
                             error.message());
  }
}

std::uint16_t serve_connections(asio::io_context& loop, const std::string& address,
                                std::uint16_t port, const Tls* tls, Shutdown& shutdown,
                                ServeConnection serve) {
  const Tcp::endpoint endpoint(asio::ip::make_address(address), port);
  Acceptor acceptor(loop.get_executor());
  acceptor.open(endpoint.protocol());
  acceptor.set_option(Tcp::acceptor::reuse_address(true));
  acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>(true));
  acceptor.bind(endpoint);
  acceptor.listen(asio::socket_base::max_listen_connections);
  const std::uint16_t used = acceptor.local_endpoint().port();
  asio::co_spawn(loop.get_executor(),
                 accept_connections(std::move(acceptor), tls, shutdown, std::move(serve)),
                 asio::detached);
  return used;
}

}  // namespace vecext::gateway

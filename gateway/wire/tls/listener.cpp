#include "wire/tls/listener.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

namespace vecext::gateway {

Listener::Listener(asio::io_context& loop, const std::string& address, std::uint16_t port,
                   const Tls* tls, std::vector<ServingThread> threads)
    : acceptor_(loop.get_executor()), tls_(tls), threads_(std::move(threads)) {
  try {
    listen(address, port);
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " +
                             error.code().message());
  }
  port_ = acceptor_.local_endpoint().port();
  asio::co_spawn(acceptor_.get_executor(), accept_until_closed(), asio::detached);
}

void Listener::listen(const std::string& address, std::uint16_t port) {
  const Tcp::endpoint endpoint(asio::ip::make_address(address), port);
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(Tcp::acceptor::reuse_address(true));  // of connections that ended
  acceptor_.set_option(asio::socket_base::enable_connection_aborted(true));  // or accept may wait
  acceptor_.bind(endpoint);
  acceptor_.listen(asio::socket_base::max_listen_connections);
  acceptor_.non_blocking(true);
}

Task<> Listener::accept_until_closed() {
  Timer timer(acceptor_.get_executor());
  error_code error;
  while (acceptor_.is_open()) {
    co_await acceptor_.async_wait(Tcp::acceptor::wait_read, await_or(error));
    if (!error) {
      error = accept_established();
      log(error);
    }
    // The process may have too many files open, and would find that out over and over.
    if (error && acceptor_.is_open()) {
      timer.expires_after(std::chrono::milliseconds(100));
      co_await timer.async_wait(await_or(error));
    }
  }
}

// Says once in the log that connections cannot be accepted, and once that they can be again.
void Listener::log(const error_code& error) {
  if (error && !is_failing_) {
    spdlog::error("cannot accept connections on port {}: {}", port_, error.message());
  } else if (!error && is_failing_) {
    spdlog::info("connections are accepted again on port {}", port_);
  }
  is_failing_ = static_cast<bool>(error);
}

// Accepts the connections that the kernel has established, and returns why it cannot accept one of
// them, or no error.
error_code Listener::accept_established() {
  error_code error;
  while (true) {
    const std::size_t chosen = choose_thread();
    ServingThread& thread = threads_[chosen];
    Tcp::socket::rebind_executor<Executor>::other socket(thread.executor);
    acceptor_.accept(socket, error);
    if (error) {
      return error == asio::error::would_block ? error_code() : error;
    }
    last_ = chosen;
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    Accepted accepted{TcpStream(std::move(socket)), tls_ == nullptr ? nullptr : tls_->context(),
                      CountedConnection(thread.connections)};
    asio::co_spawn(thread.executor, thread.serve(std::move(accepted)), asio::detached);
  }
}

// Returns the number of a thread that has the fewest connections, and takes turns among threads
// that have equally many.
std::size_t Listener::choose_thread() const {
  std::size_t fewest = (last_ + 1) % threads_.size();
  for (std::size_t i = 2; i <= threads_.size(); ++i) {
    const std::size_t next = (last_ + i) % threads_.size();
    if (threads_[next].connections < threads_[fewest].connections) {
      fewest = next;
    }
  }
  return fewest;
}

void Listener::close() {
  accept_established();
  error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace vecext::gateway

// The stream of bytes under Boost.Beast's WebSocket: a Transport, whose coroutines become
// operations with callbacks.
#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/role.hpp>
#include <utility>

#include "wire/tls/transport.h"

namespace vecext::gateway {

class TransportStream {
 public:
  using executor_type = Executor;

  /// `read` has bytes that were read from the transport already. Both outlive the stream.
  TransportStream(Transport& transport, boost::beast::flat_buffer& read)
      : transport_(&transport), read_(&read) {}

  executor_type get_executor() { return transport_->executor(); }
  Transport& transport() { return *transport_; }
  /// True once a read has failed. Nothing more comes, and a further read might wait in vain.
  bool has_ended() const { return has_ended_; }

  // Reads into the first buffer that is not empty.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    asio::mutable_buffer to;
    for (const asio::mutable_buffer part : boost::beast::buffers_range_ref(buffers)) {
      to = to.size() == 0 ? part : to;
    }
    return start(std::forward<Token>(token), [this, to] { return read_some(to); });
  }

  // Writes the first two buffers that are not empty: Beast calls it again for the others.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    std::array<asio::const_buffer, 2> from;
    std::size_t parts = 0;
    for (const asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
      if (part.size() > 0 && parts < from.size()) {
        from[parts++] = part;
      }
    }
    return start(std::forward<Token>(token), [this, from] { return write(from); });
  }

 private:
  using Moved = std::pair<error_code, std::size_t>;  // and how many bytes were read or written

  // Runs a coroutine, and calls the handler that the token stands for with its result.
  template <class Token, class Run>
  auto start(Token&& token, Run run) {
    const auto initiate = [](auto handler, Executor executor, Run make) {
      asio::co_spawn(executor, make(),
                     [handler = std::move(handler)](std::exception_ptr, Moved moved) mutable {
                       std::move(handler)(moved.first, moved.second);
                     });
    };
    return asio::async_initiate<Token, void(error_code, std::size_t)>(initiate, token,
                                                                      get_executor(), run);
  }

  Task<Moved> read_some(asio::mutable_buffer to) {
    Moved moved;
    if (read_->size() > 0) {
      moved.second = asio::buffer_copy(to, read_->data());
      read_->consume(moved.second);
    } else {
      moved.second = co_await transport_->read_some(to, moved.first);
      has_ended_ = has_ended_ || moved.first;
    }
    co_return moved;
  }

  Task<Moved> write(std::array<asio::const_buffer, 2> from) {
    Moved moved;
    co_await transport_->write(from, moved.first);
    moved.second = moved.first ? 0 : from[0].size() + from[1].size();
    co_return moved;
  }

  Transport* transport_;
  boost::beast::flat_buffer* read_;
  bool has_ended_ = false;
};

// Beast finds these functions by their names.

inline void beast_close_socket(TransportStream& stream) {
  stream.transport().close();
}

inline void teardown(boost::beast::role_type, TransportStream& stream, error_code& error) {
  error.clear();
  stream.transport().shut_down();
}

template <class Handler>
void async_teardown(boost::beast::role_type, TransportStream& stream, Handler&& handler) {
  stream.transport().shut_down();
  asio::post(stream.get_executor(),
             boost::beast::bind_front_handler(std::forward<Handler>(handler), error_code()));
}

}  // namespace vecext::gateway

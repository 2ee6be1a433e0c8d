#include "wire/tls/transport.h"

#include <algorithm>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace vecext::gateway {

namespace {

template <class Bytes>
Task<std::size_t> read_bytes(Bytes& bytes, asio::mutable_buffer to, error_code& error) {
  const std::size_t size = co_await bytes.async_read_some(to, await_or(error));
  co_return size;
}

template <class Bytes>
Task<> write_bytes(Bytes& bytes, const std::array<asio::const_buffer, 2>& from, error_code& error) {
  for (const asio::const_buffer& part : from) {
    if (!error && part.size() > 0) {
      co_await asio::async_write(bytes, part, await_or(error));
    }
  }
}

class PlainTransport : public Transport {
 public:
  explicit PlainTransport(Accepted accepted)
      : Transport(std::move(accepted.counted)), stream_(std::move(accepted.stream)) {
    error_code ignored;
    stream_.socket().non_blocking(true, ignored);
  }

  Task<std::size_t> read_some(asio::mutable_buffer to, error_code& error) override {
    return read_bytes(stream_, to, error);
  }
  Task<> write(std::array<asio::const_buffer, 2> from, error_code& error) override {
    if (!error && asio::buffer_size(from) <= kAtOnce) {
      write_at_once(from);
    }
    if (asio::buffer_size(from) > 0) {
      co_await write_bytes(stream_, from, error);
    }
  }

 private:
  // Bytes that are written without a turn of the loop. More of them might keep other connections
  // waiting.
  static constexpr std::size_t kAtOnce = 64u << 10;

  // Writes what the socket has room for, and leaves the rest in `parts`. An error is that of the
  // next write, too.
  void write_at_once(std::array<asio::const_buffer, 2>& parts) {
    error_code ignored;
    std::size_t written = stream_.socket().write_some(parts, ignored);
    for (asio::const_buffer& part : parts) {
      const std::size_t of_part = std::min(written, part.size());
      part += of_part;
      written -= of_part;
    }
  }

  TcpStream& stream() override { return stream_; }

  TcpStream stream_;
};

class TlsTransport : public Transport {
 public:
  explicit TlsTransport(Accepted accepted)
      : Transport(std::move(accepted.counted)),
        context_(std::move(accepted.context)),
        secure_(std::move(accepted.stream), *context_) {}

  Task<> shake_hands(error_code& error) {
    co_await secure_.async_handshake(asio::ssl::stream_base::server, await_or(error));
  }
  Task<std::size_t> read_some(asio::mutable_buffer to, error_code& error) override {
    return read_bytes(secure_, to, error);
  }
  Task<> write(std::array<asio::const_buffer, 2> from, error_code& error) override {
    co_await write_bytes(secure_, from, error);
  }

 private:
  TcpStream& stream() override { return secure_.next_layer(); }

  std::shared_ptr<Tls::Context> context_;  // of the connection, whatever is loaded meanwhile
  asio::ssl::stream<TcpStream> secure_;
};

}  // namespace

Task<> Transport::drain(std::uint64_t most_bytes, std::chrono::seconds limit) {
  constexpr std::size_t kPart = 64u << 10;  // bytes
  std::string part(kPart, '\0');
  error_code error;
  limit_time(limit);
  for (std::uint64_t read = 0; !error && read < most_bytes;) {
    const std::size_t size = co_await read_some(asio::buffer(part), error);
    read += size;
  }
}

bool Transport::has_unread() {
  error_code ignored;
  return stream().socket().available(ignored) > 0;
}

void Transport::shut_down() {
  error_code ignored;
  stream().socket().shutdown(Tcp::socket::shutdown_send, ignored);
}

void Transport::hang_up() {
  error_code ignored;
  stream().socket().shutdown(Tcp::socket::shutdown_both, ignored);
}

Task<std::unique_ptr<Transport>> open_transport(Accepted accepted, std::chrono::seconds limit) {
  if (accepted.context == nullptr) {
    co_return std::make_unique<PlainTransport>(std::move(accepted));
  }
  auto transport = std::make_unique<TlsTransport>(std::move(accepted));
  transport->limit_time(limit);
  error_code error;
  co_await transport->shake_hands(error);
  if (error) {
    transport.reset();
  }
  co_return transport;
}

}  // namespace vecext::gateway

// Connections of HTTP/2: frames as nghttp2 writes them for a client, of which some bytes are
// changed, or any bytes. The connection ends, and nothing of it is left.
#include <fuzzer/FuzzedDataProvider.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "backend.h"
#include "fuzz.h"
#include "wire/grpc/service.h"
#include "wire/http2/http2_session.h"

namespace vecext::gateway::fuzz {
namespace {

// A connection on which a text comes, part by part, and then its end.
class InputTransport : public Transport {
 public:
  InputTransport(Executor executor, std::string_view input, std::size_t part)
      : stream_(executor), input_(input), part_(part) {}

  Task<std::size_t> read_some(asio::mutable_buffer to, error_code& error) override {
    // What is under way goes on, so that no answer is left when the connection ends.
    const int turns = input_.empty() ? 50 : 1;
    for (int i = 0; i < turns; ++i) {
      co_await asio::post(executor(), asio::use_awaitable_t<Executor>());
    }
    if (input_.empty()) {
      error = asio::error::eof;
      co_return 0;
    }
    const std::size_t size = std::min({part_, to.size(), input_.size()});
    std::memcpy(to.data(), input_.data(), size);
    input_.remove_prefix(size);
    co_return size;
  }
  Task<> write(std::array<asio::const_buffer, 2>, error_code&) override { co_return; }

 private:
  TcpStream& stream() override { return stream_; }

  TcpStream stream_;
  std::string_view input_;
  std::size_t part_;
};

nghttp2_nv field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
          value.size(), NGHTTP2_NV_FLAG_NONE};
}

// What a client sends.
class Client {
 public:
  Client() : session_(open(), nghttp2_session_del) {}

  std::string text(FuzzedDataProvider& choices) {
    nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, nullptr, 0);
    std::string out;
    for (int left = choices.ConsumeIntegralInRange(1, 8); left > 0; --left) {
      step(choices);
      take(out);
    }
    return out;
  }

 private:
  static nghttp2_session* open() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session* session = nullptr;
    nghttp2_session_client_new(&session, callbacks, nullptr);
    nghttp2_session_callbacks_del(callbacks);
    return session;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& body = *static_cast<std::string*>(source->ptr);
    const std::size_t part = std::min(size, body.size());
    std::memcpy(buffer, body.data(), part);
    body.erase(0, part);
    if (body.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    }
    return static_cast<ssize_t>(part);
  }

  void step(FuzzedDataProvider& choices) {
    const auto id = static_cast<std::int32_t>(choices.ConsumeIntegralInRange(0, 7));
    switch (choices.ConsumeIntegralInRange(0, 5)) {
      case 0:
        nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
        break;
      case 1:
        nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
        break;
      case 2:
        nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, id,
                                     choices.ConsumeIntegral<std::int32_t>());
        break;
      default:
        request(choices);
    }
  }

  void request(FuzzedDataProvider& choices) {
    static const std::vector<std::string_view> kPaths = [] {
      std::vector<std::string_view> paths = grpc::all_methods();
      paths.push_back("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
      paths.push_back("/");
      return paths;
    }();
    const std::string_view path =
        kPaths[choices.ConsumeIntegralInRange<std::size_t>(0, kPaths.size() - 1)];
    const std::string timeout = choices.ConsumeRandomLengthString(12);
    std::vector<nghttp2_nv> fields = {
        field(":method", "POST"), field(":scheme", "http"), field(":path", path),
        field("content-type", choices.ConsumeBool() ? "application/grpc" : "text")};
    if (!timeout.empty()) {
      fields.push_back(field("grpc-timeout", timeout));
    }
    nghttp2_data_provider body{};
    body.source.ptr = &bodies_.emplace_back(choices.ConsumeRandomLengthString(200));
    body.read_callback = read_body;
    nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(), &body, nullptr);
  }

  void take(std::string& out) {
    const std::uint8_t* data = nullptr;
    ssize_t size = 0;
    while ((size = nghttp2_session_mem_send(session_.get(), &data)) > 0) {
      out += text_of(data, static_cast<std::size_t>(size));
    }
  }

  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
  std::deque<std::string> bodies_;  // they do not move
};

std::string input_of(FuzzedDataProvider& choices) {
  if (choices.ConsumeIntegralInRange(0, 7) == 0) {
    return NGHTTP2_CLIENT_MAGIC + choices.ConsumeRemainingBytesAsString();
  }
  std::string text = Client().text(choices);
  for (int left = choices.ConsumeIntegralInRange(0, 3); left > 0; --left) {
    text[choices.ConsumeIntegralInRange<std::size_t>(0, text.size() - 1)] ^=
        choices.ConsumeIntegral<char>();
  }
  return text;
}

void serve(FuzzedDataProvider& choices) {
  static Backend backend;
  static grpc::GrpcService service(backend.pool, backend.authenticator, backend.metrics, {},
                                   backend.snapshots, 1000, backend.shutdown);
  const std::size_t part = choices.PickValueInArray<std::size_t>({1, 9, 100, 1 << 15});
  const std::string input = input_of(choices);
  std::weak_ptr<Http2Session> left;
  {
    const auto session = std::make_shared<Http2Session>(
        std::make_unique<InputTransport>(backend.loop.get_executor(), input, part),
        Http2Limits{.body = 1005, .streams = 4}, service, backend.shutdown);
    session->start();
    left = session;
  }
  backend.loop.restart();
  backend.loop.run();
  require(left.expired());
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider choices(data, size);
  vecext::gateway::fuzz::serve(choices);
  return 0;
}

// Clients of HTTP/2 whose headers are too large, and clients that do not read.
#include "wire/http2/http2_session.h"

#include <doctest/doctest.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <set>
#include <string>

#include "test/unit/http2_frames.h"

using namespace vecext::gateway;

namespace {

class AnswersAll : public Http2Handler {
 public:
  std::optional<Http2Reply> refuse_early(Http2Request& request) override {
    request.most_bytes = request.api_key.empty() ? 40'000 : 50'000;
    return std::nullopt;
  }
  std::unique_ptr<Http2Dialogue> begin_dialogue(const Http2Request&) override { return nullptr; }
  Task<Http2Reply> handle(const Http2Request& request) override {
    keys.insert(request.api_key);
    co_return Http2Reply();
  }
  Http2Reply refuse(Http2Fault) override {
    ++refused;
    return {};
  }

  std::set<std::string> keys;
  int refused = 0;
};

// What a client sends, and what it has got.
struct Talk {
  std::string input;
  std::string output;
  bool reads = true;
  int turns = 0;  // since the session last read
};

class TalkTransport : public Transport {
 public:
  TalkTransport(Executor executor, Talk& talk) : stream_(executor), talk_(talk) {}

  Task<std::size_t> read_some(asio::mutable_buffer to, error_code& error) override {
    for (int turns = talk_.input.empty() ? 50 : 1; turns > 0; --turns) {
      co_await asio::post(executor(), asio::use_awaitable_t<Executor>());
    }
    talk_.turns = 0;
    const std::size_t size = std::min(to.size(), talk_.input.size());
    std::memcpy(to.data(), talk_.input.data(), size);
    talk_.input.erase(0, size);
    error = size == 0 ? asio::error::eof : error_code();
    co_return size;
  }
  Task<> write(std::array<asio::const_buffer, 2> from, error_code&) override {
    talk_.output.append(static_cast<const char*>(from[0].data()), from[0].size());
    while (!talk_.reads && ++talk_.turns < 1000) {
      co_await asio::post(executor(), asio::use_awaitable_t<Executor>());
    }
  }

 private:
  TcpStream& stream() override { return stream_; }

  TcpStream stream_;
  Talk& talk_;
};

// A request without a body, with fields.
std::string http2_request(int stream, const std::string& fields) {
  return http2_frame(1, 5, stream, kHttp2Request + fields);
}

// 48,000 bytes of a body.
std::string http2_data(int stream) {
  std::string text;
  for (int part = 0; part < 3; ++part) {
    text += http2_frame(0, 0, stream, std::string(16'000, 'b'));
  }
  return text;
}

// A connection, and a first request whose field of 3.5 kB others repeat as \xbe.
std::string http2_begin() {
  return http2_preface() + http2_request(1, "\x40\x01x\x7f\xad\x1a" + std::string(3500, 'a'));
}

// The streams that have a frame of that kind.
std::set<int> http2_streams_of(const std::string& text, int kind) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  std::set<int> streams;
  std::size_t size = 0;
  for (std::size_t at = 0; at + 9 <= text.size(); at += 9 + size) {
    size = static_cast<std::size_t>(byte(at) << 16 | byte(at + 1) << 8 | byte(at + 2));
    if (byte(at + 3) == kind) {
      streams.insert(byte(at + 7) << 8 | byte(at + 8));
    }
  }
  return streams;
}

AnswersAll serve_talk(Talk& talk, const Http2Limits& limits = {}) {
  AnswersAll handler;
  asio::io_context loop;
  Shutdown shutdown{loop.get_executor(), std::chrono::seconds(1), [] {}};
  std::make_shared<Http2Session>(std::make_unique<TalkTransport>(loop.get_executor(), talk), limits,
                                 handler, shutdown)
      ->start();
  loop.poll();
  return handler;
}

}  // namespace

TEST_CASE("headers that are too large end their streams alone") {
  constexpr int kHeaders = 1;
  constexpr int kReset = 3;
  Talk talk;
  talk.input = http2_begin();
  std::set<int> large;
  for (int stream = 3; stream < 40; stream += 2) {
    talk.input += http2_request(stream, std::string(15000, '\xbe'));
    large.insert(stream);
  }
  talk.input += http2_request(41, "\xbe");
  serve_talk(talk);
  CHECK(http2_streams_of(talk.output, kReset) == large);
  CHECK(http2_streams_of(talk.output, kHeaders) == std::set<int>{1, 41});
}

TEST_CASE("trailers change nothing of their requests") {
  constexpr int kReset = 3;
  Talk talk;
  talk.input = http2_begin();
  for (int stream = 3; stream < 20; stream += 2) {
    talk.input +=
        http2_frame(1, 4, stream, kHttp2Request + std::string("\0\x07", 2) + "api-key\x03own");
    talk.input += http2_data(stream);
    talk.input += http2_frame(
        1, 5, stream, std::string("\0\x07", 2) + "api-key\x05other" + std::string(10, '\xbe'));
  }
  Http2Limits limits;
  limits.body = 48'000;
  const AnswersAll handler = serve_talk(talk, limits);
  CHECK(handler.keys == std::set<std::string>{"", "own"});
  CHECK(handler.refused == 0);
  CHECK(http2_streams_of(talk.output, kReset).empty());
}

TEST_CASE("a request has as many bytes as its headers admit") {
  Talk talk;
  talk.input = http2_begin();
  for (int stream = 3; stream < 7; stream += 2) {
    const std::string key = stream == 3 ? std::string("\0\x07", 2) + "api-key\x03own" : "";
    talk.input += http2_frame(1, 4, stream, kHttp2Request + key);
    talk.input += http2_data(stream);
    talk.input += http2_frame(0, 1, stream, "");
  }
  const AnswersAll handler = serve_talk(talk);
  CHECK(handler.keys == std::set<std::string>{"", "own"});
  CHECK(handler.refused == 1);
}

TEST_CASE("a client that asks and does not read is left") {
  Talk talk;
  talk.input = http2_begin();
  for (int stream = 3; stream < 200'000; stream += 2) {
    talk.input += http2_request(stream, std::string(5, '\xbe'));
  }
  talk.reads = false;
  const std::size_t whole = talk.input.size();
  serve_talk(talk);
  CHECK(talk.input.size() > whole / 2);
}

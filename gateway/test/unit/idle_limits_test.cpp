// Clients that are silent: connections of both protocols end at their time limits.
#include <doctest/doctest.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <thread>

#include "test/unit/http2_frames.h"
#include "wire/http/http_connections.h"
#include "wire/http2/http2_connections.h"
#include "wire/tls/listener.h"
#include "wire/tls/transport.h"

using namespace vecext::gateway;
using Clock = std::chrono::steady_clock;

namespace {

class Echo : public HttpHandler {
 public:
  Task<HttpReply> handle(const HttpRequest& request) override {
    HttpReply reply;
    try {
      reply.body = co_await request.body->read();
    } catch (const std::exception&) {
      reply.status = 400;
    }
    co_return reply;
  }
  HttpReply refuse(std::string_view) override { return {}; }
  const std::vector<Endpoint>& endpoints() const override { return endpoints_; }

 private:
  std::vector<Endpoint> endpoints_;
};

class Nothing : public Http2Handler {
 public:
  std::optional<Http2Reply> refuse_early(Http2Request&) override { return std::nullopt; }
  std::unique_ptr<Http2Dialogue> begin_dialogue(const Http2Request&) override { return nullptr; }
  Task<Http2Reply> handle(const Http2Request&) override { co_return Http2Reply(); }
  Http2Reply refuse(Http2Fault) override { return {}; }
};

// Both protocols on a loop of their own, with limits of a second.
struct Fixture {
  Fixture() {
    HttpOptions http_options;
    http_options.idle = http_options.receive = std::chrono::seconds(1);
    http = listen(http_connections(loop, http_options, echo, shutdown));
    Http2Limits http2_limits;
    http2_limits.idle = std::chrono::seconds(1);
    http2 = listen(http2_connections(http2_limits, nothing, shutdown));
    Http2Limits patient_limits;
    patient_limits.receive = std::chrono::seconds(1);
    patient = listen(http2_connections(patient_limits, nothing, shutdown));
    thread = std::thread([this] { loop.run(); });
  }
  ~Fixture() {
    asio::post(loop, [this] {
      http->close();
      http2->close();
      patient->close();
      shutdown.begin();
    });
    thread.join();  // the loop ends when nothing is left on it
  }

  std::unique_ptr<Listener> listen(ServeConnection serve) {
    std::vector<ServingThread> threads{{loop.get_executor(), connections, std::move(serve)}};
    return std::make_unique<Listener>(loop, "127.0.0.1", 0, nullptr, std::move(threads));
  }

  Tcp::socket connect(std::uint16_t port, std::string_view text) {
    Tcp::socket socket(clients);
    socket.connect({asio::ip::address_v4::loopback(), port});
    asio::write(socket, asio::buffer(text));
    return socket;
  }

  Echo echo;
  Nothing nothing;
  asio::io_context loop;
  asio::io_context clients;
  Shutdown shutdown{loop.get_executor(), std::chrono::seconds(1), [] {}};
  std::atomic<int> connections = 0;
  std::unique_ptr<Listener> http;
  std::unique_ptr<Listener> http2;
  std::unique_ptr<Listener> patient;  // with connections, not with requests
  std::thread thread;
};

// Returns what comes before the connection ends.
std::string rest_of(Tcp::socket& socket) {
  std::string text;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(text), end);
  return text;
}

// Throws if the connection ends before that text.
void read_until(Tcp::socket& socket, const std::string& end) {
  std::string text;
  asio::read_until(socket, asio::dynamic_buffer(text), end);
}

constexpr std::string_view kHead = "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";

}  // namespace

TEST_CASE("silent clients are left") {
  Fixture fixture;
  const auto start = Clock::now();
  Tcp::socket silent_http2 =
      fixture.connect(fixture.http2->port(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  Tcp::socket half_a_request = fixture.connect(
      fixture.patient->port(), http2_preface() + http2_frame(1, 4, 1, kHttp2Request));
  Tcp::socket silent = fixture.connect(fixture.http->port(), "");
  Tcp::socket half_a_header = fixture.connect(fixture.http->port(), kHead.substr(0, 30));
  Tcp::socket half_a_body = fixture.connect(fixture.http->port(), std::string(kHead) + "ab");
  Tcp::socket served = fixture.connect(fixture.http->port(), std::string(kHead) + "abcd");
  CHECK(rest_of(silent).empty());
  CHECK(rest_of(half_a_header).empty());
  CHECK(rest_of(served).ends_with("\r\n\r\nabcd"));
  CHECK(Clock::now() - start >= std::chrono::milliseconds(900));
  CHECK(Clock::now() - start < std::chrono::seconds(4));
  CHECK(rest_of(half_a_body).empty());
  CHECK(Clock::now() - start < std::chrono::seconds(8));
  rest_of(silent_http2);  // ends: a session looks every five seconds
  CHECK(Clock::now() - start < std::chrono::seconds(20));
  read_until(half_a_request, std::string("\0\0\4\3\0\0\0\0\1", 9));  // RST_STREAM
  asio::write(half_a_request, asio::buffer(http2_frame(1, 5, 3, kHttp2Request)));
  read_until(half_a_request, std::string("\1\5\0\0\0\3", 6));  // its answer
}

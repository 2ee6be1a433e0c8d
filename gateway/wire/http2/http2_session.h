// One connection of HTTP/2: nghttp2 over a transport of the thread's loop.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/body_memory.h"
#include "base/shutdown.h"
#include "wire/http2/http2.h"
#include "wire/tls/transport.h"

namespace vecext::gateway {

struct Http2Limits {
  std::size_t body = (32u << 20) + 5;  // bytes of a request
  std::size_t streams = 256;           // requests under way at one time
  std::chrono::seconds idle{1800};     // without a frame of the client
  std::chrono::seconds receive{30};    // for one request, besides what its size takes
  std::chrono::seconds send{30};       // until the client takes something of a reply
};

/// It owns itself while its connection is open: coroutines and callbacks of the loop hold it.
class Http2Session : public std::enable_shared_from_this<Http2Session> {
 public:
  Http2Session(std::unique_ptr<Transport> transport, const Http2Limits& limits,
               Http2Handler& handler, Shutdown& shutdown);

  /// Begins to read.
  void start();

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    Http2Request request;
    Http2Reply reply;
    Clock::time_point moved;  // when the request began to arrive, or the reply went on
    std::unique_ptr<Http2Dialogue> dialogue;
    std::size_t sent = 0;  // bytes of the reply's body
    std::size_t header_bytes = 0;
    bool is_refused = false;
    bool is_whole = false;  // the request has arrived, or has been refused
  };
  struct Close {
    void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
  };

  // Callbacks of nghttp2. `user` is the session.
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t flags, void* user);
  static int on_data(nghttp2_session*, std::uint8_t flags, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void* user);
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user);
  static ssize_t read_body(nghttp2_session*, std::int32_t id, std::uint8_t* buffer,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user);
  static nghttp2_session* open(Http2Session* self);

  Stream* find(std::int32_t id);
  static Task<> read(std::shared_ptr<Http2Session> self);
  void receive(std::size_t size);
  void send();
  bool take_output();
  static Task<> write(std::shared_ptr<Http2Session> self);
  void answer_whole_requests();
  static Task<> answer(std::shared_ptr<Http2Session> self, std::int32_t id, Http2Request request);
  void reply(std::int32_t id, Http2Reply reply);
  void refuse(std::int32_t id, Http2Reply refusal);
  void begin_dialogue(std::int32_t id, Stream& stream);
  void converse(std::int32_t id, Stream& stream, std::string_view bytes, bool is_end);
  void say(std::int32_t id, Stream& stream,
           const std::function<Http2Headers(Http2Dialogue&, std::string& out)>& turn);
  void leave(std::int32_t id);
  void leave_again();
  void end(Stage stage);
  void watch_time();
  bool is_late(Clock::time_point now) const;
  bool is_late(const Stream& stream, Clock::time_point now) const;
  void reset_late_streams(Clock::time_point now);
  void close();

  std::unique_ptr<Transport> transport_;
  Shutdown& shutdown_;
  const Shutdown::Work work_;
  Timer timer_;
  Timer leave_timer_;
  Http2Limits limits_;
  Http2Handler& handler_;
  std::unique_ptr<nghttp2_session, Close> session_;
  std::unordered_map<std::int32_t, Stream> streams_;
  std::vector<std::int32_t> whole_;  // streams whose requests are to be answered
  std::array<std::uint8_t, 32u << 10> input_;
  std::string output_;
  // Those whose requests the handler works on, by stream, also those of streams that ended.
  std::unordered_map<std::int32_t, Client> clients_;
  HeldBytes held_;  // of requests that have not been answered
  bool is_leaving_ = false;
  bool is_sending_ = false;
  bool is_closed_ = false;
  Clock::time_point last_received_;
  Clock::time_point last_sent_;
};

}  // namespace vecext::gateway

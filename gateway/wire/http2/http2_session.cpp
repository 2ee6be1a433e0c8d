#include "wire/http2/http2_session.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstring>
#include <new>

namespace vecext::gateway {

namespace {

constexpr std::size_t kMostHeaders = 16u << 10;  // bytes of headers that are kept
constexpr std::size_t kMostOutput = 256u << 10;  // bytes that one write sends
constexpr std::uint32_t kWindow = 4u << 20;      // bytes that a client may send unasked
constexpr std::chrono::seconds kTick{5};
constexpr std::chrono::milliseconds kLeaveAgain{100};

std::string_view view(const std::uint8_t* text, std::size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}

// The member of a request that has a header, or null if nobody reads that.
std::string* member_of(Http2Request& request, std::string_view name) {
  static constexpr std::pair<std::string_view, std::string Http2Request::*> kMembers[] = {
      {":method", &Http2Request::method},
      {":path", &Http2Request::path},
      {"content-type", &Http2Request::content_type},
      {"grpc-timeout", &Http2Request::timeout},
      {"grpc-encoding", &Http2Request::encoding},
      {"grpc-accept-encoding", &Http2Request::accept_encoding},
      {"api-key", &Http2Request::api_key},
      {"authorization", &Http2Request::authorization},
      {"x-request-id", &Http2Request::request_id},
      {"traceparent", &Http2Request::traceparent},
  };
  for (const auto& [header, member] : kMembers) {
    if (header == name) {
      return &(request.*member);
    }
  }
  return nullptr;
}

std::vector<nghttp2_nv> fields_of(const Http2Headers& headers) {
  std::vector<nghttp2_nv> fields;
  for (const auto& [name, value] : headers) {
    fields.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                      reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                      value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return fields;
}

Http2Session& session_of(void* user) {
  return *static_cast<Http2Session*>(user);
}

}  // namespace

// --- Callbacks of nghttp2 ------------------------------------------------------------------------

int Http2Session::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    session_of(user).streams_[frame->hd.stream_id].moved = Clock::now();
  }
  return 0;
}

int Http2Session::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t name_size, const std::uint8_t* value,
                            std::size_t value_size, std::uint8_t, void* user) {
  Stream* stream = session_of(user).find(frame->hd.stream_id);
  if (stream == nullptr) {
    return 0;
  }
  constexpr std::size_t kField = 32;  // bytes that HTTP/2 counts for a field besides its text
  stream->header_bytes += name_size + value_size + kField;
  if (stream->header_bytes > kMostHeaders) {
    return session_of(user).refuse_headers();
  }
  std::string* member = member_of(stream->request, view(name, name_size));
  if (member != nullptr) {
    *member = view(value, value_size);
  }
  return 0;
}

// Ends a stream, or the connection of a client that sends headers that are too large repeatedly: a
// few bytes may mean many fields, each of which is large.
int Http2Session::refuse_headers() {
  constexpr int kMost = 3;
  ++large_headers_;
  return large_headers_ > kMost ? NGHTTP2_ERR_CALLBACK_FAILURE
                                : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

int Http2Session::on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                          std::size_t size, void* user) {
  Http2Session& self = session_of(user);
  Stream* stream = self.find(id);
  if (stream != nullptr && stream->dialogue) {
    self.converse(id, *stream, view(data, size), false);
  }
  if (stream == nullptr || stream->is_whole) {
    return 0;
  }
  if (stream->request.body.size() + size > self.limits_.body) {
    self.refuse(id, self.handler_.refuse(Http2Fault::kBodyTooLarge));
  } else if (self.held_ + size > 4 * self.limits_.body) {
    self.refuse(id, self.handler_.refuse(Http2Fault::kTooManyRequests));
  } else {
    stream->request.body += view(data, size);
    self.held_ += size;
  }
  return 0;
}

int Http2Session::on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session& self = session_of(user);
  const bool is_head = frame->hd.type == NGHTTP2_HEADERS;
  const std::int32_t id = frame->hd.stream_id;
  Stream* stream = self.find(id);
  if ((!is_head && frame->hd.type != NGHTTP2_DATA) || stream == nullptr) {
    return 0;
  }
  if (is_head && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    if (std::optional<Http2Reply> refusal = self.handler_.refuse_early(stream->request)) {
      self.refuse(id, std::move(*refusal));
      return 0;
    }
    self.begin_dialogue(id, *stream);
  }
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) {
    return 0;
  }
  if (stream->dialogue) {
    self.converse(id, *stream, "", true);
  } else if (!stream->is_whole) {
    stream->is_whole = true;
    self.whole_.push_back(id);
  }
  return 0;
}

// A client whose request is refused is asked to send no more of it, once it has the answer.
int Http2Session::on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
  const Stream* stream = session_of(user).find(frame->hd.stream_id);
  if (stream != nullptr && stream->is_refused && frame->hd.type == NGHTTP2_HEADERS) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

int Http2Session::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
  Http2Session& self = session_of(user);
  if (Stream* stream = self.find(id)) {
    self.held_ -= stream->request.body.size();
    self.streams_.erase(id);
  }
  self.leave(id);
  return 0;
}

ssize_t Http2Session::read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                void* user) {
  Stream* stream = session_of(user).find(id);
  if (stream == nullptr) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  const std::string& body = stream->reply.body;
  const std::size_t part = std::min(size, body.size() - stream->sent);
  std::memcpy(buffer, body.data() + stream->sent, part);
  stream->sent += part;
  stream->moved = Clock::now();
  if (stream->dialogue && part == 0) {
    return NGHTTP2_ERR_DEFERRED;  // until the client says something
  }
  if (stream->sent == body.size() && !stream->dialogue) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!stream->reply.trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const std::vector<nghttp2_nv> fields = fields_of(stream->reply.trailers);
      nghttp2_submit_trailer(session, id, fields.data(), fields.size());
    }
  }
  return static_cast<ssize_t>(part);
}

// Floods of pings, settings and resets end the connection by nghttp2's own limits.
nghttp2_session* Http2Session::open(Http2Session* self) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  nghttp2_session* session = nullptr;
  const int fault = nghttp2_session_server_new(&session, callbacks, self);
  nghttp2_session_callbacks_del(callbacks);
  if (fault != 0) {
    throw std::bad_alloc();
  }
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, static_cast<std::uint32_t>(self->limits_.streams)},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(kMostHeaders)},
  };
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(kWindow));
  return session;
}

// --- The connection ------------------------------------------------------------------------------

Http2Session::Http2Session(std::unique_ptr<Transport> transport, const Http2Limits& limits,
                           Http2Handler& handler, Shutdown& shutdown)
    : transport_(std::move(transport)),
      shutdown_(shutdown),
      work_(shutdown, [this](Stage stage) { end(stage); }),
      timer_(transport_->executor()),
      leave_timer_(transport_->executor()),
      limits_(limits),
      handler_(handler),
      session_(open(this)),
      last_received_(Clock::now()),
      last_sent_(last_received_) {}

Http2Session::Stream* Http2Session::find(std::int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

void Http2Session::start() {
  watch_time();
  if (shutdown_.has_begun()) {
    end(Stage::kIdle);
  }
  send();
  asio::co_spawn(transport_->executor(), read(shared_from_this()), asio::detached);
}

Task<> Http2Session::read(std::shared_ptr<Http2Session> self) {
  error_code error;
  while (!self->is_closed_) {
    const std::size_t size =
        co_await self->transport_->read_some(asio::buffer(self->input_), error);
    if (error) {
      self->close();
    } else {
      self->receive(size);
    }
  }
}

void Http2Session::receive(std::size_t size) {
  if (is_closed_) {
    return;
  }
  last_received_ = Clock::now();
  if (nghttp2_session_mem_recv(session_.get(), input_.data(), size) < 0) {
    close();  // that is not HTTP/2, or a flood of frames
    return;
  }
  answer_whole_requests();
  send();
}

// Writes what nghttp2 has to send. What becomes due while a write is under way follows it.
void Http2Session::send() {
  if (!is_sending_ && take_output()) {
    is_sending_ = true;
    asio::co_spawn(transport_->executor(), write(shared_from_this()), asio::detached);
  }
}

// Takes the next part of what is to be sent. Returns false if there is none.
bool Http2Session::take_output() {
  output_.clear();
  while (!is_closed_ && output_.size() < kMostOutput) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &data);
    if (size < 0) {
      close();
      return false;
    }
    if (size == 0) {
      break;
    }
    output_ += view(data, static_cast<std::size_t>(size));
  }
  if (output_.empty() && !is_closed_ && !nghttp2_session_want_read(session_.get()) &&
      !nghttp2_session_want_write(session_.get())) {
    close();
  }
  last_sent_ = Clock::now();
  return !output_.empty();
}

Task<> Http2Session::write(std::shared_ptr<Http2Session> self) {
  error_code error;
  bool has_more = true;
  while (has_more) {
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(self->output_),
                                                     asio::const_buffer()};
    co_await self->transport_->write(parts, error);
    if (error) {
      self->close();
    }
    has_more = self->take_output();
  }
  self->is_sending_ = false;
}

void Http2Session::close() {
  if (is_closed_) {
    return;
  }
  is_closed_ = true;
  transport_->shut_down();
  transport_->close();
  timer_.cancel();
  streams_.clear();
  for (auto& [id, client] : clients_) {
    if (!client.has_gone()) {
      client.leave();
    }
  }
  leave_again();
}

// The client learns first that it is to send no more, and then, when what it had sent has arrived,
// which was its last request that is answered. Behind the answers, the connection ends.
void Http2Session::end(Stage stage) {
  if (is_closed_) {
    return;
  }
  if (stage == Stage::kGiveUp) {
    close();
    return;
  }
  if (stage == Stage::kDrain) {
    nghttp2_submit_shutdown_notice(session_.get());
    for (auto& [id, stream] : streams_) {
      if (stream.dialogue) {
        say(id, stream,
            [](Http2Dialogue& dialogue, std::string& out) { return dialogue.end(out); });
      }
    }
  } else {
    nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR,
                          nullptr, 0);
  }
  send();
}

// --- Requests ------------------------------------------------------------------------------------

void Http2Session::answer_whole_requests() {
  for (const std::int32_t id : std::exchange(whole_, {})) {
    Stream* stream = find(id);
    if (stream == nullptr) {
      continue;  // the client has reset it
    }
    if (clients_.size() >= 2 * limits_.streams) {
      refuse(id, handler_.refuse(Http2Fault::kTooManyRequests));
      continue;
    }
    stream->request.client = &clients_[id];
    asio::co_spawn(transport_->executor(),
                   answer(shared_from_this(), id, std::exchange(stream->request, {})),
                   asio::detached);
  }
}

Task<> Http2Session::answer(std::shared_ptr<Http2Session> self, std::int32_t id,
                            Http2Request request) {
  Http2Reply made = co_await self->handler_.handle(request);
  self->held_ -= request.body.size();
  self->clients_.erase(id);
  self->reply(id, std::move(made));
  self->send();
}

void Http2Session::reply(std::int32_t id, Http2Reply reply) {
  Stream* stream = find(id);
  if (is_closed_ || stream == nullptr) {
    return;  // nobody waits for it
  }
  stream->reply = std::move(reply);
  stream->moved = Clock::now();
  Http2Headers headers = {{":status", std::to_string(stream->reply.status)}};
  headers.insert(headers.end(), stream->reply.headers.begin(), stream->reply.headers.end());
  const bool has_body = !stream->reply.body.empty() || stream->dialogue;
  if (!has_body) {
    headers.insert(headers.end(), stream->reply.trailers.begin(), stream->reply.trailers.end());
  }
  const std::vector<nghttp2_nv> fields = fields_of(headers);
  nghttp2_data_provider body{};
  body.read_callback = read_body;
  nghttp2_submit_response(session_.get(), id, fields.data(), fields.size(),
                          has_body ? &body : nullptr);
}

// Answers a request at once.
void Http2Session::refuse(std::int32_t id, Http2Reply refusal) {
  Stream* stream = find(id);
  stream->is_whole = true;
  stream->is_refused = true;
  held_ -= stream->request.body.size();
  stream->request.body = {};
  reply(id, std::move(refusal));
}

// Says that the client of a stream that has ended waits no more, if it does not have its answer.
void Http2Session::leave(std::int32_t id) {
  const auto found = clients_.find(id);
  if (found != clients_.end()) {
    found->second.leave();
    leave_again();
  }
}

// Says so again until the handler has ended. A client that is said to have gone resumes nothing
// before this function has returned.
void Http2Session::leave_again() {
  if (clients_.empty() || std::exchange(is_leaving_, true)) {
    return;
  }
  leave_timer_.expires_after(kLeaveAgain);
  leave_timer_.async_wait([self = shared_from_this()](error_code) {
    self->is_leaving_ = false;
    bool has_left = false;
    for (auto& [id, client] : self->clients_) {
      if (client.has_gone()) {
        client.leave();
        has_left = true;
      }
    }
    if (has_left) {
      self->leave_again();
    }
  });
}

// --- Dialogues -----------------------------------------------------------------------------------

// Makes a dialogue of a request that asks for one, and lets it begin.
void Http2Session::begin_dialogue(std::int32_t id, Stream& stream) {
  stream.dialogue = handler_.begin_dialogue(stream.request);
  if (!stream.dialogue) {
    return;
  }
  stream.is_whole = true;
  Http2Reply head;
  head.headers = {{"content-type", "application/grpc"}};
  reply(id, std::move(head));
  converse(id, stream, "", false);
}

void Http2Session::converse(std::int32_t id, Stream& stream, std::string_view bytes, bool is_end) {
  say(id, stream, [&](Http2Dialogue& dialogue, std::string& out) {
    return dialogue.receive(bytes, is_end, out);
  });
}

// Appends what a turn of a dialogue says to what is being sent.
void Http2Session::say(std::int32_t id, Stream& stream,
                       const std::function<Http2Headers(Http2Dialogue&, std::string& out)>& turn) {
  std::string& body = stream.reply.body;
  body.erase(0, std::exchange(stream.sent, 0));
  stream.moved = body.empty() ? Clock::now() : stream.moved;
  stream.reply.trailers = turn(*stream.dialogue, body);
  if (!stream.reply.trailers.empty()) {
    stream.dialogue.reset();
  }
  nghttp2_session_resume_data(session_.get(), id);
}

// --- Time limits ---------------------------------------------------------------------------------

bool Http2Session::is_late(Clock::time_point now) const {
  if (is_sending_ && now - last_sent_ > limits_.send) {
    return true;
  }
  if (now - last_received_ > limits_.idle) {
    return true;
  }
  return std::ranges::any_of(streams_, [&](const auto& entry) {
    const Stream& stream = entry.second;
    return (!stream.is_whole && now - stream.moved > limits_.receive) ||
           (stream.sent < stream.reply.body.size() && now - stream.moved > limits_.send);
  });
}

void Http2Session::watch_time() {
  timer_.expires_after(kTick);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->is_closed_) {
      return;
    }
    if (self->is_late(Clock::now())) {
      self->close();
    } else {
      self->watch_time();
    }
  });
}

}  // namespace vecext::gateway

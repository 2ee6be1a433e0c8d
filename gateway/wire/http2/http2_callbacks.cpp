// What nghttp2 says to a session while it reads, and asks of it while it writes.
#include <algorithm>
#include <cstring>
#include <new>

#include "wire/http2/http2_fields.h"
#include "wire/http2/http2_session.h"

namespace vecext::gateway {

namespace {

constexpr std::size_t kMostHeaders = 16u << 10;  // bytes of headers that are kept
constexpr std::uint32_t kWindow = 4u << 20;      // bytes that a client may send unasked

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
      {"x-namespace", &Http2Request::namespace_id},
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

Http2Session& session_of(void* user) {
  return *static_cast<Http2Session*>(user);
}

}  // namespace

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
  if (stream == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
    return 0;  // nobody reads trailers
  }
  constexpr std::size_t kField = 32;  // bytes that HTTP/2 counts for a field besides its text
  stream->header_bytes += name_size + value_size + kField;
  if (stream->header_bytes > kMostHeaders) {
    stream->request = {};
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // resets the stream, and decodes the rest
  }
  std::string* member = member_of(stream->request, view(name, name_size));
  if (member != nullptr) {
    *member = view(value, value_size);
  }
  return 0;
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
  const std::size_t most = std::min(self.limits_.body, stream->request.most_bytes);
  if (stream->request.body.size() + size > most) {
    self.refuse(id, self.handler_.refuse(Http2Fault::kBodyTooLarge));
  } else if (self.held_.bytes() + size > 4 * self.limits_.body) {
    self.refuse(id, self.handler_.refuse(Http2Fault::kTooManyRequests));
  } else if (!self.held_.try_grow(size)) {
    self.refuse(id, self.handler_.refuse(Http2Fault::kOutOfMemory));
  } else {
    stream->request.body += view(data, size);
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
    self.held_.shrink(stream->request.body.size());
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

}  // namespace vecext::gateway

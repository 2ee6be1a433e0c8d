#include "wire/http2/http2_session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace vecext::gateway {

namespace {

constexpr std::size_t kMostOutput = 256u << 10;  // bytes that one write sends
constexpr std::size_t kMostQueued = 4096;        // frames that wait to be sent
constexpr std::chrono::seconds kTick{5};

}  // namespace

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
  if (nghttp2_session_mem_recv(session_.get(), input_.data(), size) < 0 ||
      nghttp2_session_get_outbound_queue_size(session_.get()) > kMostQueued) {
    close();  // that is not HTTP/2, a flood of frames, or a client that asks and does not read
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
    output_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
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
  for (const auto& [id, stream] : streams_) {
    held_.shrink(stream.request.body.size());
  }
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

// --- Time limits ---------------------------------------------------------------------------------

// True if the client of the connection neither reads nor writes.
bool Http2Session::is_late(Clock::time_point now) const {
  return (is_sending_ && now - last_sent_ > limits_.send) || now - last_received_ > limits_.idle;
}

// What has come of a request gives it more time.
bool Http2Session::is_late(const Stream& stream, Clock::time_point now) const {
  const std::chrono::seconds limit = limits_.receive + time_of_bytes(stream.request.body.size());
  return (!stream.is_whole && now - stream.moved > limit) ||
         (stream.sent < stream.reply.body.size() && now - stream.moved > limits_.send);
}

void Http2Session::reset_late_streams(Clock::time_point now) {
  for (const auto& [id, stream] : streams_) {
    if (is_late(stream, now)) {
      nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    }
  }
  send();
}

void Http2Session::watch_time() {
  timer_.expires_after(kTick);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    if (error || self->is_closed_) {
      return;
    }
    const Clock::time_point now = Clock::now();
    if (self->is_late(now)) {
      self->close();
    } else {
      self->reset_late_streams(now);
      if (!self->is_closed_) {
        self->watch_time();
      }
    }
  });
}

}  // namespace vecext::gateway

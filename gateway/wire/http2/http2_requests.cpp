// What a session does with requests: it has them answered or refused, and holds dialogues.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "wire/http2/http2_fields.h"
#include "wire/http2/http2_session.h"

namespace vecext::gateway {

namespace {

constexpr std::chrono::milliseconds kLeaveAgain{100};

}  // namespace

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
  self->held_.shrink(request.body.size());
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
  held_.shrink(stream->request.body.size());
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

}  // namespace vecext::gateway

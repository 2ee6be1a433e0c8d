#include "wire/rest/query_stream.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <memory>

#include "base/log.h"
#include "service/points.h"
#include "wire/rest/envelope.h"
#include "wire/rest/point_json.h"
#include "wire/rest/search_json.h"

namespace vecext::gateway::rest {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kMostBytes = 32u << 20;    // of a message, as of other requests
constexpr std::chrono::seconds kKeyLimit{10};      // for the message with the key
constexpr std::chrono::seconds kRequestLimit{75};  // for the next request

// One of a limited number of places. Those who have no key yet take none from those who have one.
class Place {
 public:
  enum class Kind { kWithoutKey, kAdmitted };

  // Throws a Failure kUnavailable if all places of the thread are taken.
  explicit Place(Kind kind) : taken_(count_of(kind)) {
    constexpr int kMost = 250;
    if (taken_ == kMost) {
      throw Failure(FailureKind::kUnavailable, "Too many streams are open");
    }
    ++taken_;
  }
  ~Place() { --taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  static int& count_of(Kind kind) {
    thread_local std::array<int, 2> counts{};
    return counts[static_cast<std::size_t>(kind)];
  }

  int& taken_;
};

// A conversation's client, and what it may do.
class Conversation {
 public:
  // Throws a Failure if the key is not admitted, or if there are too many conversations.
  explicit Conversation(const Request& request)
      : context_(request.context),
        trace_(request.context.trace),
        authenticator_(request.authenticator),
        api_key_(request.http.api_key),
        authorization_(request.http.authorization),
        namespace_id_(request.http.namespace_id) {
    context_.trace = trace_;
    if (has_key()) {
      admitted();
      place_.emplace(Place::Kind::kAdmitted);
    } else {
      place_.emplace(Place::Kind::kWithoutKey);
    }
  }

  bool has_key() const {
    return authenticator_.admits_all() || !api_key_.empty() || !authorization_.empty();
  }
  // Throws as the constructor does.
  void take_key(std::string key) {
    api_key_ = std::move(key);
    admitted();
    place_.emplace(Place::Kind::kAdmitted);
  }

  // Returns the context of one statement. The key is checked each time, since a token may expire
  // while its points are being sent. Throws a Failure if it does not admit anything.
  Context admitted() const {
    Context context = context_;
    context.grant = authenticator_.authenticate({api_key_, authorization_, namespace_id_});
    return context;
  }

 private:
  Context context_;
  std::string trace_;
  const Authenticator& authenticator_;
  std::string api_key_;
  std::string authorization_;
  std::string namespace_id_;
  std::optional<Place> place_;
};

// --- Messages ------------------------------------------------------------------------------------

std::string answer_of(RawJson result, bool is_done, Clock::time_point start) {
  return json_object([&](JsonWriter& envelope) {
    write_success(envelope, result, start);
    envelope.boolean("done", is_done);
  });
}

std::string failure_of(const Failure& failure, Clock::time_point start) {
  return json_object([&](JsonWriter& envelope) {
    write_failure(envelope, failure, start);
    envelope.integer("code", status_of(failure.kind()));
  });
}

void append_scored_list(std::string& out, const PointList& points, int begin, int end) {
  append_list(out, [&](JsonList& list) {
    for (int i = begin; i < end; ++i) {
      append_scored(list.element(), points[i]);
    }
  });
}

// --- Streams -------------------------------------------------------------------------------------

// Sends points that are all here. The first message has the time since the start.
Task<> send_all(WebSocket& socket, const PointList& points, std::int32_t batch,
                Clock::time_point start, void (*append)(std::string&, const PointList&, int, int)) {
  bool goes_on = true;
  for (int begin = 0; goes_on; start = Clock::now()) {
    const int end = begin + std::min(batch, points.size() - begin);
    const std::string result =
        json_object([&](JsonWriter& object) { append(object.key("points"), points, begin, end); });
    const std::string message = answer_of(result, end == points.size(), start);
    const bool is_there = co_await socket.send(message);
    goes_on = is_there && end < points.size();
    begin = end;
  }
}

Task<> send_query(const Conversation& conversation, WebSocket& socket,
                  const StreamRequest& request) {
  const Clock::time_point start = Clock::now();
  SearchRequest search;
  append_query(search, JsonObject::parse(*request.query, "query"));
  Context context = conversation.admitted();
  const PointList points = co_await query_points(context, request.collection, search);
  co_await send_all(socket, points, request.batch, start, append_scored_list);
}

// Each batch is a statement, which begins where the one before it ended. It is executed when the
// network has taken that one.
Task<> send_pages(const Conversation& conversation, WebSocket& socket, const StreamRequest& request,
                  PageRequest page, std::int64_t left) {
  bool goes_on = true;
  while (goes_on) {
    const Clock::time_point start = Clock::now();
    page.limit = static_cast<std::int32_t>(std::min<std::int64_t>(left, request.batch));
    Context context = conversation.admitted();
    const Page found = co_await scroll_points(context, request.collection, page);
    left -= found.points.size();
    const bool is_done = found.next_id.empty() || left <= 0;
    const std::string result = json_object([&](JsonWriter& object) { write_page(object, found); });
    const std::string message = answer_of(result, is_done, start);
    const bool is_there = co_await socket.send(message);
    goes_on = is_there && !is_done;
    page.from_id = found.next_id;
  }
}

Task<> send_scroll(const Conversation& conversation, WebSocket& socket,
                   const StreamRequest& request) {
  const Clock::time_point start = Clock::now();
  const JsonObject body = JsonObject::parse(*request.scroll, "scroll");
  const PageRequest page = page_request_of(body);
  if (page.order_by) {
    // Pages by another order than that of the ids cannot go on at an id.
    Context context = conversation.admitted();
    const Page found = co_await scroll_points(context, request.collection, page);
    co_await send_all(socket, found.points, request.batch, start, append_records);
    co_return;
  }
  const std::int64_t limit =
      body.find("limit") ? page.limit : std::numeric_limits<std::int64_t>::max();
  co_await send_pages(conversation, socket, request, page, limit);
}

Task<> answer(Conversation& conversation, WebSocket& socket, const std::string& text) {
  const Clock::time_point start = Clock::now();
  const JsonObject message = JsonObject::parse(text, "message");
  if (auto key = message.find_string("api_key")) {
    conversation.take_key(std::move(*key));
    const std::string accepted = answer_of("true", true, start);
    co_await socket.send(accepted);
    co_return;
  }
  conversation.admitted();
  const StreamRequest request = stream_request_of(message);
  if (request.query) {
    co_await send_query(conversation, socket, request);
  } else {
    co_await send_scroll(conversation, socket, request);
  }
}

// Answers a message. Returns what it has failed with, if it has.
Task<std::optional<Failure>> try_answer(Conversation& conversation, WebSocket& socket,
                                        const std::string& text) {
  try {
    co_await answer(conversation, socket, text);
    co_return std::nullopt;
  } catch (const Failure& failure) {
    co_return failure;
  } catch (const std::exception& error) {
    co_return log_unexpected(error, socket.request_id());
  }
}

// The beginning of a conversation has a line of its own.
void log_failure(const Failure& failure, const WebSocket& socket, Clock::time_point start) {
  RequestLine line;
  line.id = socket.request_id();
  line.method = "WebSocket";
  line.pattern = "/ws/query-stream";
  line.status = status_of(failure.kind());
  line.has_failed = line.status >= 500;
  line.sql_state = failure.sql_state();
  line.duration = Clock::now() - start;
  log_request(line, std::chrono::milliseconds(0));
}

Task<> converse(std::shared_ptr<Conversation> conversation, WebSocket& socket) {
  bool is_admitted = conversation->has_key();
  while (true) {
    if (is_admitted) {
      socket.limit_messages(kMostBytes);
    }
    const std::optional<std::string> text =
        co_await socket.receive(is_admitted ? kRequestLimit : kKeyLimit);
    if (!text) {
      co_return;
    }
    const Clock::time_point start = Clock::now();
    const std::optional<Failure> failure = co_await try_answer(*conversation, socket, *text);
    if (failure) {
      log_failure(*failure, socket, start);
      const std::string message = failure_of(*failure, start);
      co_await socket.send(message);
      co_await socket.close(close_code_of(failure->kind()));
      co_return;
    }
    is_admitted = true;
  }
}

}  // namespace

StreamRequest stream_request_of(const JsonObject& message) {
  constexpr std::int32_t kMostPoints = 10000;
  StreamRequest request;
  request.collection = json_string(message.at("collection"), "collection");
  request.scroll = message.find("scroll");
  request.query = message.find("query");
  if (request.scroll.has_value() == request.query.has_value()) {
    throw Failure(FailureKind::kBadJson, "The message must have either `scroll` or `query`");
  }
  request.batch = std::min(number_member(message, "batch", request.batch, 1), kMostPoints);
  return request;
}

CloseCode close_code_of(FailureKind kind) {
  if (may_succeed_later(kind)) {
    return CloseCode::kTryAgain;
  }
  return status_of(kind) >= 500 ? CloseCode::kFault : CloseCode::kRefused;
}

Task<HttpReply> begin_stream(Request& request) {
  HttpReply reply;
  if (!request.http.is_upgrade) {
    reply.status = 426;
    reply.body = "This is a WebSocket";
    reply.content_type = "text/plain";
    reply.headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}};
    co_return reply;
  }
  const auto conversation = std::make_shared<Conversation>(request);
  reply.status = 101;
  reply.conversation = [conversation](WebSocket& socket) { return converse(conversation, socket); };
  co_return reply;
}

}  // namespace vecext::gateway::rest

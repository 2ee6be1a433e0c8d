// Streams of points: a conversation in which each request is answered by messages, batch by batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/failure.h"
#include "base/json.h"
#include "wire/http/message.h"
#include "wire/rest/request.h"
#include "wire/websocket/websocket.h"

namespace vecext::gateway::rest {

/// A message that asks for points: of a scroll or of a query, whose texts point into the message.
struct StreamRequest {
  std::string collection;
  std::optional<RawJson> scroll;
  std::optional<RawJson> query;
  std::int32_t batch = 100;  // most points of a message
};

/// Throws a Failure if the message does not ask for one of both.
StreamRequest stream_request_of(const JsonObject& message);

/// Returns what a conversation ends with that has failed.
CloseCode close_code_of(FailureKind kind);

/// Answers a request for a WebSocket by the conversation. A key in the header is checked at once;
/// without one, the first message has it.
Task<HttpReply> begin_stream(Request& request);

}  // namespace vecext::gateway::rest

// Methods that take one message and return one.
#pragma once

#include <google/protobuf/arena.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <type_traits>

#include "wire/grpc/framing.h"
#include "wire/grpc/message_reader.h"
#include "wire/grpc/service.h"

namespace vecext::gateway::grpc {

/// The action of a method: reads the request, and writes the frame of the response, with the time
/// that it took. A `timeout` of the request is a time limit. `answer` is a function (Context&,
/// const Request&, Response&), or takes the Exchange in place of the context.
template <class Request, class Response, auto answer>
Task<> unary(Exchange& exchange) {
  const auto start = std::chrono::steady_clock::now();
  google::protobuf::Arena arena;
  auto* request = google::protobuf::Arena::CreateMessage<Request>(&arena);
  auto* response = google::protobuf::Arena::CreateMessage<Response>(&arena);
  read_message(*request, exchange.message, arena);
  if constexpr (requires { request->has_timeout(); }) {
    constexpr std::uint64_t kLongest = 86400;
    if (request->has_timeout() && request->timeout() <= kLongest) {
      exchange.context.time_limit =
          std::chrono::seconds(std::max<std::uint64_t>(1, request->timeout()));
    }
  }
  if constexpr (std::is_invocable_v<decltype(answer), Exchange&, const Request&, Response&>) {
    co_await answer(exchange, *request, *response);
  } else {
    co_await answer(exchange.context, *request, *response);
  }
  if constexpr (requires { response->set_time(0.0); }) {
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    response->set_time(time.count());
  }
  const std::size_t size = response->ByteSizeLong();
  if (size > std::numeric_limits<std::int32_t>::max()) {
    throw Failure(FailureKind::kBadInput, "The answer is larger than a message can be");
  }
  exchange.frame.resize(kPrefix + size);
  response->SerializeWithCachedSizesToArray(
      reinterpret_cast<std::uint8_t*>(exchange.frame.data() + kPrefix));
}

}  // namespace vecext::gateway::grpc

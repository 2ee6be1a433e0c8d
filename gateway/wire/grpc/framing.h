// gRPC's framing: a message behind five bytes, its compression, and what its headers say.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"

namespace vecext::gateway {
class HeldBytes;
}

namespace vecext::gateway::grpc {

/// Returns the one message of a body, inflated if it is compressed as `encoding` says. `space`
/// holds the inflated text, whose bytes are added to `held`. Throws a Failure if the body has not
/// exactly one message, or one of more than `limit` bytes, or if `held` cannot grow so far.
Task<std::string_view> message_of(std::string_view body, std::string_view encoding,
                                  std::size_t limit, std::string& space, HeldBytes& held);

/// The bytes in front of a message.
constexpr std::size_t kPrefix = 5;

/// Returns the bytes of the frame that a text begins with, or 0 if that has not arrived as a whole.
std::size_t frame_size(std::string_view text);

/// Writes the prefix in front of the message, which fills the rest of `frame`.
void finish_frame(std::string& frame);
/// Returns the frame of the same message, which it compresses by gzip.
Task<std::string> compressed_frame(std::string_view frame);

/// Returns the value of grpc-timeout in seconds, rounded up, or nothing if it is above a day.
/// Throws a Failure if it is not one.
std::optional<std::chrono::seconds> timeout_of(std::string_view header);

/// Returns a text as grpc-message has it: printable ASCII with %-escapes.
std::string percent_encoded(std::string_view text);

}  // namespace vecext::gateway::grpc

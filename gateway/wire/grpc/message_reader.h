// Messages of requests, whose parts may take much more memory than their bytes.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message_lite.h>

#include <string_view>

namespace vecext::gateway::grpc {

/// Reads a message that was made in the arena. Throws a Failure kBadJson if the text is not such a
/// message, and kBadInput if its parts take more memory than those of any sensible message of that
/// size: two bytes may be a part that takes a hundred.
void read_message(google::protobuf::MessageLite& message, std::string_view text,
                  const google::protobuf::Arena& arena);

}  // namespace vecext::gateway::grpc

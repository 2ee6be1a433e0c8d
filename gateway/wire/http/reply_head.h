// The header of an answer.
#pragma once

#include <cstdint>
#include <string>

#include "wire/http/incoming.h"
#include "wire/http/message.h"

namespace vecext::gateway {

/// Returns the header of an answer to this request, with the empty line behind it. The body has so
/// many bytes, even if it is not sent.
std::string head_of(const HttpReply& reply, const IncomingRequest::Message& request,
                    std::uint64_t body_bytes, bool keeps_alive);

}  // namespace vecext::gateway

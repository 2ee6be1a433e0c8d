// Reflection, by which clients list the services and their messages: grpc.reflection, version 1 and
// 1alpha.
#pragma once

#include <memory>
#include <string_view>

#include "wire/http2/http2.h"

namespace vecext::gateway::grpc {

bool is_reflection(std::string_view path);

/// Begins a dialogue, which ends at once if `trailers` are not empty.
std::unique_ptr<Http2Dialogue> begin_reflection(Http2Headers trailers);

}  // namespace vecext::gateway::grpc

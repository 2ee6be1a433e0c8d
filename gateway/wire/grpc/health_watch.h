// A stream that says that the program serves, and when it is about to end: Watch of grpc.health.
#pragma once

#include <memory>
#include <string_view>

#include "base/shutdown.h"
#include "wire/http2/http2.h"

namespace vecext::gateway::grpc {

bool is_health_watch(std::string_view path);

/// Begins a dialogue, which ends once the shutdown begins. As those of Check, names of services are
/// not looked at.
std::unique_ptr<Http2Dialogue> begin_health_watch(const Shutdown& shutdown);

}  // namespace vecext::gateway::grpc

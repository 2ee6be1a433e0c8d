// Says to systemd, which may have started the program, how far it is.
#pragma once

#include <string_view>

namespace vecext::gateway {

/// Sends a state, such as "READY=1", to the socket that the environment names as NOTIFY_SOCKET.
/// Without it, or if nobody listens there, nothing happens.
void notify(std::string_view state);

}  // namespace vecext::gateway

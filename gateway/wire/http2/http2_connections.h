// HTTP/2: serves connections on the loop of one thread.
#pragma once

#include "wire/http2/http2_session.h"
#include "wire/tls/listener.h"

namespace vecext::gateway {

/// Returns what serves connections on a thread, as http_connections does.
ServeConnection http2_connections(const Http2Limits& limits, Http2Handler& handler,
                                  Shutdown& shutdown);

}  // namespace vecext::gateway

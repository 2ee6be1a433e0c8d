// Accepts connections of TCP on the loop of a thread.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/shutdown.h"
#include "base/task.h"
#include "wire/tls/tls.h"
#include "wire/tls/transport.h"

namespace vecext::gateway {

/// Throws std::runtime_error if the address cannot be listened on, also if another program listens
/// there by SO_REUSEPORT, as this one is going to do.
void require_free(const std::string& address, std::uint16_t port);

/// Serves one connection, with TLS if the context is not null.
using ServeConnection = std::function<Task<>(TcpStream, std::shared_ptr<Tls::Context>)>;

/// Listens with SO_REUSEPORT, so that the threads share a port and the kernel deals connections
/// out, and serves each connection by a coroutine, until the shutdown begins. `tls` may be null,
/// and outlives the loop, as the shutdown does. Returns the port, which the kernel chooses for port
/// 0. Throws boost::system::system_error if the address cannot be listened on.
std::uint16_t serve_connections(asio::io_context& loop, const std::string& address,
                                std::uint16_t port, const Tls* tls, Shutdown& shutdown,
                                ServeConnection serve);

}  // namespace vecext::gateway

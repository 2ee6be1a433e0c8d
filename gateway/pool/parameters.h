// The parameters of connections to the server.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vecext::gateway {

/// The parameters of a connection, as libpq names them.
using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

/// Returns the parameters of a connection string, and those that its service, libpq's variables of
/// the environment and libpq itself add, but for the encoding, which is UTF-8. Throws
/// ConnectionLost if it is not a connection string, or if the service does not exist.
ConnectionParameters parameters_of(const std::string& conninfo);

/// Returns a parameter, which is empty if there is no such one.
std::string_view value_of(const ConnectionParameters& parameters, std::string_view name);

void set(ConnectionParameters& parameters, const std::string& name, std::string value);

/// Returns the parameters with limits for a host that is away without having closed its
/// connections, unless they have such limits.
ConnectionParameters with_keepalives(ConnectionParameters parameters);

/// Returns how long it may take until there is a session: connect_timeout, as libpq understands it,
/// or 10 seconds if it is not set.
std::chrono::seconds connect_limit(const ConnectionParameters& parameters);

/// Begins to connect, as PQconnectStart does. Notices of the server, which may have texts of
/// clients, are not kept: libpq would write them to the standard error.
PGconn* start_connection(const ConnectionParameters& parameters);

}  // namespace vecext::gateway

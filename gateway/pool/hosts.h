// Where a connection goes: the hosts of a connection string, and their addresses.
#pragma once

#include <libpq-fe.h>

#include <string>
#include <utility>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

/// The parameters of a connection, as libpq names them.
using ConnectionParameters = std::vector<std::pair<std::string, std::string>>;

/// Takes a connection string apart. Throws ConnectionLost if it is not one.
ConnectionParameters parameters_of(const std::string& conninfo);

/// One of the places where the server may be.
struct Host {
  std::string name;
  std::string address;  // empty: as the name says
  std::string port;     // empty: the default
};

/// Returns the places that the parameters or libpq's variables name. Returns nothing if all of them
/// are known without a lookup, or if libpq is to say what is wrong with them.
std::vector<Host> unknown_hosts(const ConnectionParameters& parameters);

/// Returns the parameters with the addresses of their hosts: libpq would have the loop wait for the
/// lookup. Throws ConnectionLost if no host has an address, or if that takes longer than five
/// seconds.
Task<ConnectionParameters> with_addresses(Executor executor, ConnectionParameters parameters);

/// Returns the parameters with limits for a host that is away without having closed its
/// connections, unless they have such limits.
ConnectionParameters with_keepalives(ConnectionParameters parameters);

/// Begins to connect, as PQconnectStart does.
PGconn* start_connection(const ConnectionParameters& parameters);

}  // namespace vecext::gateway

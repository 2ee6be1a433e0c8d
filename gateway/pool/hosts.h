// Where a connection goes: the hosts of a connection string, and their addresses.
#pragma once

#include <libpq-fe.h>

#include <chrono>
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

/// Hosts, their addresses and their ports as libpq takes them: each is a list with commas.
struct HostLists {
  std::string hosts;
  std::string addresses;
  std::string ports;

  bool operator==(const HostLists&) const = default;
};

/// Returns the lists so that they begin behind that host. They are as before if they do not have
/// it, or have no other one.
HostLists begin_behind(const HostLists& lists, const Host& host);

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

/// The servers that a connection string names. libpq goes on from one that refuses, but leaves
/// those that do not answer to its caller.
class Hosts {
 public:
  explicit Hosts(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  /// Returns the parameters of the next connection. Throws as with_addresses does.
  Task<ConnectionParameters> next(Executor executor) const;
  /// Lets later connections begin behind the host for which this one waits in vain.
  void skip(PGconn* connection);

 private:
  std::string conninfo_;
  Host silent_;  // the last one that did not answer
};

/// Returns how long it may take until there is a session: connect_timeout, as libpq understands it,
/// or 10 seconds if it is not set.
std::chrono::seconds connect_limit(const ConnectionParameters& parameters);

/// Begins to connect, as PQconnectStart does.
PGconn* start_connection(const ConnectionParameters& parameters);

}  // namespace vecext::gateway

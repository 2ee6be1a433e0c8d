// The servers that a connection string names, which libpq tries one after the other.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <string>
#include <string_view>

namespace vecext::gateway {

/// Hosts, their addresses and their ports as libpq takes them, each list with commas.
struct HostLists {
  std::string hosts;
  std::string addresses;
  std::string ports;

  bool operator==(const HostLists&) const = default;
};

/// Returns the lists so that they begin behind the host of that name, or else address, and port.
/// They are as before if there is no such host, or no other one.
HostLists begin_behind(const HostLists& lists, std::string_view host, std::string_view port);

class Hosts {
 public:
  explicit Hosts(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  /// Begins to connect, as PQconnectStart does.
  PGconn* start() const;
  /// Lets later connections begin behind the host for which this one waits in vain. libpq goes on
  /// from a host that refuses, but leaves those that do not answer to its caller.
  void skip(PGconn* connection);

 private:
  std::string conninfo_;
  HostLists lists_;  // empty as long as those of conninfo_ hold
};

/// Returns how long it may take until there is a session: connect_timeout, as libpq takes it, or
/// 10 seconds if it is not set.
std::chrono::seconds connect_limit(PGconn* connection);

}  // namespace vecext::gateway

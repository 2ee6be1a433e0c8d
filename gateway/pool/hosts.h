// Where a connection goes: the hosts of a connection string, and their addresses.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/task.h"
#include "pool/lookup.h"
#include "pool/parameters.h"

namespace vecext::gateway {

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

/// Returns the places that the parameters name. Returns nothing if all of them are known without a
/// lookup, or if libpq is to say what is wrong with them.
std::vector<Host> unknown_hosts(const ConnectionParameters& parameters);

/// Returns the parameters with the addresses of their hosts: libpq would have the loop wait for the
/// lookup. Throws ConnectionLost if no host has an address, or none is found in time.
Task<ConnectionParameters> with_addresses(Lookups& lookups, Executor executor,
                                          ConnectionParameters parameters);

/// The servers that a connection string names. libpq goes on from one that refuses, but leaves
/// those that do not answer to its caller.
class Hosts {
 public:
  /// A host that did not answer is skipped for the time, and then tried again.
  explicit Hosts(std::string conninfo, std::chrono::seconds skip_time = std::chrono::minutes(5))
      : conninfo_(std::move(conninfo)), skip_time_(skip_time) {}

  /// Returns the parameters of the next connection. Throws as parameters_of and with_addresses do.
  Task<ConnectionParameters> next(Executor executor);
  /// Lets later connections begin behind the host, for which one waits in vain.
  void skip(Host host);

 private:
  std::string conninfo_;
  std::chrono::seconds skip_time_;
  Lookups lookups_;
  Host silent_;  // the last one that did not answer
  std::chrono::steady_clock::time_point skipped_until_;
};

}  // namespace vecext::gateway

#include "pool/hosts.h"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <cstdlib>
#include <memory>

#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

// A parameter, or else its variable of the environment; empty if there is neither.
std::string parameter_or_variable(const ConnectionParameters& parameters, std::string_view name,
                                  const char* variable) {
  for (const auto& [key, value] : parameters) {
    if (key == name && !value.empty()) {
      return value;
    }
  }
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = list.find(',', begin);
    parts.push_back(list.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return parts;
}

// True if a host is a socket in the file system, an address, or left to libpq.
bool is_known(const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return host.empty() || host.starts_with('/') || host.starts_with('@') || !error;
}

// A lookup, which goes on by itself if nobody waits for it any more.
struct Lookup {
  explicit Lookup(Executor executor) : resolver(executor), done(executor) {}
  Resolver resolver;
  Timer done;  // is cancelled when the lookup has ended
  std::vector<std::string> addresses;
};

void begin_lookup(const std::shared_ptr<Lookup>& lookup, const std::string& name) {
  lookup->resolver.async_resolve(
      name, "", [lookup](boost::system::error_code, const Resolver::results_type& found) {
        for (const auto& entry : found) {
          lookup->addresses.push_back(entry.endpoint().address().to_string());
        }
        lookup->done.cancel();
      });
}

std::string joined(const std::vector<std::string>& parts) {
  std::string list = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    list += ',' + parts[i];
  }
  return list;
}

std::string list_of(const std::vector<Host>& hosts, std::string Host::*member) {
  std::vector<std::string> parts;
  for (const Host& host : hosts) {
    parts.push_back(host.*member);
  }
  return joined(parts);
}

void set(ConnectionParameters& parameters, const std::string& name, std::string value) {
  std::erase_if(parameters, [&](const auto& parameter) { return parameter.first == name; });
  parameters.emplace_back(name, std::move(value));
}

void set_lists(ConnectionParameters& parameters, HostLists lists) {
  set(parameters, "host", std::move(lists.hosts));
  set(parameters, "hostaddr", std::move(lists.addresses));
  set(parameters, "port", std::move(lists.ports));
}

// Returns a list that begins with its element `first`. A list that does not have `count` elements
// holds for all hosts.
std::string rotated(const std::string& list, std::size_t first, std::size_t count) {
  std::vector<std::string> parts = parts_of(list);
  if (parts.size() != count) {
    return list;
  }
  std::rotate(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(first), parts.end());
  return joined(parts);
}

}  // namespace

HostLists begin_behind(const HostLists& lists, const Host& host) {
  std::vector<std::string> names = parts_of(lists.hosts);
  std::vector<std::string> addresses = parts_of(lists.addresses);
  const std::vector<std::string> ports = parts_of(lists.ports);
  const std::size_t count = std::max(names.size(), addresses.size());
  names.resize(count);
  addresses.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& place = addresses[i].empty() ? names[i] : addresses[i];
    const std::string& port = ports[ports.size() == count ? i : 0];
    if ((place == host.name || place == host.address) && (port.empty() || port == host.port)) {
      const std::size_t first = (i + 1) % count;
      return {rotated(lists.hosts, first, count), rotated(lists.addresses, first, count),
              rotated(lists.ports, first, count)};
    }
  }
  return lists;
}

ConnectionParameters parameters_of(const std::string& conninfo) {
  char* fault = nullptr;
  PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &fault);
  if (options == nullptr) {
    ConnectionLost lost(fault == nullptr ? "out of memory" : fault);
    PQfreemem(fault);
    throw lost;
  }
  ConnectionParameters parameters;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      parameters.emplace_back(option->keyword, option->val);
    }
  }
  PQconninfoFree(options);
  return parameters;
}

std::vector<Host> unknown_hosts(const ConnectionParameters& parameters) {
  if (!parameter_or_variable(parameters, "hostaddr", "PGHOSTADDR").empty()) {
    return {};
  }
  const auto names = parts_of(parameter_or_variable(parameters, "host", "PGHOST"));
  const auto ports = parts_of(parameter_or_variable(parameters, "port", "PGPORT"));
  if (std::ranges::all_of(names, is_known) || (ports.size() > 1 && ports.size() != names.size())) {
    return {};
  }
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hosts.push_back({names[i], "", ports.size() > 1 ? ports[i] : ports.front()});
  }
  return hosts;
}

Task<ConnectionParameters> with_addresses(Executor executor, ConnectionParameters parameters) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  const std::vector<Host> hosts = unknown_hosts(parameters);
  if (hosts.empty()) {
    co_return parameters;
  }
  std::vector<Host> found;
  for (const Host& host : hosts) {
    if (is_known(host.name)) {
      found.push_back(host);
      continue;
    }
    const auto lookup = std::make_shared<Lookup>(executor);
    lookup->done.expires_at(limit);
    begin_lookup(lookup, host.name);
    boost::system::error_code ignored;
    co_await lookup->done.async_wait(
        asio::redirect_error(asio::use_awaitable_t<Executor>(), ignored));
    for (const std::string& address : lookup->addresses) {
      found.push_back({host.name, address, host.port});
    }
  }
  if (found.empty()) {
    throw ConnectionLost("no host of the connection string has an address");
  }
  set_lists(parameters, {list_of(found, &Host::name), list_of(found, &Host::address),
                         list_of(found, &Host::port)});
  co_return parameters;
}

ConnectionParameters with_keepalives(ConnectionParameters parameters) {
  // A host that is away is noticed within half a minute, by probes or by what it does not confirm.
  static constexpr std::pair<const char*, const char*> kDefaults[] = {
      {"keepalives_idle", "15"},
      {"keepalives_interval", "5"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "30000"},
  };
  for (const auto& [name, value] : kDefaults) {
    if (std::ranges::find(parameters, name, &ConnectionParameters::value_type::first) ==
        parameters.end()) {
      parameters.emplace_back(name, value);
    }
  }
  return parameters;
}

Task<ConnectionParameters> Hosts::next(Executor executor) const {
  ConnectionParameters parameters = with_keepalives(parameters_of(conninfo_));
  parameters = co_await with_addresses(executor, std::move(parameters));
  if (silent_.port.empty()) {
    co_return parameters;
  }
  const HostLists lists{parameter_or_variable(parameters, "host", "PGHOST"),
                        parameter_or_variable(parameters, "hostaddr", "PGHOSTADDR"),
                        parameter_or_variable(parameters, "port", "PGPORT")};
  set_lists(parameters, begin_behind(lists, silent_));
  co_return parameters;
}

void Hosts::skip(PGconn* connection) {
  silent_ = {PQhost(connection), PQhostaddr(connection), PQport(connection)};
}

std::chrono::seconds connect_limit(const ConnectionParameters& parameters) {
  constexpr std::chrono::seconds kDefault(10);
  constexpr std::chrono::seconds kLeast(2);
  const std::string text =
      parameter_or_variable(parameters, "connect_timeout", "PGCONNECT_TIMEOUT");
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds > 0 ? std::max(std::chrono::seconds(seconds), kLeast) : kDefault;
}

PGconn* start_connection(const ConnectionParameters& parameters) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return PQconnectStartParams(names.data(), values.data(), 0);
}

}  // namespace vecext::gateway

#include "pool/hosts.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; end != std::string::npos; begin = end + 1) {
    end = list.find(',', begin);
    parts.emplace_back(list.substr(begin, end == std::string::npos ? end : end - begin));
  }
  return parts;
}

// True if a host is a socket in the file system, an address, or left to libpq.
bool is_known(const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return host.empty() || host.starts_with('/') || host.starts_with('@') || !error;
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

std::vector<Host> unknown_hosts(const ConnectionParameters& parameters) {
  if (!value_of(parameters, "hostaddr").empty()) {
    return {};
  }
  const auto names = parts_of(value_of(parameters, "host"));
  const auto ports = parts_of(value_of(parameters, "port"));
  if (std::ranges::all_of(names, is_known) || (ports.size() > 1 && ports.size() != names.size())) {
    return {};
  }
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hosts.push_back({names[i], "", ports.size() > 1 ? ports[i] : ports.front()});
  }
  return hosts;
}

Task<ConnectionParameters> with_addresses(Lookups& lookups, Executor executor,
                                          ConnectionParameters parameters) {
  const std::vector<Host> hosts = unknown_hosts(parameters);
  std::vector<std::string> names;
  for (const Host& host : hosts) {
    if (!is_known(host.name)) {
      names.push_back(host.name);
    }
  }
  if (names.empty()) {
    co_return parameters;
  }
  const std::vector<std::vector<std::string>> all = co_await lookups.find(executor, names);
  std::vector<Host> found;
  auto addresses = all.begin();
  for (const Host& host : hosts) {
    if (is_known(host.name)) {
      found.push_back(host);
      continue;
    }
    for (const std::string& address : *addresses++) {
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

Task<ConnectionParameters> Hosts::next(Executor executor) {
  ConnectionParameters parameters = with_keepalives(parameters_of(conninfo_));
  parameters = co_await with_addresses(lookups_, executor, std::move(parameters));
  if (std::chrono::steady_clock::now() < skipped_until_) {
    const HostLists lists{std::string(value_of(parameters, "host")),
                          std::string(value_of(parameters, "hostaddr")),
                          std::string(value_of(parameters, "port"))};
    set_lists(parameters, begin_behind(lists, silent_));
  }
  co_return parameters;
}

void Hosts::skip(Host host) {
  silent_ = std::move(host);
  skipped_until_ = std::chrono::steady_clock::now() + skip_time_;
}

}  // namespace vecext::gateway

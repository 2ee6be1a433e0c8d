#include "pool/hosts.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

namespace vecext::gateway {

namespace {

// The settings of a connection, wherever they come from.
std::map<std::string, std::string> settings_of(PGconn* connection) {
  std::map<std::string, std::string> settings;
  PQconninfoOption* options = PQconninfo(connection);
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr;
       ++option) {
    settings[option->keyword] = option->val == nullptr ? "" : option->val;
  }
  PQconninfoFree(options);
  return settings;
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) {
      return parts;
    }
    list.remove_prefix(comma + 1);
  }
}

// A list that begins with its element `first`. One that is not of all hosts holds for each of them.
std::string rotated(const std::string& list, std::size_t first, std::size_t count) {
  std::vector<std::string> parts = split(list);
  if (parts.size() != count) {
    return list;
  }
  std::ranges::rotate(parts, parts.begin() + static_cast<std::ptrdiff_t>(first));
  std::string text = parts.front();
  for (std::size_t i = 1; i < count; ++i) {
    text += ',' + parts[i];
  }
  return text;
}

}  // namespace

HostLists begin_behind(const HostLists& lists, std::string_view host, std::string_view port) {
  const std::vector<std::string> hosts = split(lists.hosts), addresses = split(lists.addresses),
                                 ports = split(lists.ports);
  const std::size_t count = std::max(hosts.size(), addresses.size());
  for (std::size_t i = 0; i < count; ++i) {
    const bool has_name = i < hosts.size() && !hosts[i].empty();
    const std::string& name = has_name || i >= addresses.size() ? hosts[i] : addresses[i];
    if (name == host && ports[ports.size() == count ? i : 0] == port) {
      const std::size_t first = (i + 1) % count;
      return {rotated(lists.hosts, first, count), rotated(lists.addresses, first, count),
              rotated(lists.ports, first, count)};
    }
  }
  return lists;
}

PGconn* Hosts::start() const {
  if (lists_ == HostLists{}) {
    return PQconnectStart(conninfo_.c_str());
  }
  // Later values go before those that libpq finds in the string.
  const char* const keywords[] = {"dbname", "host", "hostaddr", "port", nullptr};
  const char* const values[] = {conninfo_.c_str(), lists_.hosts.c_str(), lists_.addresses.c_str(),
                                lists_.ports.c_str(), nullptr};
  return PQconnectStartParams(keywords, values, 1);
}

void Hosts::skip(PGconn* connection) {
  std::map<std::string, std::string> settings = settings_of(connection);
  lists_ = begin_behind({settings["host"], settings["hostaddr"], settings["port"]},
                        PQhost(connection), PQport(connection));
}

std::chrono::seconds connect_limit(PGconn* connection) {
  constexpr std::chrono::seconds kDefault(10), kLeast(2);
  const std::string text = settings_of(connection)["connect_timeout"];
  int seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds > 0 ? std::max(std::chrono::seconds(seconds), kLeast) : kDefault;
}

}  // namespace vecext::gateway

#include "pool/parameters.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include "pool/sql_error.h"

namespace vecext::gateway {

namespace {

using Options = std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)>;

ConnectionParameters set_parameters(const Options& options) {
  ConnectionParameters parameters;
  for (const PQconninfoOption* option = options.get();
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      parameters.emplace_back(option->keyword, option->val);
    }
  }
  return parameters;
}

ConnectionParameters given_by(const std::string& conninfo) {
  char* fault = nullptr;
  const Options options(PQconninfoParse(conninfo.c_str(), &fault), PQconninfoFree);
  if (options == nullptr) {
    ConnectionLost lost(fault == nullptr ? "out of memory" : fault);
    PQfreemem(fault);
    throw lost;
  }
  return set_parameters(options);
}

}  // namespace

// libpq tells what a service says of a connection alone. So one is begun that libpq refuses once it
// has read everything, before it looks for a host.
ConnectionParameters parameters_of(const std::string& conninfo) {
  static constexpr const char* kRefused = "gssencmode";
  static constexpr const char* kFault = "none";
  const ConnectionParameters given = given_by(conninfo);
  ConnectionParameters refused = given;
  set(refused, kRefused, kFault);
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(start_connection(refused), PQfinish);
  ConnectionParameters parameters =
      set_parameters(Options(PQconninfo(connection.get()), PQconninfoFree));
  if (value_of(parameters, kRefused) != kFault) {
    throw ConnectionLost(PQerrorMessage(connection.get()));
  }
  std::erase_if(parameters, [](const auto& parameter) { return parameter.first == kRefused; });
  // The service itself is not a parameter of the connection any more.
  for (const auto& [name, value] : given) {
    set(parameters, name, value);
  }
  // JSON and Protobuf are UTF-8, whatever the database, its role or the environment say.
  set(parameters, "client_encoding", "UTF8");
  return parameters;
}

std::string_view value_of(const ConnectionParameters& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &ConnectionParameters::value_type::first);
  return found == parameters.end() ? std::string_view() : found->second;
}

void set(ConnectionParameters& parameters, const std::string& name, std::string value) {
  std::erase_if(parameters, [&](const auto& parameter) { return parameter.first == name; });
  parameters.emplace_back(name, std::move(value));
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
    if (value_of(parameters, name).empty()) {
      set(parameters, name, value);
    }
  }
  return parameters;
}

std::chrono::seconds connect_limit(const ConnectionParameters& parameters) {
  constexpr std::chrono::seconds kDefault(10);
  constexpr std::chrono::seconds kLeast(2);
  const std::string_view text = value_of(parameters, "connect_timeout");
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
  PGconn* const connection = PQconnectStartParams(names.data(), values.data(), 0);
  PQsetNoticeReceiver(
      connection, [](void*, const PGresult*) {}, nullptr);
  return connection;
}

}  // namespace vecext::gateway

// Where connections to PostgreSQL go.
#include <doctest/doctest.h>

#include <boost/asio/co_spawn.hpp>
#include <map>

#include "pool/hosts.h"
#include "pool/sql_error.h"

using namespace vecext::gateway;

namespace {

std::string names_of(const std::string& conninfo) {
  std::string names;
  for (const Host& host : unknown_hosts(parameters_of(conninfo))) {
    names += host.name + ":" + host.port + " ";
  }
  return names;
}

// Returns the parameters with addresses, or nothing if there are none.
std::map<std::string, std::string> found_by(const std::string& conninfo) {
  asio::io_context loop(1);
  std::map<std::string, std::string> found;
  Lookups lookups;
  asio::co_spawn(loop, with_addresses(lookups, loop.get_executor(), parameters_of(conninfo)),
                 [&](std::exception_ptr, const ConnectionParameters& parameters) {
                   found.insert(parameters.begin(), parameters.end());
                 });
  loop.run();
  return found;
}

// Returns a parameter of the next connection.
std::string next_of(Hosts& hosts, std::string_view name) {
  asio::io_context loop(1);
  std::string value;
  asio::co_spawn(loop, hosts.next(loop.get_executor()),
                 [&](std::exception_ptr, const ConnectionParameters& parameters) {
                   value = value_of(parameters, name);
                 });
  loop.run();
  return value;
}

}  // namespace

TEST_CASE("hosts that are to be looked up") {
  CHECK(names_of("host=db port=1 dbname=d") == "db:1 ");
  CHECK(names_of("postgresql://me@a,b:2/d") == "a: b:2 ");
  CHECK(names_of("host=/tmp,db,::1 port=7") == "/tmp:7 db:7 ::1:7 ");
  CHECK(names_of("host=a,b port=1,2,3").empty());
  CHECK(names_of("host=/tmp port=1").empty());
  CHECK(names_of("host=127.0.0.1,::1").empty());
  CHECK(names_of("host=db hostaddr=10.0.0.1").empty());
  CHECK_THROWS_AS(parameters_of("none"), ConnectionLost);
}

TEST_CASE("their addresses") {
  auto found = found_by("host=/tmp,localhost port=1,2 user=me");
  CHECK(found["host"].starts_with("/tmp,localhost"));
  CHECK(found["port"].starts_with("1,2"));
  CHECK((found["hostaddr"].find("127.0.0.1") != std::string::npos ||
         found["hostaddr"].find("::1") != std::string::npos));
  CHECK(found["hostaddr"].starts_with(","));
  CHECK(found["user"] == "me");
  CHECK(found_by("host=no.such.host.invalid").empty());
  CHECK(found_by("host=/tmp port=1")["host"] == "/tmp");
}

TEST_CASE("connections begin behind a host that does not answer") {
  const HostLists lists{"a,b,c", "", "1,2,3"};
  CHECK(begin_behind(lists, {"a", "", "1"}) == HostLists{"b,c,a", "", "2,3,1"});
  CHECK(begin_behind(lists, {"c", "", "3"}) == lists);
  CHECK(begin_behind({"b,c,a", "", "2,3,1"}, {"b", "", "2"}) == HostLists{"c,a,b", "", "3,1,2"});
  // Hosts may differ in their ports alone, or have one port.
  CHECK(begin_behind({"a,a", "", "1,2"}, {"a", "", "2"}) == HostLists{"a,a", "", "1,2"});
  CHECK(begin_behind({"a,a", "", "1,2"}, {"a", "", "1"}) == HostLists{"a,a", "", "2,1"});
  CHECK(begin_behind({"a,b", "", "1"}, {"a", "", "1"}) == HostLists{"b,a", "", "1"});
  CHECK(begin_behind({"a,b", "", ""}, {"a", "", "5432"}) == HostLists{"b,a", "", ""});
  // A host may have no name, but an address, or several addresses.
  CHECK(begin_behind({"", "::1,::2", "1"}, {"::1", "::1", "1"}) == HostLists{"", "::2,::1", "1"});
  CHECK(begin_behind({"a,a,b", "::1,::2,::3", "1"}, {"a", "::2", "1"}) ==
        HostLists{"b,a,a", "::3,::1,::2", "1"});
  // Nothing is to be skipped.
  CHECK(begin_behind({"a", "", "1"}, {"a", "", "1"}) == HostLists{"a", "", "1"});
  CHECK(begin_behind({"", "", "1"}, {"/var/run/postgresql", "", "1"}) == HostLists{"", "", "1"});
}

TEST_CASE("texts are UTF-8 whatever the connection string says") {
  Hosts hosts("host=/a client_encoding=LATIN1");
  CHECK(next_of(hosts, "client_encoding") == "UTF8");
}

TEST_CASE("a host that was silent is tried again") {
  const auto first_of = [](Hosts& hosts) { return next_of(hosts, "host"); };
  Hosts hosts("host=/a,/b,/c");
  CHECK(first_of(hosts) == "/a,/b,/c");
  hosts.skip({"/a", "", "5432"});
  CHECK(first_of(hosts) == "/b,/c,/a");
  Hosts forgetful("host=/a,/b,/c", std::chrono::seconds(0));
  forgetful.skip({"/a", "", "5432"});
  CHECK(first_of(forgetful) == "/a,/b,/c");
}

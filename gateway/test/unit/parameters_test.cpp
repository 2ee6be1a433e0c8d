// The parameters of connections to PostgreSQL, and why one is refused.
#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "pool/parameters.h"
#include "pool/refusal.h"
#include "pool/sql_error.h"

using namespace vecext::gateway;

namespace {

// A service file, which libpq reads as long as this object lives.
class ServiceFile {
 public:
  explicit ServiceFile(const std::string& text) {
    std::ofstream(path_) << text;
    setenv("PGSERVICEFILE", path_.c_str(), 1);
  }
  ~ServiceFile() {
    unsetenv("PGSERVICEFILE");
    std::filesystem::remove(path_);
  }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("vecextd_services_" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("limits for a host that is away") {
  const auto all = with_keepalives(parameters_of("host=db"));
  CHECK(value_of(all, "host") == "db");
  CHECK(value_of(all, "keepalives_idle") == "15");
  CHECK(value_of(all, "keepalives_interval") == "5");
  CHECK(value_of(all, "keepalives_count") == "3");
  CHECK(value_of(all, "tcp_user_timeout") == "30000");
  const auto own = with_keepalives(parameters_of("keepalives_idle=60 tcp_user_timeout=0"));
  CHECK(value_of(own, "keepalives_idle") == "60");
  CHECK(value_of(own, "tcp_user_timeout") == "0");
  CHECK(value_of(own, "keepalives_count") == "3");
}

TEST_CASE("texts are UTF-8") {
  CHECK(value_of(parameters_of("host=db"), "client_encoding") == "UTF8");
  CHECK(value_of(parameters_of("client_encoding=LATIN1"), "client_encoding") == "UTF8");
}

TEST_CASE("what a service says") {
  const ServiceFile file(
      "[main]\nhost=db.example\nport=7\nkeepalives_idle=90\nconnect_timeout=4\n"
      "gssencmode=require\npassword=p\n");
  const auto all = with_keepalives(parameters_of("service=main port=8"));
  CHECK(value_of(all, "host") == "db.example");
  CHECK(value_of(all, "port") == "8");
  CHECK(value_of(all, "keepalives_idle") == "90");
  CHECK(value_of(all, "keepalives_count") == "3");
  CHECK(value_of(all, "password") == "p");
  CHECK(connect_limit(all) == std::chrono::seconds(4));
  // libpq takes this one from the service itself.
  CHECK(value_of(all, "service") == "main");
  CHECK(value_of(all, "gssencmode").empty());
  CHECK(value_of(parameters_of("service=main gssencmode=disable"), "gssencmode") == "disable");
  CHECK_THROWS_AS(parameters_of("service=other"), ConnectionLost);
}

TEST_CASE("why a server refuses a connection") {
  CHECK(state_of_refusal(
            "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  28P01: "
            "password authentication failed\nLOCATION:  auth_failed, auth.c:332\n") == "28P01");
  CHECK(state_of_refusal("failed: FATAL:  57P03: x\nfailed: FATAL:  3D000: y:  z\n") == "3D000");
  CHECK(state_of_refusal("failed: Connection refused\n\tIs the server running?").empty());
  CHECK(state_of_refusal(":  12345").empty());
  CHECK(state_of_refusal("").empty());
  CHECK(words_of_refusal("28000") == words_of_refusal("28P01"));
  CHECK(words_of_refusal("3D000") == "PostgreSQL does not have the database");
  CHECK(words_of_refusal("") == "PostgreSQL cannot be reached");
}

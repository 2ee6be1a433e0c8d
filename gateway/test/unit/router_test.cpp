// What the router says of failures that nothing expects.
#include "wire/rest/router.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "pool/pool.h"
#include "test/unit/run.h"

using namespace vecext::gateway;

namespace {

class FailingBody : public HttpBody {
 public:
  Task<std::string_view> read() override {
    throw std::runtime_error("/etc/secret cannot be read");
    co_return "";
  }
  Task<> read_into(const BodyFile&) override { co_return; }
  std::chrono::steady_clock::time_point arrived() const override {
    return std::chrono::steady_clock::now();
  }
};

AccessOptions with_keys() {
  AccessOptions options;
  options.key = "key";
  options.read_only_key = "read";
  return options;
}

struct RouterFixture {
  HttpReply count(std::string_view request_id) {
    FailingBody body;
    HttpRequest request;
    request.method = "POST";
    request.target = "/collections/c/points/count";
    request.body = &body;
    request.request_id = request_id;
    return result_of(router.handle(request));
  }

  unsigned status(std::string_view method, std::string_view target, std::string_view key,
                  std::string_view namespace_id = "") {
    FailingBody body;
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.body = &body;
    request.api_key = key;
    request.namespace_id = namespace_id;
    rest::Router guarded{pool, keys, program, shutdown};
    return result_of(guarded.handle(request)).status;
  }

  asio::io_context loop{1};
  Registry registry{0};
  Pool pool{loop.get_executor(), {.conninfo = "none"}, registry.add_thread()};
  Authenticator authenticator{AccessOptions()};
  Authenticator keys{with_keys()};
  rest::Program program{registry, "id of the program", {}};
  Shutdown shutdown{loop.get_executor(), std::chrono::seconds(1), [] {}};
  rest::Router router{pool, authenticator, program, shutdown};
};

}  // namespace

TEST_CASE_FIXTURE(RouterFixture, "what nothing expects is for the log alone") {
  const HttpReply own = count("mine-1");
  CHECK(own.status == 500);
  CHECK(own.request_id == "mine-1");
  CHECK(own.body.find("Service internal error: The log says why, with the id mine-1") !=
        std::string::npos);
  const HttpReply other = count("");
  CHECK(other.body.find("with the id " + other.request_id + "\"") != std::string::npos);
  CHECK(other.request_id.size() == 16);
  CHECK(other.body.find("secret") == std::string::npos);
}

TEST_CASE_FIXTURE(RouterFixture, "namespaces are for keys that manage, before a body is read") {
  // A body that cannot be read is a fault of the gateway, and the server is away.
  constexpr unsigned kBodyIsRead = 500;
  for (const rest::Route& route : rest::namespace_routes()) {
    CHECK(status(route.method, route.pattern, "") == 401);
    CHECK(status(route.method, route.pattern, "read") == 403);
    CHECK(status(route.method, route.pattern, "key") == kBodyIsRead);
    CHECK(status(route.method, route.pattern, "key", "any") == kBodyIsRead);
  }
}

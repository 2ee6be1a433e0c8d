// Requests of REST, from the target to the first statement. The input is a line "METHOD TARGET",
// and behind it the body. No request is a fault of the gateway, and every answer is JSON.
#include "backend.h"
#include "base/failure.h"
#include "base/json.h"
#include "fuzz.h"
#include "wire/rest/router.h"

namespace vecext::gateway::fuzz {
namespace {

class Body : public HttpBody {
 public:
  explicit Body(std::string_view text) : text_(text) {}
  Task<std::string_view> read() override { co_return text_; }
  Task<> read_into(const BodyFile&) override {
    throw Failure(FailureKind::kOutOfSpace, "there are no files here");
  }
  std::chrono::steady_clock::time_point arrived() const override { return {}; }

 private:
  std::string_view text_;
};

void answer(std::string_view line, std::string_view text) {
  static Backend backend;
  static const rest::Program program{backend.registry, "id", {}};
  static rest::Router router(backend.pool, backend.authenticator, program, backend.shutdown);
  Body body(text);
  HttpRequest request;
  std::tie(request.method, request.target) = split(line, ' ');
  request.body = &body;
  const HttpReply reply = backend.run(router.handle(request));
  require(reply.status != 500);
  if (reply.content_type == "application/json" && !reply.body.empty()) {
    JsonObject::parse(reply.body, "answer");
  }
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::gateway::fuzz;
  const auto [line, body] = split(text_of(data, size), '\n');
  answer(line, body);
  return 0;
}

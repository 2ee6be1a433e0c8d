// Programs that the gateway runs.
#include <doctest/doctest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "process/child.h"

using namespace vecext::gateway;

namespace {

struct Ended {
  int status = 0;
  std::string output;
  std::string errors;
};

Task<Ended> run_program(Executor executor, std::vector<std::string> words, bool is_killed) {
  Child child(executor, words, {"GREETING=hello"});
  if (is_killed) {
    child.kill();
  }
  Ended ended;
  std::array<char, 100> part{};
  for (std::size_t size = 1; size > 0;) {
    size = co_await child.read(part.data(), part.size());
    ended.output.append(part.data(), size);
  }
  ended.status = co_await child.wait();
  ended.errors = child.errors();
  co_return ended;
}

Ended end_of(std::vector<std::string> words, bool is_killed = false) {
  asio::io_context loop(1);
  Ended ended;
  asio::co_spawn(loop, run_program(loop.get_executor(), std::move(words), is_killed),
                 [&](std::exception_ptr, Ended found) { ended = std::move(found); });
  loop.run();
  return ended;
}

}  // namespace

TEST_CASE("a program has words, variables, outputs and a status") {
  const Ended ended =
      end_of({"sh", "-c", "echo $GREETING \"$1\"; echo bad >&2; exit 3", "sh", "a b"});
  CHECK(ended.output == "hello a b\n");
  CHECK(ended.errors == "bad\n");
  CHECK(ended.status == 3);
  CHECK(end_of({"true"}).status == 0);
}

TEST_CASE("a program that is missing, and one that is killed") {
  CHECK(end_of({"/no-such-program"}).status == Child::kNotFound);
  const Ended not_run = end_of({"/dev/null"});
  CHECK(not_run.status == Child::kNotRun);
  CHECK(not_run.errors == "Permission denied");
  CHECK(end_of({"sleep", "100"}, true).status == Child::kKilled);
}

TEST_CASE("a program may write as many errors as it likes") {
  const Ended ended = end_of({"sh", "-c", "yes error | head -c 200000 >&2; echo done; exit 1"});
  CHECK(ended.output == "done\n");
  CHECK(ended.status == 1);
  CHECK(ended.errors.size() == 2000);
}

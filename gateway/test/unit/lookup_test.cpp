// Lookups of the names of hosts.
#include <doctest/doctest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>

#include "pool/lookup.h"

using namespace vecext::gateway;

namespace {

using Names = std::vector<std::string>;

Task<> find(Lookups& lookups, Executor executor, Names names, std::vector<Names>& found) {
  found = co_await lookups.find(executor, std::move(names));
}

}  // namespace

TEST_CASE("a name that is slow holds up no other one") {
  std::latch second_is_asked(1);
  Lookups lookups([&](const std::string& name) {
    if (name == "slow") {
      second_is_asked.wait();
      return Names{};
    }
    second_is_asked.count_down();
    return Names{"::1", name};
  });
  asio::io_context loop(1);
  std::vector<Names> found;
  asio::co_spawn(loop, find(lookups, loop.get_executor(), {"slow", "fast"}, found), asio::detached);
  loop.run();
  CHECK(found == std::vector<Names>{{}, {"::1", "fast"}});
}

TEST_CASE("a name is looked up once at a time") {
  std::atomic<int> count = 0;
  std::latch both_wait(1);
  Lookups lookups([&](const std::string&) {
    both_wait.wait();
    return Names{std::to_string(++count)};
  });
  asio::io_context loop(1);
  std::vector<Names> found[3];
  asio::co_spawn(loop, find(lookups, loop.get_executor(), {"a", "a"}, found[0]), asio::detached);
  asio::co_spawn(loop, find(lookups, loop.get_executor(), {"a"}, found[1]), asio::detached);
  loop.poll();
  both_wait.count_down();
  loop.run();
  CHECK(found[0] == std::vector<Names>{{"1"}, {"1"}});
  CHECK(found[1] == std::vector<Names>{{"1"}});
  loop.restart();
  asio::co_spawn(loop, find(lookups, loop.get_executor(), {"a"}, found[2]), asio::detached);
  loop.run();
  CHECK(found[2] == std::vector<Names>{{"2"}});
}

// Lookups of the names of hosts.
#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <latch>
#include <stdexcept>

#include "pool/lookup.h"
#include "pool/sql_error.h"

using namespace vecext::gateway;

namespace {

using Names = std::vector<std::string>;

Task<> find(Lookups& lookups, Executor executor, Names names, std::vector<Names>& found) {
  found = co_await lookups.find(executor, std::move(names));
}

// Lets no thread be made while it lives: none has room for such a stack.
class NoThreads {
 public:
  NoThreads() {
    pthread_getattr_default_np(&before_);
    pthread_attr_t large;
    pthread_getattr_default_np(&large);
    pthread_attr_setstacksize(&large, std::size_t{1} << 50);
    pthread_setattr_default_np(&large);
    pthread_attr_destroy(&large);
  }
  ~NoThreads() {
    pthread_setattr_default_np(&before_);
    pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_;
};

// Looks a name up, and returns true if that throws ConnectionLost.
bool is_lost(Lookups& lookups, std::vector<Names>& found) {
  asio::io_context loop(1);
  bool is_lost = false;
  asio::co_spawn(loop, find(lookups, loop.get_executor(), {"a"}, found),
                 [&](std::exception_ptr error) {
                   try {
                     if (error != nullptr) {
                       std::rethrow_exception(error);
                     }
                   } catch (const ConnectionLost&) {
                     is_lost = true;
                   }
                 });
  loop.run();
  return is_lost;
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

TEST_CASE("a name is looked up once more after a lookup that had no thread") {
  Lookups lookups([&](const std::string&) { return Names{"::1"}; });
  std::vector<Names> found;
  {
    const NoThreads none;
    CHECK(is_lost(lookups, found));
  }
  CHECK(!is_lost(lookups, found));
  CHECK(found == std::vector<Names>{{"::1"}});
}

TEST_CASE("a lookup that throws finds nothing") {
  Lookups lookups([&](const std::string&) -> Names { throw std::runtime_error("no memory"); });
  std::vector<Names> found;
  CHECK(!is_lost(lookups, found));
  CHECK(found == std::vector<Names>{{}});
}

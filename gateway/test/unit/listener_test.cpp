// Connections of a port: which thread gets them, and what becomes of them at the end.
#include <doctest/doctest.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "wire/tls/listener.h"

using namespace vecext::gateway;

namespace {

// Two threads, of which a loop stands for each. They keep the connections that they are given.
struct TwoThreads {
  Tcp::socket connect() {
    Tcp::socket socket(loop);
    socket.connect({asio::ip::address_v4::loopback(), listener.port()});
    return socket;
  }

  ServingThread thread(std::size_t number) {
    return {loop.get_executor(), connections[number], [this, number](Accepted accepted) -> Task<> {
              kept[number].push_back(std::move(accepted));
              co_return;
            }};
  }

  std::array<int, 2> counts() const { return {connections[0], connections[1]}; }

  asio::io_context loop;
  std::array<std::atomic<int>, 2> connections{};
  std::array<std::vector<Accepted>, 2> kept;
  Listener listener{loop, "127.0.0.1", 0, nullptr, {thread(0), thread(1)}};
};

}  // namespace

TEST_CASE("a connection goes to the thread that has the fewest") {
  TwoThreads fixture;
  std::vector<Tcp::socket> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(fixture.connect());
    fixture.loop.poll();
  }
  CHECK(fixture.counts() == std::array{3, 3});
  fixture.kept[0].clear();
  CHECK(fixture.counts() == std::array{0, 3});
  for (int i = 0; i < 2; ++i) {
    clients.push_back(fixture.connect());
    fixture.loop.poll();
  }
  CHECK(fixture.counts() == std::array{2, 3});
}

TEST_CASE("connections that arrive at once are dealt evenly") {
  TwoThreads fixture;
  std::vector<Tcp::socket> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(fixture.connect());
  }
  fixture.loop.poll();
  CHECK(fixture.counts() == std::array{4, 4});
}

TEST_CASE("connections that are established are served after the listener is closed") {
  TwoThreads fixture;
  fixture.loop.poll();
  std::array clients{fixture.connect(), fixture.connect()};
  fixture.listener.close();
  fixture.loop.poll();
  CHECK(fixture.kept[0].size() + fixture.kept[1].size() == 2);
  Tcp::socket late(fixture.loop);
  boost::system::error_code error;
  late.connect({asio::ip::address_v4::loopback(), fixture.listener.port()}, error);
  CHECK(error == asio::error::connection_refused);
}

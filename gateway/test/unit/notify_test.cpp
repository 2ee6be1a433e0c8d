// What systemd hears of the program.
#include <doctest/doctest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "process/notify.h"

using namespace vecext::gateway;

TEST_CASE("a state is sent to the socket that the environment names") {
  const std::string name = "@vecextd-test-" + std::to_string(getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data() + 1, name.size() - 1);
  const int listener = socket(AF_UNIX, SOCK_DGRAM, 0);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  REQUIRE(bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  setenv("NOTIFY_SOCKET", name.c_str(), 1);
  notify("READY=1");
  char received[16];
  CHECK(std::string(received, recv(listener, received, sizeof received, MSG_DONTWAIT)) ==
        "READY=1");
  close(listener);
  notify("READY=1");  // nobody listens
  setenv("NOTIFY_SOCKET", std::string(200, 'x').c_str(), 1);
  notify("READY=1");
  unsetenv("NOTIFY_SOCKET");
  notify("READY=1");
}

// A TCP connection to this machine.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

class Socket {
 public:
  /// Throws std::runtime_error, as all members do, if nobody listens.
  explicit Socket(int port);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send(std::string_view bytes);

  /// Waits until `received` holds at least `size` bytes.
  void receive(std::string& received, std::size_t size);

 private:
  int descriptor_;
};

}  // namespace bench

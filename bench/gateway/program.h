// A running gateway.
#pragma once

#include <string>

namespace bench {

/// vecextd in front of a server, on ports of this machine, for as long as this lives.
class Program {
 public:
  /// Starts it with `threads` threads and waits until it listens. Throws std::runtime_error if it
  /// does not within ten seconds.
  Program(const std::string& path, const std::string& conninfo, int threads, int http_port,
          int grpc_port);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  int process() const { return process_; }

 private:
  int process_ = 0;
};

}  // namespace bench

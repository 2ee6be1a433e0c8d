// The memory of a backend and its workers while they run a statement.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "common/server.h"

namespace bench {

/// RssAnon of a process in MB; 0 where it is gone. Shared buffers are not in it.
double private_megabytes(int pid);

struct Peak {
  double private_megabytes = 0;  // anonymous memory of the backend and its parallel workers
  std::string phase;             // of CREATE INDEX, then
  double at_seconds = 0;         // since the watch began
  double shared_megabytes = 0;   // most of what parallel workers shared, at any time
};

/// Looks every 10 ms, from construction to `stop`. Needs a process on this machine: without one the
/// peak stays 0.
class MemoryWatch {
 public:
  /// Watches `backend`; `monitor` is a connection that nobody else uses meanwhile.
  MemoryWatch(int backend, Server& monitor);

  Peak stop();

 private:
  void watch(const std::stop_token& stopped);
  void look(double seconds);
  std::string phase();
  void find_workers();

  int backend_;
  Server& monitor_;
  std::vector<int> workers_;
  double shared_at_start_;
  double asked_at_ = 0;  // private megabytes when the phase was asked for
  Peak peak_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace bench

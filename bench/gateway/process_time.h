// Processor time of other processes, which other work on the machine leaves nearly alone.
#pragma once

#include <string>
#include <vector>

namespace bench {

/// Microseconds of processor time of all threads of a process; 0 if there is no such process.
double processor_microseconds(int process);

/// The sum for the backends of a database; `conninfo` connects to it.
class Backends {
 public:
  explicit Backends(std::string conninfo) : conninfo_(std::move(conninfo)) {}

  /// Looks which backends there are; to be called once the connections to be measured are made.
  void find();
  double processor_microseconds() const;

 private:
  std::string conninfo_;
  std::vector<int> processes_;
};

}  // namespace bench

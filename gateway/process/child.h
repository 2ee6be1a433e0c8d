// A program that runs beside us, without a shell.
#pragma once

#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

class Child {
 public:
  /// Starts the program that `arguments` begins with, which is looked for in PATH if it has no
  /// slash. If it is not found, or cannot be run, it ends with a status that says so. `environment`
  /// ("NAME=value") is added to ours. The kernel kills the program when the thread ends. Throws a
  /// Failure kInternal if no process can be made.
  Child(Executor executor, const std::vector<std::string>& arguments,
        const std::vector<std::string>& environment);
  /// Kills it if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Reads what it writes to its standard output. Returns the number of bytes, which is 0 at the
  /// end.
  Task<std::size_t> read(char* buffer, std::size_t size);

  /// Makes it end soon, if it still runs.
  void kill();

  static constexpr int kNotFound = 127;  // as of a shell
  static constexpr int kNotRun = 126;    // as of a shell: errors() says why
  static constexpr int kKilled = -1;
  /// Waits for its end. Returns its exit status, or kKilled if a signal has ended it.
  Task<int> wait();
  /// Returns the first 2,000 bytes of what it has written to its standard error, once it has ended.
  /// All of it is read, however much it is, so that the program does not wait for us.
  std::string errors();

 private:
  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;
  class Errors;

  void end();

  pid_t pid_ = -1;  // -1 once its end was seen
  Descriptor output_;
  std::shared_ptr<Errors> errors_;
  Descriptor process_;
};

}  // namespace vecext::gateway

// A program that runs beside us, without a shell.
#pragma once

#include <sys/types.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <string>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

class Child {
 public:
  /// Starts the program that `arguments` begins with, which is looked for in PATH if it has no
  /// slash. `environment` ("NAME=value") is added to ours. Throws a Failure kInternal if that
  /// fails.
  Child(Executor executor, const std::vector<std::string>& arguments,
        const std::vector<std::string>& environment);
  /// Kills it if it still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Reads what it writes to its standard output. Returns the number of bytes, which is 0 at the
  /// end.
  Task<std::size_t> read(char* buffer, std::size_t size);

  /// Waits for its end. Returns true if its exit status is 0.
  Task<bool> wait();
  /// Returns the beginning of what it has written to its standard error, once it has ended.
  std::string errors();

 private:
  using Descriptor = asio::posix::basic_stream_descriptor<Executor>;

  void stop();

  pid_t pid_ = -1;  // -1 once its end was seen
  Descriptor output_;
  Descriptor error_;
  Descriptor process_;
};

}  // namespace vecext::gateway

#include "process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/failure.h"

namespace vecext::gateway {

namespace {

constexpr asio::use_awaitable_t<Executor> kAwait;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Both ends of a pipe, closed unless they are taken.
struct Pipe {
  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0) {
      throw Failure(FailureKind::kInternal, "no pipe can be made");
    }
  }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) {
        close(end);
      }
    }
  }
  int take_reader() { return std::exchange(ends[0], -1); }

  int ends[2] = {-1, -1};
};

}  // namespace

Child::Child(Executor executor, const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment)
    : output_(executor), error_(executor), process_(executor) {
  Pipe output;
  Pipe error;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, error.ends[1], 2);
  std::vector<std::string> words = arguments;
  std::vector<std::string> variables = environment;
  // The first of two variables of a name is the one that counts.
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  // The gateway ignores SIGPIPE; a program ends by it if nobody reads what it writes.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int fault = posix_spawnp(&pid_, words.front().c_str(), &actions, &attributes,
                                 pointers_to(words).data(), pointers_to(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0) {
    pid_ = -1;
    throw Failure(FailureKind::kInternal, "The program " + arguments.front() + " cannot be run");
  }
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (descriptor < 0) {
    stop();
    throw Failure(FailureKind::kInternal, "The kernel has no descriptors of processes");
  }
  process_.assign(descriptor);
  output_.assign(output.take_reader());
  error_.assign(error.take_reader());
}

Child::~Child() {
  stop();
}

void Child::stop() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
}

Task<std::size_t> Child::read(char* buffer, std::size_t size) {
  boost::system::error_code error;
  co_return co_await output_.async_read_some(asio::buffer(buffer, size),
                                             asio::redirect_error(kAwait, error));
}

Task<bool> Child::wait() {
  co_await process_.async_wait(Descriptor::wait_read, kAwait);
  int status = 0;
  const bool has_ended = waitpid(std::exchange(pid_, -1), &status, 0) > 0;
  co_return has_ended&& WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string Child::errors() {
  std::string text(2000, '\0');
  error_.non_blocking(true);
  boost::system::error_code error;
  text.resize(error_.read_some(asio::buffer(text), error));
  return text;
}

}  // namespace vecext::gateway

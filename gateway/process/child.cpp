#include "process/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <filesystem>

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

// Becomes the program, in the process that fork has made. That has one thread, so it calls nothing
// that might wait for another one.
[[noreturn]] void run_program(pid_t parent, int output, int error, char* const* arguments,
                              char* const* environment) {
  // The program ends with the gateway, which may have ended already.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDONLY);
  if (getppid() == parent && nothing >= 0 && dup2(nothing, 0) >= 0 && dup2(output, 1) >= 0 &&
      dup2(error, 2) >= 0) {
    // What the gateway has open, as its ports and the connections of its clients, ends with it.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    // The gateway ignores SIGPIPE; a program ends by it if nobody reads what it writes.
    signal(SIGPIPE, SIG_DFL);
    execvpe(arguments[0], arguments, environment);
  }
  if (errno == ENOENT) {
    _exit(Child::kNotFound);
  }
  const char* reason = strerrordesc_np(errno);
  [[maybe_unused]] const ssize_t written = write(error, reason, std::strlen(reason));
  _exit(Child::kNotRun);
}

}  // namespace

// Reads the pipe until it is closed. A read that waits keeps it alive.
class Child::Errors : public std::enable_shared_from_this<Child::Errors> {
 public:
  Errors(Executor executor, int pipe) : pipe_(executor, pipe) { pipe_.non_blocking(true); }

  void read_all() {
    pipe_.async_wait(Descriptor::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& closed) {
                       const auto end = closed ? closed : self->read_part();
                       if (!end || end == asio::error::would_block) {
                         self->read_all();
                       }
                     });
  }

  // What the program wrote just before its end may not have been read yet.
  std::string beginning() {
    while (text_.size() < kMost && !read_part()) {
    }
    return text_;
  }

  void close() { pipe_.close(); }

 private:
  static constexpr std::size_t kMost = 2000;

  boost::system::error_code read_part() {
    boost::system::error_code error;
    const std::size_t size = pipe_.read_some(asio::buffer(part_), error);
    text_.append(part_.data(), std::min(size, kMost - text_.size()));
    return error;
  }

  Descriptor pipe_;
  std::string text_;
  std::array<char, 4096> part_;
};

Child::Child(Executor executor, const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment)
    : output_(executor), process_(executor) {
  Pipe output;
  Pipe error;
  std::vector<std::string> words = arguments;
  std::vector<std::string> variables = environment;
  // The first of two variables of a name is the one that counts.
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  const std::vector<char*> word_pointers = pointers_to(words);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    run_program(parent, output.ends[1], error.ends[1], word_pointers.data(),
                variable_pointers.data());
  }
  if (pid_ < 0) {
    throw Failure(FailureKind::kInternal,
                  std::filesystem::path(arguments.front()).filename().string() + " cannot be run");
  }
  const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (descriptor < 0) {
    end();
    throw Failure(FailureKind::kInternal, "The kernel has no descriptors of processes");
  }
  process_.assign(descriptor);
  output_.assign(output.take_reader());
  errors_ = std::make_shared<Errors>(executor, error.take_reader());
  errors_->read_all();
}

Child::~Child() {
  end();
  errors_->close();
}

void Child::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
  }
}

void Child::end() {
  if (pid_ > 0) {
    kill();
    waitpid(std::exchange(pid_, -1), nullptr, 0);
  }
}

Task<std::size_t> Child::read(char* buffer, std::size_t size) {
  boost::system::error_code error;
  co_return co_await output_.async_read_some(asio::buffer(buffer, size),
                                             asio::redirect_error(kAwait, error));
}

Task<int> Child::wait() {
  co_await process_.async_wait(Descriptor::wait_read, kAwait);
  int status = 0;
  if (waitpid(std::exchange(pid_, -1), &status, 0) <= 0 || !WIFEXITED(status)) {
    co_return kKilled;
  }
  co_return WEXITSTATUS(status);
}

std::string Child::errors() {
  return errors_->beginning();
}

}  // namespace vecext::gateway

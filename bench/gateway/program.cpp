#include "gateway/program.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gateway/socket.h"

namespace bench {

namespace {

bool listens(int port) {
  try {
    Socket socket(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

Program::Program(const std::string& path, const std::string& conninfo, int threads, int http_port,
                 int grpc_port) {
  std::vector<std::string> words = {path,
                                    "--postgres=" + conninfo,
                                    "--threads=" + std::to_string(threads),
                                    "--http-port=" + std::to_string(http_port),
                                    "--grpc-port=" + std::to_string(grpc_port),
                                    "--log-level=error"};
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  if (posix_spawn(&process_, path.c_str(), nullptr, nullptr, arguments.data(), environ) != 0) {
    throw std::runtime_error("cannot start " + path);
  }
  for (int i = 0; i < 100; ++i) {
    if (listens(http_port) && listens(grpc_port)) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error(path + " does not listen");
}

Program::~Program() {
  kill(process_, SIGTERM);
  waitpid(process_, nullptr, 0);
}

}  // namespace bench

#include "process/finish.h"

#include <spdlog/spdlog.h>

#include "base/client.h"
#include "process/child.h"

namespace vecext::gateway {

namespace {

bool is_of_full_disk(std::string_view words) {
  return words.find("No space left on device") != std::string_view::npos ||
         words.find("Disk quota exceeded") != std::string_view::npos;
}

}  // namespace

Task<> finish(Child& child, const char* name, FailureKind fault, const Client* client) {
  const int status = co_await child.wait();
  require_waiting(client);
  if (status == Child::kNotFound) {
    spdlog::error("{} was not found", name);
    throw Failure(FailureKind::kInternal, std::string(name) + " was not found");
  }
  if (status == Child::kNotRun) {
    spdlog::error("{} cannot be run: {}", name, child.errors());
    throw Failure(FailureKind::kInternal, std::string(name) + " cannot be run");
  }
  if (status != 0) {
    const std::string words = child.errors();
    spdlog::error("{} has failed: {}", name, words);
    throw Failure(is_of_full_disk(words) ? FailureKind::kOutOfSpace : fault,
                  std::string(name) + " has failed");
  }
}

}  // namespace vecext::gateway

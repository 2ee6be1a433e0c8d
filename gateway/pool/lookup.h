// Lookups of the names of hosts.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/task.h"

namespace vecext::gateway {

/// Asks the system for the addresses of a host, and waits for the answer.
std::vector<std::string> addresses_of(const std::string& name);

/// Looks names up, each on a thread of its own, so that none holds up the loop or another one. A
/// name whose lookup is still under way is not looked up once more.
class Lookups {
 public:
  using Function = std::function<std::vector<std::string>(const std::string&)>;
  explicit Lookups(Function look_up = addresses_of) : look_up_(std::move(look_up)) {}

  /// Returns the addresses of each name. A name has none if its lookup fails, or takes longer than
  /// five seconds.
  Task<std::vector<std::vector<std::string>>> find(Executor executor,
                                                   std::vector<std::string> names);

 private:
  struct Lookup;
  std::shared_ptr<Lookup> begin(Executor executor, const std::string& name);

  Function look_up_;
  std::map<std::string, std::shared_ptr<Lookup>> lookups_;  // the last one of each name
};

}  // namespace vecext::gateway

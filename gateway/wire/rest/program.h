// The program that answers, as the routes about it describe it.
#pragma once

#include <chrono>
#include <string>

#include "metrics/registry.h"
#include "service/snapshot_files.h"

namespace vecext::gateway::rest {

struct Program {
  const Registry& metrics;
  std::string id;  // a UUID, new at each start
  SnapshotOptions snapshots;
  std::chrono::system_clock::time_point started = std::chrono::system_clock::now();
};

}  // namespace vecext::gateway::rest

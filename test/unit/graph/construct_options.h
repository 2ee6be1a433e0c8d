// How tests have a graph constructed, but for what they try.
#pragma once

#include "core/graph/construct/construct.h"

namespace vecext::test {

inline ConstructOptions construct_options(std::int32_t degree, std::int32_t threads = 1) {
  return {.degree = degree,
          .alpha = 1.05F,
          .replicas = kMostReplicas,
          .entries = kMaxEntries,
          .seed = 7,
          .parallel = {threads, nullptr, nullptr}};
}

}  // namespace vecext::test

// What verification finds in the graph of a store.
#pragma once

#include "core/graph/format/graph_verify.h"
#include "core/graph/flat/sketch_verify.h"
#include "doctest/doctest.h"
#include "memory_store.h"

namespace vecext::test {

/// What verify_graph() and verify_all_lists() find wrong with the graph that `model` was loaded
/// from, or null. `summary`: receives its counts, or null.
inline const char* find_wrong(MemoryStore& store, GraphModel model, const RowVisitor& visitor,
                              Arena arena, GraphSummary* summary) {
  GraphSummary ignored;
  VerifyFinding finding;
  REQUIRE(
      verify_graph(store, &model, visitor, arena, summary == nullptr ? &ignored : summary, &finding)
          .ok());
  if (finding.what == nullptr) {
    REQUIRE(verify_all_lists(store, model, arena, &finding).ok());
  }
  return finding.what;
}

}  // namespace vecext::test

// When a graph is constructed again. A construction takes the same time for each of its rows, new
// or not. So new rows wait until they are a certain part of the rows that are there: pending rows
// wait until a delta graph takes them in, and the rows of the delta graph wait until the main graph
// takes them in.
#pragma once

#include "core/graph/format/graph_model.h"

namespace vecext {

/// How many rows of an index are in which place.
struct PlacedRows {
  std::int64_t main;   // nodes of the main graph
  std::int64_t delta;  // nodes of the delta graph
  std::int64_t pending;

  std::int64_t outside() const { return delta + pending; }
};

/// Fewer rows than this outside the main graph, or no more dead nodes than this in it, never cause
/// a rebuild, however small the graph is.
inline constexpr std::int64_t kFewRows = 2000;

/// True if inserts are to rebuild the main graph, which then takes in all rows.
bool is_main_due(const PlacedRows& rows, bool is_flat);

/// Returns from what number on pending rows are many, for vectors of `dims` dimensions in model
/// space. To compare that many takes a search about as long as searching them in a delta graph.
std::int64_t many_pending(std::int32_t dims);

/// True if inserts are to rebuild the delta graph, given that they do not rebuild the main graph
/// now. They wait if the main graph is soon to take in all rows, unless that rebuild is put off
/// (`is_put_off`). `many` is what many_pending() returns.
bool is_delta_due(const PlacedRows& rows, std::int64_t many, bool is_put_off);

/// True if VACUUM is to rebuild the main graph. `living` is how many rows of the index VACUUM
/// leaves.
bool is_due_for_vacuum(const PlacedRows& rows, std::int64_t living);

}  // namespace vecext

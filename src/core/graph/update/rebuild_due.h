// When a graph is constructed again. A construction takes the same time for each of its rows,
// whether they are new or not. So new rows wait until they are a certain part of the rows that are
// there: pending rows wait until a delta graph takes them in, and then with its rows until the main
// graph does.
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

/// If fewer rows are outside the main graph, or no more dead ones in it, they never cause a
/// rebuild.
inline constexpr std::int64_t kFewRows = 2000;

/// True if inserts are to rebuild the main graph of all rows.
bool is_main_due(const PlacedRows& rows, bool is_flat);

/// Returns how many pending rows, of vectors of `dims` dimensions in model space, are many: a
/// search takes about as long for them as in a delta graph.
std::int64_t many_pending(std::int32_t dims);

/// True if inserts, which do not rebuild the main graph now, are to rebuild the delta graph. They
/// wait if the main graph is soon to take in all rows, unless that rebuild `is_put_off`. `many` is
/// many_pending().
bool is_delta_due(const PlacedRows& rows, std::int64_t many, bool is_put_off);

/// True if VACUUM, which leaves `living` rows, is to rebuild the main graph.
bool is_due_for_vacuum(const PlacedRows& rows, std::int64_t living);

}  // namespace vecext

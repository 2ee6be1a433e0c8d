// The servers that a benchmark compares, and the table that it searches.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "common/server.h"

namespace bench {

/// Milliseconds that `work` takes.
template <typename Work>
double milliseconds(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

/// Connects, and creates the extension where it is missing.
Server connect(const std::string& name, const std::string& extension, const std::string& conninfo);

/// PostgreSQL and the extension, each with its version.
std::vector<std::string> versions(Server& server);

/// The column type of the data set's vectors.
std::string vector_type(const Dataset& data);

/// The operator whose order is the metric's.
std::string own_operator(Metric metric);

/// Makes `table` (id int, embedding vector(n)) hold the first `rows` base vectors, id = row number,
/// frozen and analyzed; a table that has as many rows already is left alone.
void load(Server& server, const std::string& table, const Dataset& data, std::size_t rows);

/// Adds the last `rows` base vectors to `table`; returns the seconds that COPY took.
double append(Server& server, const std::string& table, const Dataset& data, std::size_t rows);

/// Reads a table, with its out-of-line values, or an index into shared buffers.
void prewarm(Server& server, const std::string& relation);

/// The nodes of the plan of the prepared statement `search` with a vector of `table`, from the top
/// down.
std::string plan_of_search(Server& server, const std::string& table);

}  // namespace bench

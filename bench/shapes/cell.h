// One family of queries, asked of one index, or of a library's graph, in one table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "common/searcher.h"
#include "shapes/queries.h"

namespace bench {

/// What is asked. `method` is an access method, or a library with its setting.
struct Setup {
  std::string shape, metric, method, life;
};

/// What was measured; milliseconds are medians, visits (to nodes or lists) a mean. What the family
/// or the method does not have is empty.
struct Cell {
  Setup setup;
  std::string family;
  std::size_t queries = 0;
  std::optional<double> recall = {};
  std::size_t without_hit = 0;           // queries with a recall of 0
  std::optional<std::size_t> lost = {};  // rows that are not the nearest to their own vector
  std::optional<double> visits = {};
  double ms = 0;
  std::optional<double> exact_ms = {};  // of a scan of the table

  /// Of times, the index's to that of the exact scan.
  std::optional<double> slowdown() const;
};

nlohmann::ordered_json json(const Cell& cell);

/// Row numbers, nearest first.
using Search = std::function<std::vector<std::int32_t>(std::span<const float> query)>;

/// Asks the queries of a family one after another; `after` follows each, untimed. Recall counts
/// rows that are no farther than the true k-th.
Cell ask(const Setup& setup, const Dataset& data, const FamilyRange& family, const Search& search,
         const std::function<void()>& after = {});

/// A session that reads the whole table for each search.
class ExactScan {
 public:
  ExactScan(const std::string& conninfo, const Dataset& data, const std::string& table);

  /// Median milliseconds of a few of a family's queries.
  double time(const Dataset& data, const FamilyRange& family);

 private:
  Server server_;
};

/// The same of an index, beside the exact scan.
Cell ask(const Setup& setup, const Dataset& data, const FamilyRange& family, Searcher& searcher,
         ExactScan& exact);

/// Queries that have no nearest row, as far as time is concerned: a NULL, which is found at run
/// time, and for cosine the zero vector. Their exact scan is that of `family`.
std::vector<Cell> ask_nothing(const Setup& setup, const Dataset& data, const FamilyRange& family,
                              Searcher& searcher, ExactScan& exact);

}  // namespace bench

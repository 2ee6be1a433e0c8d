// The table of filtered search on a server, and what its filters should find.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "filter/filters.h"
#include "common/server.h"

namespace bench {

/// Makes `table` again with the base vectors and the scheme's attributes, their indexes and the
/// further tables: id = row number, frozen, analyzed, in shared buffers.
void make_filter_table(Server& server, const std::string& table, const Dataset& data,
                       const FilterScheme& scheme);

/// What is true of a filter.
class FilterTruth {
 public:
  /// Asks `server` which rows pass, and computes the nearest among them where the scheme's file
  /// does not have them. Throws std::runtime_error where a row of the file's answers does not pass.
  FilterTruth(Server& server, const std::string& table, const Dataset& data,
              const FilterScheme& scheme, const Filter& filter);

  /// The nearest rows of each query.
  const Answers& answers() const { return answers_; }
  /// The rows that pass, ascending.
  std::span<const std::int32_t> passing(std::size_t query) const;
  /// Their mean number.
  double mean_passing(std::size_t queries) const;

 private:
  void check(std::size_t queries) const;
  void compute(const Dataset& data);

  std::vector<std::int32_t> arguments_;  // by query; empty: one set of rows, under 0
  std::map<std::int32_t, std::vector<std::int32_t>> passing_;
  Answers answers_;
};

}  // namespace bench

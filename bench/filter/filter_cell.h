// One filter, in one form, asked by one index at one setting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "filter/filter_table.h"
#include "filter/filters.h"
#include "common/searcher.h"
#include "common/sweep.h"

namespace bench {

/// A session of its own. The planner is free to choose, but for parallel plans: those have other
/// connections' cores.
class Contender {
 public:
  /// Throws std::runtime_error where the server does not know the setting.
  Contender(const Variant& variant, const std::string& conninfo, const Dataset& data,
            const std::string& table, Setting setting);

  Searcher& searcher() { return searcher_; }
  const std::string& index() const { return searcher_.variant().name; }
  const Setting& setting() const { return setting_; }

 private:
  Searcher searcher_;
  Setting setting_;
};

/// What is asked of all contenders. `data` has the filter's answers as its neighbors.
struct Question {
  const Dataset& data;
  const Filter& filter;
  const Clause& clause;
  const FilterTruth& truth;
};

class FilterCell {
 public:
  FilterCell(Contender& contender, const Question& question);

  /// Asks queries in turn, warm: for that many seconds, or for a fifth of them where every query
  /// has been asked then; `least` queries at least. A round goes on where the last one stopped.
  /// Throws std::runtime_error where a row comes that does not pass.
  void round(double seconds, std::size_t least);

  const Contender& contender() const { return contender_; }
  const Point& point() const { return point_; }

  /// A row for print_rows: all that was measured so far.
  nlohmann::ordered_json row() const;
  /// The node of the plan that scans the table, as EXPLAIN (ANALYZE) shows it.
  const nlohmann::ordered_json& scan() const { return scan_; }

 private:
  void prepare();
  void warm_up(double seconds);
  void keep(std::size_t query, std::vector<std::int32_t> ids);
  void explain();
  std::vector<std::string> parameters(std::size_t query) const;

  Contender& contender_;
  const Question question_;
  std::string statement_;
  std::size_t next_ = 0;                          // the query to go on with
  std::vector<std::vector<std::int32_t>> found_;  // by query
  std::vector<bool> asked_;                       // the same
  Point point_;
  double planning_ms_ = 0;
  nlohmann::ordered_json scan_ = nlohmann::ordered_json::object();
};

}  // namespace bench

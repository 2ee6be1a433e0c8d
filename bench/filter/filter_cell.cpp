// Rounds of prepared statements, and EXPLAIN.
#include "filter/filter_cell.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "common/items.h"
#include "common/report.h"
#include "common/task.h"
#include "common/wire.h"

namespace bench {
namespace {

using Json = nlohmann::ordered_json;

/// Of a round's time, for those who ask all queries in less.
constexpr double kShareForAll = .2;
constexpr double kShareForWarmUp = .1;
constexpr int kPlannings = 5;

Json explained(Server& server, const std::string& options, const std::string& statement) {
  return Json::parse(server.column("EXPLAIN (" + options + ", FORMAT JSON) " + statement).at(0))[0];
}

/// The first node, from the top down, that scans `table`; empty where there is none.
Json scan_of(const Json& plan, const std::string& table) {
  if (plan.value("Relation Name", "") == table) {
    return plan;
  }
  if (plan.contains("Plans")) {
    for (const Json& child : plan["Plans"]) {
      if (Json scan = scan_of(child, table); !scan.empty()) {
        return scan;
      }
    }
  }
  return Json::object();
}

/// The names of the indexes that a node and those below it read.
std::string indexes_of(const Json& node) {
  std::string names = node.value("Index Name", "");
  if (!node.contains("Plans")) {
    return names;
  }
  for (const Json& child : node["Plans"]) {
    const std::string more = indexes_of(child);
    names += (names.empty() || more.empty() ? "" : " & ") + more;
  }
  return names;
}

/// What a custom scan says of how it went about: its property of that name.
std::string strategy_of(const Json& scan) {
  for (const auto& [key, value] : scan.items()) {
    if (key.find("Strategy") != std::string::npos && value.is_string()) {
      return value.get<std::string>();
    }
  }
  return "-";
}

}  // namespace

Contender::Contender(const Variant& variant, const std::string& conninfo, const Dataset& data,
                     const std::string& table, Setting setting)
    : searcher_(variant, conninfo, data, table), setting_(std::move(setting)) {
  Server& server = searcher_.server();
  server.execute("SELECT '[1]'::vector");  // loads the library, which refuses unknown settings
  server.execute("SET enable_seqscan = on");
  server.execute("SET max_parallel_workers_per_gather = 0");
  if (!setting_.sql.empty()) {
    server.execute(setting_.sql);
  }
}

FilterCell::FilterCell(Contender& contender, const Question& question)
    : contender_(contender),
      question_(question),
      found_(question.data.queries.rows),
      asked_(question.data.queries.rows) {
  point_.setting = contender.setting();
  statement_ = "SELECT id FROM " + contender.searcher().table() + " WHERE " +
               question.clause.where + " ORDER BY embedding " + own_operator(question.data.metric) +
               " $1 LIMIT " + std::to_string(kNeighbors);
}

void FilterCell::round(double seconds, std::size_t least) {
  prepare();
  Server& server = contender_.searcher().server();
  const std::size_t queries = question_.data.queries.rows;
  warm_up(kShareForWarmUp * seconds);
  std::vector<double> times;
  double elapsed = 0;
  while (times.size() < least ||
         elapsed < 1e3 * seconds * (times.size() < queries ? 1 : kShareForAll)) {
    const std::size_t query = next_;
    const auto values = parameters(query);
    std::vector<std::int32_t> ids;
    times.push_back(milliseconds([&] { ids = server.ids("filtered", values); }));
    elapsed += times.back();
    keep(query, std::move(ids));
    next_ = (query + 1) % queries;
  }
  if (point_.rounds.empty()) {
    explain();
  }
  point_.rounds.push_back(std::move(times));
}

/// Again in each round: what the planner may use has changed in between.
void FilterCell::prepare() {
  contender_.searcher().make_valid();
  contender_.searcher().server().execute("DEALLOCATE ALL");
  contender_.searcher().server().prepare("filtered", statement_);
}

/// Asks what comes next, uncounted.
void FilterCell::warm_up(double seconds) {
  const std::size_t queries = question_.data.queries.rows;
  double elapsed = 0;
  for (std::size_t i = 0; i == 0 || (i < queries && elapsed < 1e3 * seconds); ++i) {
    const auto values = parameters((next_ + i) % queries);
    elapsed += milliseconds([&] { contender_.searcher().server().ids("filtered", values); });
  }
}

void FilterCell::keep(std::size_t query, std::vector<std::int32_t> ids) {
  const auto passing = question_.truth.passing(query);
  for (const std::int32_t id : ids) {
    if (!std::binary_search(passing.begin(), passing.end(), id)) {
      throw std::runtime_error(contender_.index() + ", " + question_.filter.name + ", " +
                               question_.clause.form + ": row " + std::to_string(id) +
                               " does not pass");
    }
  }
  found_[query] = std::move(ids);
  asked_[query] = true;
}

/// The plan of the first query, and how long such a statement is planned.
void FilterCell::explain() {
  Server& server = contender_.searcher().server();
  const auto& arguments = question_.filter.arguments;
  std::vector<std::string> values = {'\'' + text_vector(question_.data.queries.row(0)) + '\''};
  if (!arguments.empty()) {
    values.push_back(std::to_string(arguments[0]));
  }
  std::string call = "EXECUTE filtered(" + values[0], literal = statement_;
  for (std::size_t i = values.size(); i-- > 0;) {
    literal.replace(literal.find('$' + std::to_string(i + 1)), 2, values[i]);
  }
  if (values.size() > 1) {
    call += ", " + values[1];
  }
  scan_ = scan_of(explained(server, "ANALYZE", call + ')')["Plan"], contender_.searcher().table());
  std::vector<double> times;
  for (int i = 0; i < kPlannings; ++i) {
    times.push_back(explained(server, "SUMMARY", literal)["Planning Time"].get<double>());
  }
  planning_ms_ = median(std::move(times));
}

std::vector<std::string> FilterCell::parameters(std::size_t query) const {
  std::vector<std::string> values = {binary_vector(question_.data.queries.row(query))};
  if (!question_.filter.arguments.empty()) {
    values.push_back(binary_int(question_.filter.arguments[query]));
  }
  return values;
}

Json FilterCell::row() const {
  double covered = 0;
  std::size_t asked = 0, incomplete = 0, least = kNeighbors;
  for (std::size_t query = 0; query < found_.size(); ++query) {
    if (!asked_[query]) {
      continue;
    }
    const std::size_t rows = found_[query].size();
    ++asked;
    covered += recall(question_.data, query, found_[query], kNeighbors);
    least = std::min(least, rows);
    incomplete += rows < std::min(kNeighbors, question_.truth.passing(query).size());
  }
  const Summary qps = point_.qps();
  const bool is_custom = scan_.value("Node Type", "") == "Custom Scan";
  return {{"form", question_.clause.form},
          {"index", contender_.index()},
          {"setting", contender_.setting().label},
          {"queries", asked},
          {"recall", covered / static_cast<double>(asked)},
          {"rows", least},
          {"short", incomplete},
          {"QPS", qps.median},
          {"min", qps.min},
          {"max", qps.max},
          {"planning ms", planning_ms_},
          {"scan", scan_.value(is_custom ? "Custom Plan Provider" : "Node Type", "-")},
          {"strategy", strategy_of(scan_)},
          {"indexes", indexes_of(scan_)}};
}

}  // namespace bench

// Searches with a clock.
#include "shapes/cell.h"

#include <algorithm>

#include "common/items.h"
#include "common/report.h"
#include "common/task.h"
#include "common/wire.h"

namespace bench {
namespace {

/// Queries of a family that the exact scan answers: it takes as long for each.
constexpr std::size_t kExactQueries = 5;
/// A row is as near as its own vector up to rounding.
constexpr double kRounding = 1e-6;

std::string statement(const Dataset& data, const std::string& table, const std::string& vector) {
  return "SELECT id FROM " + table + " ORDER BY embedding " + own_operator(data.metric) + " " +
         vector + " LIMIT " + std::to_string(kNeighbors);
}

bool is_lost(const Dataset& data, std::size_t query, const std::vector<std::int32_t>& found) {
  return found.empty() || distance(data.metric, data.queries.row(query),
                                   data.base.row(static_cast<std::size_t>(found[0]))) > kRounding;
}

template <class Ask>
double median_ms(const Ask& ask) {
  std::vector<double> times;
  for (std::size_t i = 0; i < kExactQueries; ++i) {
    times.push_back(milliseconds([&] { ask(i); }));
  }
  return median(std::move(times));
}

}  // namespace

std::optional<double> Cell::slowdown() const {
  return exact_ms ? std::optional(ms / *exact_ms) : std::nullopt;
}

nlohmann::ordered_json json(const Cell& cell) {
  nlohmann::ordered_json row{{"shape", cell.setup.shape},   {"metric", cell.setup.metric},
                             {"method", cell.setup.method}, {"life", cell.setup.life},
                             {"family", cell.family},       {"queries", cell.queries}};
  if (cell.recall) {
    row["recall"] = *cell.recall;
    row["without_hit"] = cell.without_hit;
  }
  if (cell.lost) {
    row["lost"] = *cell.lost;
  }
  if (cell.visits) {
    row["visits"] = *cell.visits;
  }
  row["ms"] = cell.ms;
  if (cell.exact_ms) {
    row["exact_ms"] = *cell.exact_ms;
  }
  return row;
}

Cell ask(const Setup& setup, const Dataset& data, const FamilyRange& family, const Search& search,
         const std::function<void()>& after) {
  Cell cell{setup, family.name, family.count};
  const bool has_own = family.name == kOwn && data.metric != Metric::kInnerProduct;
  std::size_t lost = 0;
  double sum = 0;
  std::vector<double> times;
  for (std::size_t query = family.first; query < family.first + family.count; ++query) {
    std::vector<std::int32_t> found;
    times.push_back(milliseconds([&] { found = search(data.queries.row(query)); }));
    if (after) {
      after();
    }
    const double share = recall(data, query, found, kNeighbors);
    sum += share;
    cell.without_hit += share == 0 ? 1 : 0;
    lost += has_own && is_lost(data, query, found) ? 1 : 0;
  }
  cell.recall = sum / static_cast<double>(family.count);
  cell.ms = median(std::move(times));
  if (has_own) {
    cell.lost = lost;
  }
  return cell;
}

ExactScan::ExactScan(const std::string& conninfo, const Dataset& data, const std::string& table)
    : server_("exact", conninfo) {
  for (const char* setting : {"enable_indexscan = off", "max_parallel_workers_per_gather = 0",
                              "plan_cache_mode = force_generic_plan"}) {
    server_.execute(std::string("SET ") + setting);
  }
  server_.prepare("search", statement(data, table, "$1"));
}

double ExactScan::time(const Dataset& data, const FamilyRange& family) {
  return median_ms([&](std::size_t i) {
    server_.ids("search", {binary_vector(data.queries.row(family.first + i % family.count))});
  });
}

Cell ask(const Setup& setup, const Dataset& data, const FamilyRange& family, Searcher& searcher,
         ExactScan& exact) {
  double visits = 0;
  const std::string effort = "SELECT coalesce(nodes, lists) FROM vecext.last_scan()";
  Cell cell = ask(
      setup, data, family, [&](std::span<const float> query) { return searcher.search(query); },
      [&] { visits += std::stod(searcher.server().column(effort).at(0)); });
  cell.visits = visits / static_cast<double>(family.count);
  cell.exact_ms = exact.time(data, family);
  return cell;
}

std::vector<Cell> ask_nothing(const Setup& setup, const Dataset& data, const FamilyRange& family,
                              Searcher& searcher, ExactScan& exact) {
  const double exact_ms = exact.time(data, family);
  std::vector<Cell> cells;
  const auto add = [&](const char* name, double ms) {
    Cell& cell = cells.emplace_back(Cell{setup, name, kExactQueries});
    cell.ms = ms;
    cell.exact_ms = exact_ms;
  };
  Server& server = searcher.server();
  const std::string& table = searcher.table();
  server.prepare("null", statement(data, table, "(SELECT null::vector)"));
  add("null", median_ms([&](std::size_t) { server.ids("null", {}); }));
  server.execute("DEALLOCATE \"null\"");
  if (data.metric == Metric::kCosine) {
    const std::vector<float> zero(data.base.columns);
    add("zero", median_ms([&](std::size_t) { searcher.search(zero); }));
  }
  return cells;
}

}  // namespace bench

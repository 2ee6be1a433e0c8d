// Statements of a search by one index.
#include "common/searcher.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "common/items.h"
#include "common/task.h"
#include "common/wire.h"

namespace bench {

Searcher::Searcher(const Variant& variant, const std::string& conninfo, const Dataset& data,
                   std::string table)
    : variant_(variant),
      server_(variant.server, conninfo),
      table_(std::move(table)),
      metric_(data.metric) {
  for (const char* setting :
       {"plan_cache_mode = force_generic_plan", "enable_seqscan = off",
        "maintenance_work_mem = '2GB'", "max_parallel_maintenance_workers = 1"}) {
    server_.execute(std::string("SET ") + setting);
  }
  if (variant_.server == "vecext") {
    server_.execute("SET vecext.observe_one_in = 0");
  }
}

std::string Searcher::index() const {
  std::string name = table_ + '_' + variant_.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

double Searcher::create() {
  const std::string key = variant_.key.empty() ? "" : ", " + variant_.key;
  const std::string with = variant_.with.empty() ? "" : " WITH (" + variant_.with + ')';
  return milliseconds([&] {
           server_.execute("CREATE INDEX " + index() + " ON " + table_ + " USING " +
                           variant_.method + " (embedding vector_" + to_string(metric_) + "_ops" +
                           key + ')' + with);
         }) /
         1e3;
}

void Searcher::make_valid() {
  // The planner passes over an index that is not valid; everything else treats it as before.
  server_.execute(
      "UPDATE pg_index SET indisvalid = (indexrelid = '" + index() +
      "'::regclass) FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.oid = indexrelid "
      "AND indrelid = '" +
      table_ + "'::regclass AND amname NOT IN ('btree', 'gin')");
}

void Searcher::choose() {
  make_valid();
  prepare();
}

void Searcher::prepare() {
  server_.execute("DEALLOCATE ALL");
  server_.prepare("search", statement());
  const std::string plan = plan_of_search(server_, table_);
  if (plan.find("Index Scan using " + index() + " ") == std::string::npos) {
    throw std::runtime_error(variant_.name + ": the index is not used: " + plan);
  }
}

std::string Searcher::statement() const {
  return "SELECT id FROM " + table_ + " ORDER BY embedding " + own_operator(metric_) +
         " $1 LIMIT " + std::to_string(kNeighbors);
}

double Searcher::time_unprepared(std::span<const float> query) {
  const std::vector<std::string> parameters = {binary_vector(query)};
  return milliseconds([&] {
    server_.prepare("", statement());
    server_.ids("", parameters);
  });
}

std::vector<std::int32_t> Searcher::search(std::span<const float> query) {
  return server_.ids("search", {binary_vector(query)});
}

void Searcher::warm_up(const Dataset& data) {
  constexpr std::size_t kWarmUp = 50;
  for (std::size_t query = 0; query < std::min(kWarmUp, data.queries.rows); ++query) {
    search(data.queries.row(query));
  }
}

void Searcher::time(const Dataset& data, Point& point) {
  std::vector<std::vector<std::int32_t>> found(data.queries.rows);
  std::vector<double> times;
  const double before = server_.processor_milliseconds();
  for (std::size_t query = 0; query < data.queries.rows; ++query) {
    const std::vector<std::string> parameters = {binary_vector(data.queries.row(query))};
    times.push_back(milliseconds([&] { found[query] = server_.ids("search", parameters); }));
  }
  point.processor_ms =
      (server_.processor_milliseconds() - before) / static_cast<double>(data.queries.rows);
  point.rounds.push_back(std::move(times));
  point.recall = mean_recall(data, found, kNeighbors);
}

void Searcher::ask(const Setting& setting, const Dataset& data, Point& point) {
  point.setting = setting;
  set(setting);
  warm_up(data);
  time(data, point);
}

}  // namespace bench

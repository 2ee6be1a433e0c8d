// Restarts, each with its first queries.
#include "ann/cold.h"

#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "ann/os_cache.h"

namespace bench {
namespace {

constexpr std::size_t kFirstQueries = 200;

void restart_with(const std::string& restart, const std::string& buffers) {
  const std::string command = restart + " '-c shared_buffers=" + buffers + "'";
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

/// A dataset of the first queries alone.
Dataset first_queries(const Dataset& data) {
  Dataset first = data;
  first.queries.rows = std::min(kFirstQueries, data.queries.rows);
  return first;
}

nlohmann::ordered_json measure(Searcher& searcher, const Dataset& data, const Setting& setting,
                               const std::string& buffers) {
  const std::string directory = searcher.server().column("SHOW data_directory").at(0);
  const double cached = drop_os_cache(directory + "/base");
  Point first, once, again;
  searcher.set(setting);
  searcher.time(first_queries(data), first);
  searcher.time(data, once);
  searcher.time(data, again);
  return {{"index", searcher.variant().name},
          {"setting", setting.label},
          {"shared_buffers", buffers},
          {"OS cache %", 100 * cached},
          {"first p50 us", first.percentile(.5)},
          {"first p95 us", first.percentile(.95)},
          {"recall", again.recall},
          {"then p50 us", again.percentile(.5)},
          {"then QPS", again.qps().median}};
}

}  // namespace

nlohmann::ordered_json cold(const Variant& variant, const std::string& conninfo,
                            const std::string& table, const Dataset& data, const Setting& setting,
                            const std::string& restart) {
  std::string usual, tenth;
  {
    Searcher searcher(variant, conninfo, data, table);
    searcher.choose();
    usual = searcher.server().column("SHOW shared_buffers").at(0);
    tenth = searcher.server()
                .column("SELECT greatest(pg_relation_size('" + searcher.index() +
                        "') / 10240, 1024) || 'kB'")
                .at(0);
  }
  auto rows = nlohmann::ordered_json::array();
  for (const std::string& buffers : {usual, tenth}) {
    restart_with(restart, buffers);
    Searcher searcher(variant, conninfo, data, table);
    searcher.prepare();
    rows.push_back(measure(searcher, data, setting, buffers));
  }
  restart_with(restart, usual);
  return rows;
}

}  // namespace bench

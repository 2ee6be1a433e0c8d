// EXPLAIN and vecext.last_scan(), averaged.
#include "ann/effort.h"

#include <algorithm>

#include "common/wire.h"

namespace bench {
namespace {

constexpr std::size_t kQueries = 50;

bool has_last_scan(Server& server) {
  return server.column("SELECT to_regproc('vecext.last_scan') IS NOT NULL").at(0) == "t";
}

/// What the last search of this connection did, by name.
nlohmann::ordered_json last_scan(Server& server) {
  return nlohmann::ordered_json::parse(
      server.column("SELECT to_json(scan) FROM vecext.last_scan() AS scan").at(0));
}

/// The numbers of `values`, added up by name over the queries.
void add(nlohmann::ordered_json& sums, const nlohmann::ordered_json& values) {
  for (const auto& [name, value] : values.items()) {
    if (value.is_number()) {
      sums[name] = sums.value(name, 0.0) + value.get<double>();
    }
  }
}

/// Mean of `measure(query)`, a JSON object, by name.
template <typename Measure>
nlohmann::ordered_json mean(const Dataset& data, Measure&& measure) {
  nlohmann::ordered_json sums = nlohmann::ordered_json::object();
  const std::size_t count = std::min(kQueries, data.queries.rows);
  for (std::size_t query = 0; query < count; ++query) {
    add(sums, measure(data.queries.row(query)));
  }
  for (auto& sum : sums) {
    sum = sum.get<double>() / static_cast<double>(count);
  }
  return sums;
}

}  // namespace

nlohmann::ordered_json effort(Searcher& searcher, const Dataset& data, const Setting& setting) {
  Server& server = searcher.server();
  searcher.set(setting);
  searcher.warm_up(data);
  const bool tells = has_last_scan(server);
  nlohmann::ordered_json row{{"index", searcher.variant().name}, {"setting", setting.label}};
  row.update(mean(data, [&](std::span<const float> query) {
    const auto plan = nlohmann::ordered_json::parse(
        server
            .column("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE search('" +
                    text_vector(query) + "')")
            .at(0))[0]["Plan"];
    const auto read = plan["Shared Read Blocks"].get<double>();
    nlohmann::ordered_json values{{"buffers", plan["Shared Hit Blocks"].get<double>() + read},
                                  {"read", read}};
    if (tells) {
      values.update(last_scan(server));
    }
    return values;
  }));
  return row;
}

nlohmann::ordered_json rows_scored(Searcher& searcher, const Dataset& data) {
  Server& server = searcher.server();
  if (!has_last_scan(server)) {
    return nullptr;
  }
  const auto means = mean(data, [&](std::span<const float> query) {
    searcher.search(query);
    return last_scan(server);
  });
  return means.value("rows_scored", nlohmann::ordered_json());
}

}  // namespace bench

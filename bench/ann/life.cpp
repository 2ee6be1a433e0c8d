// COPY, DELETE, VACUUM and REINDEX, each once.
#include "ann/life.h"

#include "common/items.h"
#include "common/neighbors.h"
#include "common/searcher.h"
#include "common/task.h"

namespace bench {
namespace {

constexpr char kTable[] = "changed";

/// A search in a warm index.
Point ask(Searcher& searcher, const Dataset& data, const Setting& setting) {
  prewarm(searcher.server(), searcher.index());
  searcher.choose();
  Point point;
  searcher.ask(setting, data, point);
  return point;
}

}  // namespace

Dataset odd_rows(Dataset data) {
  find_neighbors(data, kNeighbors, [](std::size_t row) { return row % 2 != 0; });
  return data;
}

nlohmann::ordered_json life(const Variant& variant, const std::string& conninfo,
                            const Changing& data, const Setting& setting, std::size_t arriving,
                            std::size_t vacuum_limit) {
  Searcher searcher(variant, conninfo, data.all, kTable);
  Server& server = searcher.server();
  server.execute(std::string("DROP TABLE IF EXISTS ") + kTable);
  load(server, kTable, data.all, data.all.base.rows - arriving);
  searcher.create();
  const double copied = append(server, kTable, data.all, arriving);
  const Point grown = ask(searcher, data.all, setting);
  const double deleted =
      milliseconds([&] { server.execute("DELETE FROM changed WHERE id % 2 = 0"); });
  bool done = false;
  const double vacuumed =
      milliseconds([&] { done = server.execute_within("VACUUM changed", vacuum_limit); });
  server.execute("ANALYZE changed");
  const Point after = ask(searcher, data.left, setting);
  const double rebuilt = milliseconds([&] { server.execute("REINDEX INDEX " + searcher.index()); });
  const Point pending = ask(searcher, data.left, setting);
  server.execute(std::string("DROP TABLE ") + kTable);
  nlohmann::ordered_json row{{"index", variant.name},
                             {"setting", setting.label},
                             {"rows/s", static_cast<double>(arriving) / copied},
                             {"COPY recall", grown.recall},
                             {"COPY QPS", grown.qps().median},
                             {"DELETE s", deleted / 1e3},
                             {"VACUUM s", vacuumed / 1e3}};
  if (!done) {
    row["VACUUM s"] = "> " + std::to_string(vacuum_limit);
  }
  row.update({{"recall", after.recall},
              {"QPS", after.qps().median},
              {"REINDEX s", rebuilt / 1e3},
              {"fresh recall", pending.recall},
              {"fresh QPS", pending.qps().median}});
  return row;
}

}  // namespace bench

// The index as it has grown, and one of all rows.
#include "ann/drift.h"

#include "ann/effort.h"
#include "common/items.h"
#include "common/searcher.h"

namespace bench {
namespace {

constexpr char kTable[] = "drifted";

struct State {
  Point point;
  nlohmann::ordered_json scored;
};

State look(Searcher& searcher, const Dataset& data) {
  prewarm(searcher.server(), kTable);
  prewarm(searcher.server(), searcher.index());
  searcher.choose();
  State state;
  searcher.ask(searcher.variant().automatic(), data, state.point);
  state.scored = rows_scored(searcher, data);
  return state;
}

}  // namespace

nlohmann::ordered_json drift(const Variant& variant, const std::string& conninfo,
                             const Dataset& data, std::size_t arriving) {
  Searcher searcher(variant, conninfo, data, kTable);
  Server& server = searcher.server();
  server.execute(std::string("DROP TABLE IF EXISTS ") + kTable);
  load(server, kTable, data, data.base.rows - arriving);
  searcher.create();
  const double copied = append(server, kTable, data, arriving);
  server.execute(std::string("VACUUM (ANALYZE) ") + kTable);
  const State grown = look(searcher, data);
  server.execute("REINDEX INDEX " + searcher.index());
  const State pending = look(searcher, data);
  server.execute(std::string("DROP TABLE ") + kTable);
  return {{"index", variant.name},
          {"rows/s", static_cast<double>(arriving) / copied},
          {"recall", grown.point.recall},
          {"QPS", grown.point.qps().median},
          {"rows scored", grown.scored},
          {"fresh recall", pending.point.recall},
          {"fresh QPS", pending.point.qps().median},
          {"fresh rows scored", pending.scored}};
}

}  // namespace bench

// One CREATE INDEX, with what pg_relation_size and MemoryWatch tell of it.
#include "common/build.h"

#include "common/items.h"
#include "common/memory.h"

namespace bench {

Build build(Searcher& searcher, const std::string& conninfo, nlohmann::ordered_json& rows) {
  Server& server = searcher.server();
  Server monitor(searcher.variant().server, conninfo);
  MemoryWatch watch(server.backend(), monitor);
  Build build;
  build.seconds = searcher.create();
  const Peak peak = watch.stop();
  build.megabytes =
      std::stod(server.column("SELECT pg_relation_size('" + searcher.index() + "')").at(0)) / 1e6;
  rows.push_back({{"index", searcher.variant().name},
                  {"seconds", build.seconds},
                  {"MB", build.megabytes},
                  {"private MB", peak.private_megabytes},
                  {"phase", peak.phase},
                  {"at second", peak.at_seconds},
                  {"shared MB", peak.shared_megabytes}});
  prewarm(server, searcher.index());
  searcher.choose();
  return build;
}

}  // namespace bench

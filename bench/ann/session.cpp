// New connections, one after another.
#include "ann/session.h"

#include "common/memory.h"
#include "common/report.h"
#include "common/searcher.h"

namespace bench {
namespace {

constexpr std::size_t kConnections = 5;
constexpr std::size_t kSearches = 100;

}  // namespace

nlohmann::ordered_json session(const Variant& variant, const std::string& conninfo,
                               const Dataset& data, const std::string& table) {
  std::vector<double> first, second, kept;
  for (std::size_t i = 0; i < kConnections; ++i) {
    Searcher searcher(variant, conninfo, data, table);
    const int backend = searcher.server().backend();
    const double before = private_megabytes(backend);
    const auto query = [&](std::size_t number) {
      return data.queries.row((i * kSearches + number) % data.queries.rows);
    };
    first.push_back(searcher.time_unprepared(query(0)));
    second.push_back(searcher.time_unprepared(query(1)));
    searcher.prepare();
    for (std::size_t search = 0; search < kSearches; ++search) {
      searcher.search(query(search));
    }
    kept.push_back(private_megabytes(backend) - before);
  }
  return {{"index", variant.name},
          {"first ms", median(first)},
          {"second ms", median(second)},
          {"private MB", median(kept)}};
}

}  // namespace bench

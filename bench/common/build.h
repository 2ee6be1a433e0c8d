// Building an index: time, size, memory.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/searcher.h"

namespace bench {

struct Build {
  double seconds = 0;
  double megabytes = 0;
};

/// Makes the index of `searcher` while a second connection, by `conninfo`, watches the memory; adds
/// a row for print_rows to `rows`. The index is in shared buffers then, and chosen.
Build build(Searcher& searcher, const std::string& conninfo, nlohmann::ordered_json& rows);

}  // namespace bench

// What a search touches.
#pragma once

#include <nlohmann/json.hpp>

#include "common/dataset.h"
#include "common/searcher.h"

namespace bench {

/// Means of 50 queries at a setting: pages by EXPLAIN (ANALYZE, BUFFERS), table and index together,
/// and how many of them were not in shared buffers; what vecext.last_scan() tells, where the server
/// has that. A row for print_rows.
nlohmann::ordered_json effort(Searcher& searcher, const Dataset& data, const Setting& setting);

/// Rows whose distance a search of those 50 estimated or computed; null where the server does not
/// tell.
nlohmann::ordered_json rows_scored(Searcher& searcher, const Dataset& data);

}  // namespace bench

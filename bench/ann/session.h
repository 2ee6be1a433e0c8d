// What an index takes of each connection: time at its first statement, memory as long as it lasts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/dataset.h"
#include "common/variants.h"

namespace bench {

/// Medians of five connections: milliseconds to prepare and run the first search and the second,
/// which is for the same query, and private megabytes that a hundred searches leave. The index of
/// `variant` on `table` must be the chosen one. A row for print_rows.
nlohmann::ordered_json session(const Variant& variant, const std::string& conninfo,
                               const Dataset& data, const std::string& table);

}  // namespace bench

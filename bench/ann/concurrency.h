// Several connections at a time.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/dataset.h"
#include "common/variants.h"

namespace bench {

/// All queries a second of 1, 2 and 16 connections, for `seconds` each. The index of `variant` on
/// `table` must be the chosen one. Rows for print_rows.
nlohmann::ordered_json concurrency(const Variant& variant, const std::string& conninfo,
                                   const Dataset& data, const std::string& table,
                                   const std::vector<Setting>& settings, double seconds);

}  // namespace bench

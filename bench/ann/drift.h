// An index whose rows have moved on since it was made.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "common/dataset.h"
#include "common/variants.h"

namespace bench {

/// On a table of its own: an index of all rows but the last `arriving`, which come by COPY then; a
/// search at the defaults, and again after REINDEX. Where rows are in order of frequency, as words
/// often are, the later ones lie elsewhere than the first. A row for print_rows.
nlohmann::ordered_json drift(const Variant& variant, const std::string& conninfo,
                             const Dataset& data, std::size_t arriving);

}  // namespace bench

// What becomes of an index when its table changes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "dataset.h"
#include "variants.h"

namespace bench {

/// On a table of its own: the last `arriving` rows arrive by COPY in an index of the others; the
/// even ids are deleted; VACUUM, for `vacuum_limit` seconds at most; a search at `setting` among
/// the rest, `left` (see odd_rows), and again after REINDEX. A row for print_rows.
nlohmann::ordered_json life(const Variant& variant, const std::string& conninfo,
                            const Dataset& left, const Setting& setting, std::size_t arriving,
                            std::size_t vacuum_limit);

/// The data set with the queries' neighbours among the rows of odd number.
Dataset odd_rows(Dataset data);

}  // namespace bench

// What becomes of an index when its table changes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/dataset.h"
#include "common/variants.h"

namespace bench {

/// A data set, and the same with the queries' neighbors among the rows of odd number (odd_rows).
struct Changing {
  const Dataset& all;
  const Dataset& left;
};

/// On a table of its own: the last `arriving` rows arrive by COPY in an index of the others; a
/// search at `setting`; the even ids are deleted; VACUUM, for `vacuum_limit` seconds at most; a
/// search among the rest, and again after REINDEX. A row for print_rows.
nlohmann::ordered_json life(const Variant& variant, const std::string& conninfo,
                            const Changing& data, const Setting& setting, std::size_t arriving,
                            std::size_t vacuum_limit);

/// The data set with the queries' neighbors among the rows of odd number.
Dataset odd_rows(Dataset data);

}  // namespace bench

// What all cells of a run say together.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "common/record.h"
#include "shapes/cell.h"

namespace bench {

/// A row a shape, metric, method and life: the recall of each family, and the worst of the rest.
nlohmann::ordered_json table_of(const std::vector<Cell>& cells);

/// Keeps and prints the means by method, life and family, the least cells, those slower than the
/// exact scan, and how many there are of each kind.
void report_summary(const std::vector<Cell>& cells, Record& out);

/// What breaks the promise of the access methods, a line each: cells below .9, means of a method
/// and family below .95, queries without a hit, rows lost.
std::vector<std::string> broken_promises(const std::vector<Cell>& cells);

}  // namespace bench

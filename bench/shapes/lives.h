// How a table came to its rows while an index was there, or was not yet.
#pragma once

#include <string>
#include <vector>

#include "common/dataset.h"
#include "common/searcher.h"

namespace bench {

enum class Life {
  kBulk,      // all rows, then the index
  kInserted,  // the index on an empty table, then the rows by COPY, then VACUUM
  kDeleted,   // as kBulk, then rows with odd numbers are deleted, then VACUUM
  kUpdated    // the index on other rows of the data, each then updated to its own, then VACUUM
};

/// "bulk", "inserted", "deleted", "updated".
std::string to_string(Life life);

const std::vector<Life>& all_lives();

/// Makes the table of `searcher` in place of one that is there, with its index, which is ready to
/// be searched; all in shared buffers. In the end the table has the base vectors of `data`, or half
/// of them.
void live(Life life, const Dataset& data, Searcher& searcher);

}  // namespace bench

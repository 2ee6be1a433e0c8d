// Rows of equal scores where a limit ends.
//
// Which of them a LIMIT keeps is up to the plan, and changes with the limit. So a search that puts
// rows of equal scores in the order of their ids reads one row more than it needs, and, if that
// row equals the last one, all rows that do: pages of a list neither repeat a row nor leave one
// out.
#pragma once

#include <cmath>

#include "pg/collection/common/statement.h"

namespace vecext::pg {

/// How the statement of a search ends.
enum class RowLimit : std::uint8_t {
  kOneMore,   // with one row more
  kWithTies,  // with all rows that equal the last one
};

/// The most rows that are read because they equal the last one. Of more the plan chooses some.
constexpr int64 kMostTies = 1000;

inline void write_limit(StatementDraft* draft, RowLimit limit, int64 rows) {
  if (limit == RowLimit::kWithTies) {
    *draft << " FETCH FIRST " << static_cast<int>(rows) << " ROWS WITH TIES";
  } else {
    *draft << " LIMIT " << static_cast<int>(Min(rows, static_cast<int64>(PG_INT32_MAX) - 1) + 1);
  }
}

/// Whether a search that has read `count` rows needs no more ones.
inline bool has_enough(int64 count, int64 rows) {
  return count >= rows + kMostTies;
}

/// Lets read(RowLimit) add the best rows to the list, the best first; it has the first `rows` of
/// them then, or more where others equal the last one. The members of the list have a `score`; of
/// the row after `rows`, by kOneMore, nothing else counts.
template <class List, class Read>
void read_with_ties(List* list, int64 rows, Read read) {
  read(RowLimit::kOneMore);
  if (list->count <= rows) {
    return;
  }
  const double last = list->at[rows - 1].score;
  const double next = list->at[rows].score;
  if (last == next || (std::isnan(last) && std::isnan(next))) {
    list->count = 0;
    read(RowLimit::kWithTies);
  } else {
    list->count = rows;
  }
}

}  // namespace vecext::pg

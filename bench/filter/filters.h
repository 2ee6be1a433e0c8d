// What a search is filtered by, as data: tables with attributes beside the vectors, and clauses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace bench {

/// Rows to search among.
struct Filter {
  std::string name;
  std::string where;      // over the scheme's columns; $2 is the query's argument
  std::string contained;  // the same as JSON within `payload`; empty: not asked in that form
  std::vector<std::int32_t> arguments = {};  // $2 of each query; empty where there is none
  std::string key = {};  // a column that an index of vectors may have as a further key
};

/// A table and its filters. Beside id, embedding and the columns it has a copy of each column,
/// named flat_..., that no index is on, and, if it is not empty, a JSONB `payload`.
struct FilterScheme {
  using Expressions = std::vector<std::pair<std::string, std::string>>;  // name, SQL

  std::string source_columns;           // of the attributes as they come, with types; first the id
  std::string source;                   // their rows in COPY's text format
  Expressions columns;                  // over the source's
  Expressions payload;                  // the same
  std::vector<std::string> indexed;     // over the columns, a btree each
  std::vector<std::string> statements;  // that make further tables
  std::vector<Filter> filters;
  std::string answers;  // HDF5 file with a group a filter; others are computed
};

/// A clause: the form in which a filter is asked.
struct Clause {
  std::string form;  // "btree", "gin" or "none", after the index that could serve it
  std::string where;
};

/// The forms of a filter, with those names only (none given: all).
std::vector<Clause> clauses(const FilterScheme& scheme, const Filter& filter,
                            const std::vector<std::string>& forms);

/// The scheme for a data set, by what lies beside it or in it: words with the filters of
/// NAME-filters.hdf5 or, for tuning, with `others`; or images with labels. Throws
/// std::runtime_error where there is neither. `queries` is how many will be asked.
FilterScheme filter_scheme(const std::string& data, std::size_t queries, bool others);

/// Gives each row the attributes of the row of the data set that it is made of; of these rows the
/// file of answers knows nothing, so that it is left out.
void resize(FilterScheme& scheme, const std::vector<std::size_t>& origins);

}  // namespace bench

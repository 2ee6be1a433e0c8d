// Statements of the operator's own, which clients may execute by name.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "pool/statement.h"

namespace vecext::gateway::sql {

/// A statement of the file. A connection knows by the address of `statement` that it has prepared
/// it.
struct NamedStatement {
  std::string name;
  std::string text;      // as it stands in the file
  std::string id;        // its name among prepared statements
  std::string prepared;  // the text that returns its rows as JSON
  bool is_write = false;
  Statement statement{};
};

/// The statements of a file. A line such as `-- name: top_products` begins a statement, and
/// `-- name: add_click write` one that may write. $1, $2, … are parameters of type text.
class NamedStatements {
 public:
  /// Throws a Failure kBadInput that names the line if the text is not such a file.
  explicit NamedStatements(std::string_view text = {});

  /// Returns null if there is no such statement.
  const NamedStatement* find(std::string_view name) const;
  const std::list<NamedStatement>& all() const { return statements_; }

 private:
  void add(std::string_view heading, int line);
  void close(int line);

  std::list<NamedStatement> statements_;  // they do not move
};

/// Forbids writes to the calls behind this one, in the same pipeline.
Call forbid_writes();

/// `parameters` are strings, numbers, booleans, objects and arrays of JSON, and null. Returns rows
/// (text): the JSON of each.
Call call_named(const NamedStatement& statement, const std::vector<RawJson>& parameters);

}  // namespace vecext::gateway::sql

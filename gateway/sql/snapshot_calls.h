// Calls that tell what a snapshot of a collection has to have, and that make a collection of one.
#pragma once

#include <string_view>

#include "pool/result.h"
#include "pool/statement.h"

namespace vecext::gateway::sql {

/// Returns one row (text, jsonb, bool): the table as a pattern of pg_dump; what is needed to make
/// the rows a collection again; true if one table has all the rows.
Call snapshot_source(std::string_view name);

/// Returns one row (bool): true if the role sees all rows of the collection, and has a privilege
/// for them. If there is no such collection, or `relid` is not its table, the role has to see all
/// rows of the database. An empty `relid` is any table.
Call has_all_rows(std::string_view name, std::string_view privilege, std::string_view relid);
/// Returns one row (bool): true if the role sees all rows of the database.
Call sees_database();

/// Waits for other recoveries of that name, until the transaction ends.
Call lock_recovery(std::string_view name);

/// Returns how the rows of a snapshot become a table. `columns` are those of snapshot_source, but
/// from a file that anybody may have made. The table has the name `spare` if `name` is taken or too
/// long.
Call restore_plan(std::string_view name, std::string_view spare, std::string_view columns,
                  std::string_view id_column);

/// The row that restore_plan returns. Texts point into the result.
struct RestorePlan {
  std::string_view relid;   // of the collection of that name; empty if it does not exist
  std::string_view create;  // a statement that creates the table
  std::string_view copy;    // COPY of the rows
  std::string_view table;   // with its schema, quoted
  std::string_view name;    // of the table
  bool is_sane;             // all columns have a name and a type of the server
  bool has_namespaces;      // points of the collection that is there belong to namespaces

  bool is_there() const { return !relid.empty(); }
  bool operator==(const RestorePlan&) const = default;
};
RestorePlan restore_plan_of(const Result& rows);

/// Makes a table the collection `name`, as vecext.restore_collection does.
Call restore_collection(std::string_view table, std::string_view definition, std::string_view name);
Call create_vector_indexes(std::string_view name);
/// Gives the collection `name` the aliases of `old`.
Call take_aliases(std::string_view name, std::string_view old);
Call rename_collection(std::string_view name, std::string_view new_name);

}  // namespace vecext::gateway::sql

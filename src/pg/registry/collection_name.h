// Names of collections as statements write them: alone, or with the schema before them.
#pragma once

#include <optional>
#include <string_view>

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The parts of a name: `name` or `schema.name`. A part may be in double quotes, as an identifier
/// of SQL may; without them its letters keep their case.
struct CollectionName {
  const char* schema;  // null if there is none
  const char* name;
};

/// Reads a name with or without a schema; returns nothing if the text is neither.
std::optional<CollectionName> split_name(std::string_view text);

/// What the registry has under a name.
struct NamedRelation {
  Oid table;     // of the collection; InvalidOid if there is none of that name
  Oid relation;  // the table, or the view that the name is an alias by
};

/// Looks a name of the registry up.
NamedRelation relation_of_name(const char* name);

/// What a statement has written the name of.
struct WrittenRelation {
  NamedRelation found;
  const char* name;  // that the registry has; null if there is none
  bool has_schema;   // the statement gives one, which is that of the table or view
};

/// Looks up what a statement has written: a name of the registry as it is, else with its schema.
/// The caller asks if the search path has the schema of a name without one.
WrittenRelation relation_of_written_name(std::string_view text);

/// True if the search path has the schema of the relation.
bool is_in_search_path(Oid relation);

}  // namespace vecext::pg

// Names of collections as statements write them: alone, or with the schema before them.
#pragma once

#include <optional>
#include <string_view>

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The most bytes of the name of a collection or an alias. Its table or view may have a shorter
/// one.
inline constexpr std::size_t kMostNameBytes = 255;

/// The parts of a name, which is written as `name` or `schema.name`. A part may be in double
/// quotes, as an identifier of SQL may; without quotes its letters keep their case.
struct CollectionName {
  const char* schema;  // null if there is none
  const char* name;
};

/// Reads a name with or without a schema. Returns nothing if the text is not such a name.
std::optional<CollectionName> split_name(std::string_view text);

/// Returns a name that was written in quotes, without these, and anything else as it was written.
const char* unquoted(std::string_view written);

/// What the registry has under the name of a collection or an alias.
struct NamedRelation {
  Oid table;     // the table of the collection; InvalidOid if there is no such name
  Oid relation;  // the table itself or, if the name is an alias, its view
};

/// Looks a name up in the registry.
NamedRelation relation_of_name(const char* name);

/// Is called in ereport() for an error that a name is taken. By the constraint of the registry that
/// the name violates, a client can tell the name of a collection from that of an alias.
int of_taken(const char* name, bool by_alias);

/// What a name means that a statement has written.
struct WrittenRelation {
  NamedRelation found;
  const char* name;  // the name in the registry; null if it has no such name
  bool has_schema;   // the statement gives a schema, and `found.relation` is in it
};

/// Looks up what a statement has written. A text that begins with a double quote is read as a name
/// in quotes, with or without a schema, if it is one: what is quoted means the same whatever names
/// there are. Any other text is taken for a name in the registry or, if it is not one, for a name
/// with its schema. The caller must ask is_in_search_path() for a name without a schema.
WrittenRelation relation_of_written_name(std::string_view text);

/// True if the schema of the relation is in the search path.
bool is_in_search_path(Oid relation);

}  // namespace vecext::pg

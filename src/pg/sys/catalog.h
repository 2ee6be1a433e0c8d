// Look-ups in the catalogs that the server has no function for.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the name of a relation with its schema. Each part is quoted if it has to be.
const char* qualified_name(Oid relation);

/// Returns the parts of a text search configuration's name: its schema and the name itself. The
/// schema is pg_catalog if the name has none. Raises an ERROR if the text is not a name.
List* config_name_parts(const char* name);

/// Returns the text search configuration of that name, or InvalidOid if there is none. A name
/// without a schema means a configuration of pg_catalog. The user needs no privilege on the schema.
/// A user who may use an index may also use its configuration, as is so for a to_tsvector() in an
/// index's expression.
Oid find_text_config(const char* name);
/// Does the same, but raises an ERROR if there is no such configuration.
Oid text_config_named(const char* name);

/// Returns the name of the configuration by which filters, and indexes for them, read texts if
/// nobody names another one: `vecext.word`, or `simple` in a database whose encoding is not UTF8.
const char* default_text_config();

/// Returns the option text_config of an index. If a partitioned index does not have the option
/// itself, returns that of its first partition that has one. Returns null if none has one. Every
/// index that this version has built has the option.
const char* text_config_option(Oid index);

/// Returns an option of an index that is a number, or `otherwise` if the index does not have it.
double index_option(Oid index, const char* name, double otherwise);

/// The strategy number of the operator that an operator class orders rows by.
constexpr int16 kDistanceStrategy = 1;
/// The strategy number of the operator that finds rows by an operator class for texts.
constexpr int16 kMatchStrategy = 2;

/// An operator and the type of its right operand.
struct ClassOperator {
  Oid op;  // invalid if there is no such operator
  Oid query_type;
};

/// Returns the operator that has that strategy in an operator family and whose left operand has
/// type `type`.
ClassOperator find_class_operator(Oid family, Oid type, int16 strategy);

/// Return the schema of a type and of a text search configuration, and the owner of a type and of a
/// function.
Oid schema_of_type(Oid type);
Oid schema_of_text_config(Oid config);
Oid owner_of_type(Oid type);
Oid owner_of_function(Oid function);

/// Return COST and ROWS of a function, as CREATE FUNCTION sets them: its cost in units of
/// cpu_operator_cost, and how many rows it returns, which is 0 unless it returns a set.
float4 cost_of_function(Oid function);
float4 rows_of_function(Oid function);

}  // namespace vecext::pg

// Look-ups in the catalogs that the server has no function for.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// Returns the name of a relation with its schema, each quoted if it has to be.
const char* qualified_name(Oid relation);

/// Returns the parts of the name of a text search configuration: its schema, which is pg_catalog if
/// none is written, and the name itself. Raises an ERROR if the text is not a name.
List* config_name_parts(const char* name);

/// Returns the text search configuration of that name, or InvalidOid if there is none. A name
/// without a schema means a configuration of pg_catalog. The user needs no right on the schema: a
/// user who may use an index may use its configuration, like that of to_tsvector() in an index's
/// expression.
Oid find_text_config(const char* name);
/// Does the same, but raises an ERROR if there is none.
Oid text_config_named(const char* name);

/// Returns the option text_config of an index or, if a partitioned index has none, of its first
/// partition that has one. Returns null if there is none. All indexes that this version has built
/// have the option.
const char* text_config_option(Oid index);

/// The strategy number of the operator that an operator class orders rows by.
constexpr int16 kDistanceStrategy = 1;
/// The strategy number of the operator of a class for texts that finds rows.
constexpr int16 kMatchStrategy = 2;

/// An operator and the type of its right operand.
struct ClassOperator {
  Oid op;  // invalid if there is no such operator
  Oid query_type;
};

/// Returns the operator of an operator family whose left operand has that type.
ClassOperator find_class_operator(Oid family, Oid type, int16 strategy);

/// Return the schema of a type or of a text search configuration, and the owner of a type or of a
/// function.
Oid schema_of_type(Oid type);
Oid schema_of_text_config(Oid config);
Oid owner_of_type(Oid type);
Oid owner_of_function(Oid function);

/// Return COST and ROWS of a function, as CREATE FUNCTION has them: its cost in units of
/// cpu_operator_cost, and how many rows it returns if it returns a set.
float4 cost_of_function(Oid function);
float4 rows_of_function(Oid function);

}  // namespace vecext::pg

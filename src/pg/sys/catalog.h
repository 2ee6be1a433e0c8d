// Look-ups in the catalogs that the server has no function for.
#pragma once

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The name of a relation with its schema, each quoted if it has to be.
const char* qualified_name(Oid relation);

/// The parts of the name of a text search configuration: a schema, pg_catalog if none is written,
/// and the name. An error if it is not a name.
List* config_name_parts(const char* name);

/// The text search configuration of that name: of pg_catalog, unless a schema is written.
/// InvalidOid if there is none. Needs no right on the schema: who may use an index may use its
/// configuration, as that of to_tsvector() in an index's expression.
Oid find_text_config(const char* name);
/// The same; raises an error if there is none.
Oid text_config_named(const char* name);

/// The option text_config of an index or, if a partitioned one has none, of the first partition's
/// that has one; null: none. Indexes have it that this version has built.
const char* text_config_option(Oid index);

/// The strategy number of the operator that an operator class orders rows by.
constexpr int16 kDistanceStrategy = 1;
/// The strategy of the operator of a class for texts that finds rows.
constexpr int16 kMatchStrategy = 2;

/// An operator and the type of its right operand.
struct ClassOperator {
  Oid op;  // invalid: there is none
  Oid query_type;
};

/// The operator of an operator family for a type of its left operand.
ClassOperator find_class_operator(Oid family, Oid type, int16 strategy);

/// The schemas of a type and of a text search configuration; the owners of a type and of a
/// function.
Oid schema_of_type(Oid type);
Oid schema_of_text_config(Oid config);
Oid owner_of_type(Oid type);
Oid owner_of_function(Oid function);

/// COST and ROWS of a function, as CREATE FUNCTION has them: units of cpu_operator_cost, and rows
/// of one that returns a set.
float4 cost_of_function(Oid function);
float4 rows_of_function(Oid function);

}  // namespace vecext::pg

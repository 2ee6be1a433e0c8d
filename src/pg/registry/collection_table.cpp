// The look-up of names for SQL.
#include "pg/registry/collection_name.h"
#include "pg/registry/registry.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/inval.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

// vecext.collection_table(name text) → regclass
VECEXT_FUNCTION(vecext_collection_table)
{
  if (PG_ARGISNULL(0)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("name of a collection must not be null")));
  }
  PG_RETURN_OID(collection_of_name(view_of(PG_GETARG_TEXT_PP(0)))->relid);
}

// vecext_internal.locked_collection(name text) → regclass
//
// The table keeps its name until the transaction ends, so a caller in SQL may write the name into a
// statement.
VECEXT_FUNCTION(vecext_internal_locked_collection)
{ PG_RETURN_OID(locked_collection_of_name(view_of(PG_GETARG_TEXT_PP(0)))->relid); }

// vecext.collection_exists(name text) → boolean
VECEXT_FUNCTION(vecext_collection_exists)
{
  if (PG_ARGISNULL(0)) {
    PG_RETURN_BOOL(false);
  }
  AcceptInvalidationMessages();
  const NamedRelation found = relation_of_written_name(view_of(PG_GETARG_TEXT_PP(0))).found;
  PG_RETURN_BOOL(OidIsValid(found.table) && get_rel_relkind(found.table) != '\0');
}

}  // namespace vecext::pg

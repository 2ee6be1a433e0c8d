// The look-up of names for SQL.
#include "pg/registry/registry.h"

namespace vecext::pg {

// vecext.collection_table(name text) → regclass
VECEXT_FUNCTION(vecext_collection_table)
{
  if (PG_ARGISNULL(0)) {
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                    errmsg("name of a collection must not be null")));
  }
  const text* name = PG_GETARG_TEXT_PP(0);
  PG_RETURN_OID(collection_of_name({VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name)})->relid);
}

}  // namespace vecext::pg

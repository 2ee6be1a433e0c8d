#include "pg/registry/namespace_column.h"

#include "pg/registry/registry_rows.h"

extern "C" {
#include "utils/fmgroids.h"
}

namespace vecext::pg {

const char* namespace_column_name(Oid relid) {
  enum { kRelid = 1, kColumn };
  const char* name = nullptr;
  read_rows("namespace_tables", "namespace_tables_pkey", kRelid, F_OIDEQ, InvalidOid,
            ObjectIdGetDatum(relid), [&](const Datum* values, const bool*) {
              name = pstrdup(NameStr(*DatumGetName(values[kColumn - 1])));
            });
  return name;
}

}  // namespace vecext::pg

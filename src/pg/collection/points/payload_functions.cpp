// Functions on payloads alone, which set_payload() and other functions call for each point.
#include "pg/collection/common/payload_edit.h"
#include "pg/collection/common/request.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/builtins.h"
}

namespace vecext::pg {

VECEXT_FUNCTION(vecext_payload_merge)
{
  if (PG_ARGISNULL(0) || PG_ARGISNULL(1)) {
    PG_RETURN_NULL();
  }
  Jsonb* patch = PG_GETARG_JSONB_P(1);
  if (!JB_ROOT_IS_OBJECT(patch)) {
    refuse(JsonPlace::argument("patch"), "patch must be an object");
  }
  if (PG_ARGISNULL(2)) {
    PG_RETURN_JSONB_P(document_merged(PG_GETARG_JSONB_P(0), patch, nullptr));
  }
  const PayloadPath path = path_of_text(view_of(PG_GETARG_TEXT_PP(2)));
  PG_RETURN_JSONB_P(document_merged(PG_GETARG_JSONB_P(0), patch, &path));
}

VECEXT_FUNCTION(vecext_payload_remove)
{
  PG_RETURN_JSONB_P(
      document_without(PG_GETARG_JSONB_P(0), paths_of_array(PG_GETARG_ARRAYTYPE_P(1))));
}

VECEXT_FUNCTION(vecext_payload_keep)
{
  PG_RETURN_JSONB_P(document_with(PG_GETARG_JSONB_P(0), paths_of_array(PG_GETARG_ARRAYTYPE_P(1))));
}

}  // namespace vecext::pg

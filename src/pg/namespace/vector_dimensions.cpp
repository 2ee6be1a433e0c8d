#include "pg/namespace/vector_dimensions.h"

#include "pg/namespace/quota_error.h"
#include "pg/registry/vector_trigger.h"

extern "C" {
#include "utils/lsyscache.h"
}

namespace vecext::pg {

DimensionCheck new_dimension_check(TupleDesc columns) {
  DimensionCheck check{};
  for (int i = 0; i < columns->natts; ++i) {
    const Form_pg_attribute column = TupleDescAttr(columns, i);
    if (column->attisdropped) {
      continue;
    }
    const Oid element = get_element_type(column->atttypid);
    const std::optional<VectorKind> kind =
        vector_kind_of(OidIsValid(element) ? element : column->atttypid);
    if (kind.has_value() && (!OidIsValid(element) || column->atttypmod >= 0)) {
      check.columns.push({.place = i, .kind = *kind, .dimensions = column->atttypmod},
                         CurrentMemoryContext);
    }
  }
  return check;
}

void check_dimensions(const DimensionCheck& check, const Namespace& owner, const Datum* values,
                      const bool* is_null) {
  const int32 most = owner.quotas.dimension;
  if (most < 0) {
    return;
  }
  for (const CheckedColumn& column : check.columns) {
    if (is_null[column.place]) {
      continue;
    }
    const int32 dimensions = column.dimensions >= 0
                                 ? column.dimensions
                                 : size_of_value(values[column.place], column.kind);
    if (dimensions > most) {
      raise_quota(owner, "max_dimension", most, dimensions, "dimensions of a vector");
    }
  }
}

}  // namespace vecext::pg

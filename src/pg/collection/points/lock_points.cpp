// vecext.lock_points().
#include "pg/collection/common/point_id.h"
#include "pg/collection/common/result_rows.h"
#include "pg/collection/points/point_target.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "utils/array.h"
}

namespace vecext::pg {

namespace {

PointTarget target_of_texts(const Collection& collection, ArrayType* texts) {
  const JsonPlace place = JsonPlace::argument("ids");
  auto* ids = palloc_array<Datum>(ArrayGetNItems(ARR_NDIM(texts), ARR_DIMS(texts)) + 1);
  std::int64_t count = 0;
  each_text(texts, [&](std::string_view id) {
    ids[count] = id_from_text(collection.id_type, id, place.at(count));
    ++count;
  });
  return {.collection = &collection,
          .has_ids = true,
          .ids = id_array(collection.id_type, ids, count),
          .filter = nullptr};
}

}  // namespace

// vecext.lock_points(c text, ids text[]) → bigint
//
// Locks nothing where changes of points lock nothing in order.
VECEXT_FUNCTION(vecext_lock_points)
{
  refuse_null(fcinfo, 1, "ids");
  const Collection* collection = begin_call_on_collection(fcinfo, 0);
  announce_no_call();  // the changes that follow count
  const PointTarget target = target_of_texts(*collection, PG_GETARG_ARRAYTYPE_P(1));
  if (may_share_ids(*collection) || !may_lock_points(*collection)) {
    PG_RETURN_INT64(0);
  }
  const LockedPoints locked = with_statements([&] { return lock_target(target); });
  const auto count = static_cast<int64>(locked.count());
  end_locked(locked);
  PG_RETURN_INT64(count);
}

}  // namespace vecext::pg

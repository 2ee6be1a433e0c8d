#include "pg/registry/strict_mode.h"

#include <optional>
#include <string_view>

extern "C" {
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

/// Returns the member of that key and type, or nothing if the object has none. A value of another
/// type counts as missing: check_collection_options() (pg/collection/define) refuses such values
/// when options are set.
std::optional<JsonbValue> find(const JsonbContainer* object, std::string_view key, jbvType type) {
  JsonbValue value;
  const bool is_there =
      getKeyJsonValueFromContainer(const_cast<JsonbContainer*>(object), key.data(),
                                   static_cast<int>(key.size()), &value) != nullptr;
  return is_there && value.type == type ? std::optional{value} : std::nullopt;
}

/// Returns an integer below 2^64, or the largest one of an int64 if it is larger than that.
int64 bound(const JsonbContainer* mode, std::string_view key) {
  const auto value = find(mode, key, jbvNumeric);
  if (!value.has_value()) {
    return -1;
  }
  const Datum least = DirectFunctionCall2(numeric_smaller, NumericGetDatum(value->val.numeric),
                                          NumericGetDatum(int64_to_numeric(PG_INT64_MAX)));
  return DatumGetInt64(DirectFunctionCall1(numeric_int8, least));
}

bool flag(const JsonbContainer* mode, std::string_view key, bool otherwise) {
  const auto value = find(mode, key, jbvBool);
  return value.has_value() ? value->val.boolean : otherwise;
}

double oversampling(const JsonbContainer* mode) {
  const auto value = find(mode, "search_max_oversampling", jbvNumeric);
  return value.has_value() ? DatumGetFloat8(DirectFunctionCall1(
                                 numeric_float8, NumericGetDatum(value->val.numeric)))
                           : -1;
}

}  // namespace

int64 vector_bound(Jsonb* options, const StrictMode& mode, const char* name, bool is_multi) {
  const int64 most = is_multi ? mode.multivector_max_vectors : mode.sparse_max_length;
  if (!mode.is_on) {
    return most;
  }
  const JsonbContainer* object = &options->root;
  for (const std::string_view key :
       {std::string_view("strict_mode"),
        std::string_view(is_multi ? "multivector_config" : "sparse_config"),
        std::string_view(name)}) {
    const auto value = find(object, key, jbvBinary);
    if (!value.has_value() || !JsonContainerIsObject(value->val.binary.data)) {
      return most;
    }
    object = value->val.binary.data;
  }
  const int64 own = bound(object, is_multi ? "max_vectors" : "max_length");
  return own < 0 ? most : most < 0 ? own : Min(own, most);
}

StrictMode read_strict_mode(Jsonb* options) {
  static const StrictMode kOff{false, false, false, false, -1, -1, -1, -1, -1,
                               -1,    -1,    -1,    -1,    -1, -1, -1, -1};
  if (!JB_ROOT_IS_OBJECT(options)) {
    return kOff;
  }
  const auto value = find(&options->root, "strict_mode", jbvBinary);
  const JsonbContainer* mode = value.has_value() ? value->val.binary.data : nullptr;
  if (mode == nullptr || !JsonContainerIsObject(mode) || !flag(mode, "enabled", true)) {
    return kOff;
  }
  return {.is_on = true,
          .refuses_unindexed_retrieve = !flag(mode, "unindexed_filtering_retrieve", true),
          .refuses_unindexed_update = !flag(mode, "unindexed_filtering_update", true),
          .refuses_exact = !flag(mode, "search_allow_exact", true),
          .max_query_limit = bound(mode, "max_query_limit"),
          .max_timeout = bound(mode, "max_timeout"),
          .max_points_count = bound(mode, "max_points_count"),
          .max_vector_bytes = bound(mode, "max_collection_vector_size_bytes"),
          .max_payload_bytes = bound(mode, "max_collection_payload_size_bytes"),
          .upsert_max_batchsize = bound(mode, "upsert_max_batchsize"),
          .search_max_batchsize = bound(mode, "search_max_batchsize"),
          .search_max_hnsw_ef = bound(mode, "search_max_hnsw_ef"),
          .filter_max_conditions = bound(mode, "filter_max_conditions"),
          .condition_max_size = bound(mode, "condition_max_size"),
          .multivector_max_vectors = bound(mode, "multivector_max_vectors"),
          .sparse_max_length = bound(mode, "sparse_max_length"),
          .search_max_oversampling = oversampling(mode)};
}

}  // namespace vecext::pg

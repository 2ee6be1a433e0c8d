#include "pg/collection/define/collection_options.h"

#include "pg/collection/define/rows.h"
#include "pg/payload/jsonb_source.h"
#include "pg/sys/jsonb_writer.h"

namespace vecext::pg {

namespace {

/// Raises an ERROR if a rate limit is asked for. It would need a count of calls that all sessions
/// share, for which they would wait for each other.
void refuse_rates(const Json& mode) {
  for (const char* name : {"read_rate_limit", "write_rate_limit"}) {
    if (const Json* rate = member(mode, name)) {
      ereport(ERROR,
              (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("strict mode has no limits of rates"),
               errdetail("At %s.", path_text(rate->place)),
               errhint("Limit the rate of requests in the application or a connection pooler, and "
                       "connections with ALTER ROLE ... CONNECTION LIMIT.")));
    }
  }
}

/// Raises an ERROR unless the bound is an integer from `least` to 2^64 - 1, as clients of Qdrant
/// give it. From 2^63 on, it bounds nothing.
void check_integer_bound(const Json& bound, int64 least) {
  if (!json_value(bound.value).is_large) {
    integer_of(bound, least, PG_INT64_MAX);
  }
}

void check_bound(const Json& bound) {
  if (bound.place.key == "search_max_oversampling") {
    constexpr double kMost = 1e6;
    if (!is_number(bound) || !(number_of(bound) >= 1 && number_of(bound) <= kMost)) {
      refuse(bound, "a number from 1 to 1000000 is expected");
    }
  } else if (is_one_of(bound.place.key, {"enabled", "unindexed_filtering_retrieve",
                                         "unindexed_filtering_update", "search_allow_exact"})) {
    bool_of(bound);
  } else {
    check_integer_bound(bound, bound.place.key == "max_timeout" ? 1 : 0);
  }
}

/// Checks bounds of vectors by name, {"title": {"max_vectors": 5}}.
void check_vector_bounds(const Json& vectors, const char* bound) {
  check_object(vectors);
  each_member(vectors.value, [&](std::string_view name, const JsonbValue& value) {
    const Json of_vector{.value = value, .place = vectors.place.at(name)};
    check_members(of_vector, {bound});
    if (const Json* most = member(of_vector, bound)) {
      check_integer_bound(*most, 0);
    }
  });
}

void check_strict_mode(const Json& mode) {
  check_object(mode);
  refuse_rates(mode);
  each_member(mode.value, [&](std::string_view name, const JsonbValue& value) {
    const JsonPlace place = mode.place.at(name);
    // Qdrant's clients write null for options that were not given, also for those that do not exist
    // here.
    if (value.type == jbvNull &&
        is_one_of(name, {"read_rate_limit", "write_rate_limit", "multivector_config",
                         "sparse_config", "max_resident_memory_percent"})) {
      return;
    }
    if (name == "multivector_config" || name == "sparse_config") {
      check_vector_bounds({.value = value, .place = place},
                          name == "sparse_config" ? "max_length" : "max_vectors");
      return;
    }
    check_known(place, name, "unknown key",
                {"enabled", "unindexed_filtering_retrieve", "unindexed_filtering_update",
                 "search_allow_exact", "max_query_limit", "max_timeout", "search_max_hnsw_ef",
                 "search_max_oversampling", "upsert_max_batchsize", "search_max_batchsize",
                 "max_collection_vector_size_bytes", "max_collection_payload_size_bytes",
                 "max_points_count", "filter_max_conditions", "condition_max_size",
                 "max_payload_index_count", "multivector_max_vectors", "sparse_max_length"});
    if (value.type != jbvNull) {
      check_bound({.value = value, .place = place});
    }
  });
}

}  // namespace

void check_collection_options(const Json& options, KnownWords beside) {
  check_object(options);
  each_member(options.value, [&](std::string_view name, const JsonbValue&) {
    if (!is_one_of(name, beside)) {
      check_known(options.place.at(name), name, "unknown key",
                  {"index_threshold", "strict_mode", "config", "metadata"});
    }
  });
  integer_member(options, "index_threshold", 0, PG_INT64_MAX, 0);
  if (const Json* mode = member(options, "strict_mode")) {
    check_strict_mode(*mode);
  }
  for (const char* name : {"config", "metadata"}) {
    if (const Json* kept = member(options, name)) {
      check_object(*kept);
    }
  }
}

const Jsonb* effective_options(const Json& options, KnownWords beside) {
  const Jsonb* others = without_members(options, beside);
  const Json rest{.value = value_of(const_cast<Jsonb*>(others)), .place = options.place};
  return without_members(rest, {"config", "metadata"});
}

const Jsonb* document_member(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found == nullptr ? nullptr : DatumGetJsonbP(jsonb_of(*found));
}

void check_given_members(const Json& object, KnownWords names) {
  check_object(object);
  each_member(object.value, [&](std::string_view key, const JsonbValue& value) {
    if (value.type != jbvNull) {
      check(object.place.at(key), check_word(key, "unknown key", names));
    }
  });
}

const Jsonb* without_members(const Json& object, KnownWords names) {
  JsonbWriter writer;
  writer.begin_object();
  each_member(object.value, [&](std::string_view name, const JsonbValue& value) {
    if (!is_one_of(name, names)) {
      writer.key(name);
      writer.add(WJB_VALUE, value);
    }
  });
  writer.end_object();
  return writer.jsonb();
}

int64 index_threshold(const Jsonb* options) {
  return option_integer(options, "index_threshold", 0);
}

}  // namespace vecext::pg

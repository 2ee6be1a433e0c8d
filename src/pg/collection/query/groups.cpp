#include "pg/collection/query/groups.h"

#include "core/condition/evaluate.h"
#include "core/condition/parse/parse_filter.h"
#include "core/condition/walk.h"
#include "pg/collection/common/filters.h"
#include "pg/collection/query/query_run.h"
#include "pg/collection/search/show_points.h"
#include "pg/payload/jsonb_source.h"
#include "pg/payload/numeric_value.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/numeric.h"
}

namespace vecext::pg {

namespace {

/// The first search asks for kFirstFactor times the number of hits that all groups may have. Each
/// further search asks for kNextFactor times as many points as the one before.
constexpr int64 kFirstFactor = 2;
constexpr int64 kNextFactor = 4;

bool is_key(const JsonValue& value) {
  return value.kind == JsonKind::kString ||
         (value.kind == JsonKind::kNumber && (value.is_integer || value.is_large));
}

uint32 hash_of_key(const void* key, Size /*size*/) {
  const auto& value = *static_cast<const JsonValue*>(key);
  return value.kind == JsonKind::kString
             ? hash_bytes(reinterpret_cast<const unsigned char*>(value.text.data()),
                          static_cast<int>(value.text.size()))
             : hash_bytes(reinterpret_cast<const unsigned char*>(&value.integer),
                          sizeof(value.integer));
}

int compare_keys(const void* a, const void* b, Size /*size*/) {
  return compare_scalars(*static_cast<const JsonValue*>(a), *static_cast<const JsonValue*>(b));
}

/// A key, and the place of its group in the list of groups.
struct GroupPlace {
  JsonValue key;
  int64 place;
};

HTAB* new_places() {
  constexpr int kExpected = 64;
  HASHCTL control{};
  control.keysize = sizeof(JsonValue);
  control.entrysize = sizeof(GroupPlace);
  control.hash = hash_of_key;
  control.match = compare_keys;
  control.hcxt = CurrentMemoryContext;
  return hash_create("vecext groups", kExpected, &control,
                     HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

struct Grouping {
  Groups groups;
  const GroupRequest* request;
  HTAB* places;  // a hash table of GroupPlace, by key

  /// Returns the group of a key. If it does not exist, adds it or, if there are as many groups as
  /// there may be, returns null.
  Group* group_of(const JsonValue& key) {
    bool is_there;
    auto* found = static_cast<GroupPlace*>(
        hash_search(places, &key, has_all_groups() ? HASH_FIND : HASH_ENTER, &is_there));
    if (found == nullptr) {
      return nullptr;
    }
    if (!is_there) {
      found->place = groups.list.count;
      groups.list.push({.key = key, .hits = {.list = {}, .order = ScoreOrder::kAsListed}},
                       CurrentMemoryContext);
    }
    return &groups.list.at[found->place];
  }

  bool is_full(const Group& group) const { return group.hits.list.count >= request->group_size; }

  bool has_all_groups() const { return groups.list.count >= request->limit; }

  bool is_complete() const {
    for (int64 i = 0; i < groups.list.count; ++i) {
      if (!is_full(groups.list.at[i])) {
        return false;
      }
    }
    return has_all_groups();
  }

  /// Adds a hit to the group of a key. If the value of a hit is an array, the hit may come again
  /// with the same key: then it is the last hit of the group, and is not added again.
  void add(const JsonValue& key, const Hit& hit) {
    Group* group = group_of(key);
    if (group == nullptr) {
      return;
    }
    GrowingArray<Hit>& hits = group->hits.list;
    const bool is_there = hits.count > 0 && hits.at[hits.count - 1].payload == hit.payload;
    if (!is_there && !is_full(*group)) {
      hits.push(hit, CurrentMemoryContext);
    }
  }

  void add_hits(const Hits& hits) {
    for (int64 i = 0; i < hits.list.count; ++i) {
      CHECK_FOR_INTERRUPTS();
      const Hit& hit = hits.list.at[i];
      if (!hit.has_payload) {
        continue;
      }
      any_element(request->path.steps, root_value(DatumGetJsonbP(hit.payload)), kJsonb,
                  [&](const JsonValue& value) {
                    if (is_key(value)) {
                      add(value, hit);
                    }
                    return false;
                  });
    }
  }
};

/// True if the query is a search of one statement, whose filter can be narrowed to the points of a
/// group.
bool can_fill_by_key(const Query& query) {
  return query.prefetch_count == 0 && mmr_of(query) == nullptr &&
         ranks_by<Nearest, BestByWords, Recommend>(query);
}

/// Fills the groups that have too few hits, by a search for each of them.
void fill_by_key(Query* query, Grouping* grouping) {
  const RowSource source = query->source;
  query->limit = grouping->request->group_size;
  for (int64 i = 0; i < grouping->groups.list.count; ++i) {
    CHECK_FOR_INTERRUPTS();
    Group& group = grouping->groups.list.at[i];
    if (grouping->is_full(group)) {
      continue;
    }
    const Datum of_key = filter_by_key(grouping->request->key, jsonb_value_of_key(group.key));
    query->source.filter = source.has_filter ? both_filters(source.filter, of_key) : of_key;
    query->source.has_filter = true;
    group.hits = run_and_show(query);
  }
  query->source = source;
}

/// Multiplies the limits of all prefetches, so that enough of their points are left to fill groups.
void widen_prefetches(const Query& query, int64 times) {
  for (int i = 0; i < query.prefetch_count; ++i) {
    Query* prefetch = query.prefetch[i];
    prefetch->limit = Min(prefetch->limit * times, PG_INT32_MAX);
    widen_prefetches(*prefetch, times);
  }
}

}  // namespace

GroupRequest group_request(const char* key, int64 limit, int64 group_size) {
  GroupRequest request{.key = key, .path = {}, .limit = limit, .group_size = group_size};
  const ParseError error = parse_path(key, context_arena(CurrentMemoryContext), &request.path);
  if (!error.ok()) {
    raise_path_error(error, key);
  }
  return request;
}

Groups run_groups(Query* query, const GroupRequest& request) {
  widen_prefetches(*query, request.group_size);
  const Collection& collection = *query->source.collection;
  const PointSelector wanted = query->shown;
  query->shown = read_selector(collection, DatumGetJsonbP(jsonb_of_bool(true)), nullptr);
  Grouping grouping{};
  const int64 most = Min(request.limit * request.group_size, PG_INT32_MAX);
  int64 asked = Min(most * kFirstFactor, PG_INT32_MAX);
  while (true) {
    query->limit = asked;
    grouping = {.groups = {}, .request = &request, .places = new_places()};
    const Hits hits = run_and_show(query);
    grouping.add_hits(hits);
    if (hits.list.count > 0 && hits.list.count < asked && grouping.groups.list.count == 0 &&
        !query->source.has_filter && query->prefetch_count == 0) {
      tell_no_values(request.key, "a string or an integer");
    }
    if (hits.list.count < asked || grouping.is_complete() || asked == PG_INT32_MAX) {
      break;
    }
    if (grouping.has_all_groups() && can_fill_by_key(*query)) {
      fill_by_key(query, &grouping);
      break;
    }
    asked = Min(asked * kNextFactor, PG_INT32_MAX);
  }
  query->shown = wanted;
  for (int64 i = 0; i < grouping.groups.list.count; ++i) {
    const GrowingArray<Hit>& hits = grouping.groups.list.at[i].hits.list;
    for (int64 k = 0; k < hits.count; ++k) {
      hits.at[k].has_payload = false;
    }
  }
  return grouping.groups;
}

JsonbValue jsonb_value_of_key(const JsonValue& key) {
  JsonbValue value;
  if (key.kind == JsonKind::kString) {
    value.type = jbvString;
    value.val.string.val = const_cast<char*>(key.text.data());
    value.val.string.len = static_cast<int>(key.text.size());
  } else {
    value.type = jbvNumeric;
    value.val.numeric = numeric_of_integer(key);
  }
  return value;
}

Datum jsonb_of_key(const JsonValue& key) {
  JsonbValue value = jsonb_value_of_key(key);
  return JsonbPGetDatum(JsonbValueToJsonb(&value));
}

}  // namespace vecext::pg

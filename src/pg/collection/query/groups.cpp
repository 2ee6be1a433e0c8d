#include "pg/collection/query/groups.h"

#include <algorithm>
#include <cmath>

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
/// further search asks for kNextFactor times as many points as the one before. If it may, it leaves
/// out the points that no group lacks.
constexpr int64 kFirstFactor = 2;
constexpr int64 kNextFactor = 4;
/// The number of searches that follow where prefetches have found too few points, as in Qdrant.
constexpr int kMostFurther = 9;

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

  int64 hit_count() const {
    int64 count = 0;
    for (const Group& group : groups.list) {
      count += group.hits.list.count;
    }
    return count;
  }

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

/// True if the score of a point depends on which other points are candidates.
bool ranks_by_candidates(const Query& query) {
  const std::span<Query*> prefetches{query.prefetch, static_cast<Size>(query.prefetch_count)};
  return ranks_by<Fusion>(query) || mmr_of(query) != nullptr ||
         (ranks_by<ByFormula>(query) &&
          std::any_of(prefetches.begin(), prefetches.end(),
                      [](const Query* prefetch) { return ranks_by_candidates(*prefetch); }));
}

/// Puts the hits of groups, and the groups, in the order of their scores.
void sort_groups(const Groups& groups, ScoreOrder order) {
  const auto is_better = [order](const Hit& a, const Hit& b) {
    return !std::isnan(a.score) &&
           (std::isnan(b.score) ||
            (order == ScoreOrder::kLargerFirst ? a.score > b.score : a.score < b.score));
  };
  for (const Group& group : groups.list) {
    std::stable_sort(group.hits.list.begin(), group.hits.list.end(), is_better);
  }
  std::stable_sort(groups.list.begin(), groups.list.end(), [&](const Group& a, const Group& b) {
    return is_better(a.hits.list[0], b.hits.list[0]);
  });
}

/// Returns the filter of the points that no group has and that may be added to one: if all groups
/// are there, those with the key of a group that is not full, and otherwise those with another key
/// than those of full groups.
Datum filter_of_lacking(const Grouping& grouping, Oid id_type) {
  const bool has_all = grouping.has_all_groups();
  GrowingArray<JsonbValue> keys{};
  GrowingArray<Datum> ids{};
  for (const Group& group : grouping.groups.list) {
    if (grouping.is_full(group) != has_all) {
      keys.push(jsonb_value_of_key(group.key), CurrentMemoryContext);
    }
    for (const Hit& hit : group.hits.list) {
      ids.push(hit.id, CurrentMemoryContext);
    }
  }
  return filter_by_keys(grouping.request->key, has_all, keys.span(), id_type, ids.span());
}

/// Returns a copy of the query whose requests find points that satisfy the filter alone.
Query* narrowed(const Query& query, Datum filter) {
  auto* copy = palloc_object<Query>(query);
  copy->source.filter =
      query.source.has_filter ? both_filters(query.source.filter, filter) : filter;
  copy->source.has_filter = true;
  copy->prefetch = palloc_array<Query*>(query.prefetch_count);
  for (int i = 0; i < query.prefetch_count; ++i) {
    copy->prefetch[i] = narrowed(*query.prefetch[i], filter);
  }
  return copy;
}

/// True if a filter may have the values that filter_of_lacking() writes.
bool fits_filter(const Grouping& grouping) {
  return grouping.hit_count() + grouping.groups.list.count <= kMostValues / 2;
}

/// Adds the best `count` points to the groups, and returns how many were found.
int64 add_found(Query* query, int64 count, Grouping* grouping) {
  query->limit = count;
  const Hits hits = run_and_show(query);
  grouping->add_hits(hits);
  return hits.list.count;
}

/// Does the same with the best of the points that groups lack.
int64 add_lacking(const Query& query, int64 count, Grouping* grouping) {
  const Datum filter = filter_of_lacking(*grouping, query.source.collection->id_type);
  return add_found(narrowed(query, filter), count, grouping);
}

/// Puts groups that several searches have filled in order. It moves them away from their places, so
/// no search may add hits behind it.
void sort_groups(const Query& query, const Groups& groups) {
  const ScoreOrder order = ranks_by_candidates(query) ? ScoreOrder::kAsListed : score_order(query);
  if (order != ScoreOrder::kAsListed) {
    sort_groups(groups, order);
  }
}

/// Searches for the points that groups lack, where the prefetches have found too few.
void search_further(const Query& query, int64 count, Grouping* grouping) {
  for (int i = 0; i < kMostFurther && !grouping->is_complete() && fits_filter(*grouping); ++i) {
    const int64 before = grouping->hit_count();
    add_lacking(query, count, grouping);
    if (grouping->hit_count() == before) {
      break;
    }
  }
  sort_groups(query, grouping->groups);
}

Grouping new_grouping(const GroupRequest& request) {
  return {.groups = {}, .request = &request, .places = new_places()};
}

/// Searches for more points than were asked for, until no group lacks any or none is left. Returns
/// how many the last search has asked for.
int64 search_more(Query* query, int64 asked, Grouping* grouping) {
  const bool may_narrow = query->prefetch_count == 0 && !ranks_by_candidates(*query);
  int64 found = asked;
  while (found == asked && asked < PG_INT32_MAX && !grouping->is_complete()) {
    if (grouping->has_all_groups() && can_fill_by_key(*query)) {
      sort_groups(*query, grouping->groups);  // first, as a group may be empty afterwards
      fill_by_key(query, grouping);
      return asked;
    }
    asked = Min(asked * kNextFactor, PG_INT32_MAX);
    if (may_narrow && fits_filter(*grouping)) {
      found = add_lacking(*query, asked, grouping);
    } else {
      *grouping = new_grouping(*grouping->request);
      found = add_found(query, asked, grouping);
    }
  }
  if (may_narrow) {
    sort_groups(*query, grouping->groups);
  }
  return asked;
}

/// Returns a selector of the part of payloads in which the keys of groups are.
PointSelector selector_of_key(const Collection& collection, const PayloadPath* path) {
  PointSelector selector = read_selector(collection, nullptr, nullptr);
  // Elements of an array have other indices in a part of it.
  const auto index = std::find_if(path->steps.begin(), path->steps.end(), [](const PathStep& step) {
    return step.kind == PathStep::Kind::kIndex;
  });
  auto* part = palloc_object<PayloadPath>(*path);
  part->steps = path->steps.first(static_cast<Size>(index - path->steps.begin()));
  if (selector.has_payload() && !part->steps.empty()) {
    selector.payload = PointSelector::Payload::kInclude;
    selector.paths = {part, 1};
  }
  return selector;
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
  const PointSelector wanted = query->shown;
  query->shown = selector_of_key(*query->source.collection, &request.path);
  const int64 most = Min(request.limit * request.group_size, PG_INT32_MAX);
  int64 asked = Min(most * kFirstFactor, PG_INT32_MAX);
  Grouping grouping = new_grouping(request);
  const int64 found = add_found(query, asked, &grouping);
  if (found == asked) {
    asked = search_more(query, asked, &grouping);
  }
  if (found > 0 && grouping.groups.list.count == 0 && !query->source.has_filter &&
      query->prefetch_count == 0) {
    tell_no_values(request.key, "a string or an integer");
  }
  if (query->prefetch_count > 0 && !grouping.is_complete()) {
    search_further(*query, asked, &grouping);
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

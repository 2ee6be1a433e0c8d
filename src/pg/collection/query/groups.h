// Results in groups. The points of a group share a string or an integer at a key of the payload.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

struct GroupRequest {
  const char* key;
  PayloadPath path;
  int64 limit;       // number of groups
  int64 group_size;  // number of hits in a group
};

struct Group {
  JsonValue key;
  Hits hits;
};

struct Groups {
  GrowingArray<Group> list;  // in the order of their best hits
};

/// Returns a request with these members. Raises an ERROR if the key cannot be grouped by.
GroupRequest group_request(const char* key, int64 limit, int64 group_size);

/// Returns the groups with the best hits among the points that the query finds. There are
/// request.limit groups, or less if there are no more, and each has request.group_size hits, or
/// less if it has no more. The hits show neither payloads nor vectors. Overwrites query->limit, and
/// multiplies the limits of prefetches by the size of a group.
Groups run_groups(Query* query, const GroupRequest& request);

/// Returns a key as a value of type jsonb.
Datum jsonb_of_key(const JsonValue& key);
JsonbValue jsonb_value_of_key(const JsonValue& key);

}  // namespace vecext::pg

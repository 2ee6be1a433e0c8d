// Results in groups: the points that share a string or an integer under a key of the payload.
#pragma once

#include "pg/collection/query/query.h"

namespace vecext::pg {

struct GroupRequest {
  const char* key;
  PayloadPath path;
  int64 limit;       // groups
  int64 group_size;  // hits a group
};

struct Group {
  JsonValue key;
  Hits hits;
};

struct Groups {
  GrowingArray<Group> list;  // by the best hit
};

/// Checks and parses the key.
GroupRequest group_request(const char* key, int64 limit, int64 group_size);

/// The groups with the best hits among the points that the query finds: all groups that there are,
/// up to request.limit, each with all hits that it has, up to request.group_size. query->limit is
/// overwritten.
Groups run_groups(Query* query, const GroupRequest& request);

/// A key as jsonb.
Datum jsonb_of_key(const JsonValue& key);
JsonbValue jsonb_value_of_key(const JsonValue& key);

}  // namespace vecext::pg

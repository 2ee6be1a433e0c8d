#include "service/lookups.h"

#include "base/failure.h"
#include "sql/names.h"

namespace vecext::gateway {

namespace {

// A name, or an object with one.
void require_lookup(const Grant& grant, RawJson lookup) {
  if (is_object(lookup)) {
    const JsonObject object = JsonObject::parse(lookup, "lookup");
    grant.require_any(sql::unquoted(json_string(object.at("collection"), "collection")));
  } else {
    grant.require_any(sql::unquoted(json_string(lookup, "lookup")));
  }
}

void require_of_search(const Grant& grant, RawJson search, int depth) {
  constexpr int kMostLevels = 64;  // vecext refuses more
  if (depth > kMostLevels) {
    throw Failure(FailureKind::kBadInput, "prefetch is nested too deeply");
  }
  const JsonObject object = JsonObject::parse(search, "search");
  for (const JsonMember& member : object.members()) {
    if (member.value == "null") {
      continue;
    }
    if (member.key == "lookup_from" || member.key == "with_lookup") {
      require_lookup(grant, member.value);
    } else if (member.key == "prefetch" && is_array(member.value)) {
      for (const RawJson one : json_elements(member.value, "prefetch")) {
        require_of_search(grant, one, depth + 1);
      }
    } else if (member.key == "prefetch") {
      require_of_search(grant, member.value, depth + 1);
    }
  }
}

}  // namespace

void require_lookups(const Grant& grant, RawJson request) {
  if (grant.is_global()) {
    return;
  }
  if (!is_array(request)) {
    return require_of_search(grant, request, 0);
  }
  for (const RawJson one : json_elements(request, "searches")) {
    require_of_search(grant, one, 0);
  }
}

}  // namespace vecext::gateway

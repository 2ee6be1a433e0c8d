// Points of an upsert as columns, whose vectors go to the server in binary.
#pragma once

#include <optional>

#include "base/json.h"
#include "service/points.h"

namespace vecext::gateway::rest {

/// Returns the points of a list, [{"id", "vector", "payload"}], as columns. Returns nothing if they
/// have what columns cannot have, such as sparse vectors, or a fault, which vecext.upsert is to
/// find. Payloads point into the text.
std::optional<PointColumns> columns_of(RawJson points);

/// Does the same for {"ids", "vectors", "payloads"}, whose lists are of equal length. `vectors` is
/// the list of each name.
std::optional<PointColumns> columns_of(
    const std::vector<RawJson>& ids, const std::vector<RawJson>& payloads,
    const std::vector<std::pair<std::string, std::vector<RawJson>>>& vectors);

}  // namespace vecext::gateway::rest

// Definitions of collections in Qdrant's JSON.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/json.h"
#include "service/collections.h"

namespace vecext::gateway {

/// Return what a body asks for. Throw a Failure if it is not as Qdrant has it.
CollectionDefinition definition_of(const JsonObject& body);
VectorDefinition dense_of(const std::string& name, RawJson text);
VectorDefinition sparse_of(const std::string& name, RawJson text);
PayloadIndex index_of(const JsonObject& body);

/// Writes members that are not null, except those that `but` names. Clients of old versions refuse
/// members that are null.
void write_members(JsonWriter& out, const JsonObject& object,
                   std::initializer_list<std::string_view> but);

}  // namespace vecext::gateway

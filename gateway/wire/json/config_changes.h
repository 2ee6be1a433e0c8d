// Changes of a collection's configuration in Qdrant's JSON.
#pragma once

#include "base/json.h"
#include "service/collections.h"

namespace vecext::gateway {

/// Returns what a body changes of a collection. Throws a Failure if it is not as Qdrant has it.
CollectionOptions changes_of(const JsonObject& body);

/// Strict mode in a body, but for bounds that a gateway without a state cannot keep: of requests in
/// a minute, and of memory. These become members of the configuration, and have no effect.
std::string strict_mode_of(const JsonObject& body);
void write_rates(JsonWriter& config, const JsonObject& body);

/// Writes strict mode with the rates that the configuration has.
void write_strict_mode(JsonWriter& out, RawJson strict_mode, const JsonObject& config);

}  // namespace vecext::gateway

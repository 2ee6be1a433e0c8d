// Configurations of collections: messages whose fields have the names of Qdrant's JSON, but for
// some that are written here. Both directions are made by protobuf's reflection.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "base/json.h"

namespace vecext::gateway::grpc {

/// Writes the fields that are set as members of an object.
void write_fields(JsonWriter& out, const google::protobuf::Message& message);

/// Sets the fields that an object has members of; others are ignored.
void read_fields(RawJson text, google::protobuf::Message& message);

}  // namespace vecext::gateway::grpc

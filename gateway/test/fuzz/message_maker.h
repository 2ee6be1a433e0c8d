// Messages of random fields.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>
#include <google/protobuf/message.h>

namespace vecext::gateway::fuzz {

/// Sets fields of a message, and of the messages in it, as the choices say.
void fill(google::protobuf::Message& message, FuzzedDataProvider& choices, int depth = 0);

}  // namespace vecext::gateway::fuzz

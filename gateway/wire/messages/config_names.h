// What the messages of configurations are called in Qdrant's JSON.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

namespace vecext::gateway::grpc {

/// True if JSON does not have such messages: what their one field has stands in their place.
bool is_transparent(const google::protobuf::Descriptor* type);

/// Returns the name of the member that a field becomes.
std::string_view member_name(const google::protobuf::FieldDescriptor* field);

/// Returns the text of a value. MaxSim is max_sim; distances alone keep their names. A value that
/// says that nothing was chosen has an empty text.
std::string word_of(const google::protobuf::EnumValueDescriptor* value);

}  // namespace vecext::gateway::grpc

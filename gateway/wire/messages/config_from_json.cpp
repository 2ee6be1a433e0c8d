#include "wire/grpc/proto/collections.pb.h"
#include "wire/grpc/proto/values.pb.h"
#include "wire/messages/config_json.h"
#include "wire/messages/config_names.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void read_any(RawJson text, Message& message, const FieldDescriptor* field);
void read_message(RawJson text, Message& message);

void read_enum(RawJson text, Message& message, const FieldDescriptor* field) {
  const std::string name = is_string(text) ? json_string(text, "value") : "";
  for (int i = 0; i < field->enum_type()->value_count(); ++i) {
    const EnumValueDescriptor* value = field->enum_type()->value(i);
    if (!name.empty() && word_of(value) == name) {
      message.GetReflection()->SetEnum(&message, field, value);
    }
  }
}

// Sets a field of one value.
void read_field(RawJson text, Message& message, const FieldDescriptor* field) {
  const Reflection* of = message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      read_message(text, *of->MutableMessage(&message, field));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      of->SetString(&message, field, json_string(text, field->name()));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      read_enum(text, message, field);
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      of->SetBool(&message, field, text == "true");
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      of->SetUInt32(&message, field, number_of<std::uint32_t>(text));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      of->SetUInt64(&message, field, number_of<std::uint64_t>(text));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      of->SetFloat(&message, field, number_of<float>(text));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      of->SetDouble(&message, field, number_of<double>(text));
      break;
    default:
      break;
  }
}

void read_map(RawJson text, Message& message, const FieldDescriptor* field) {
  const JsonObject object = JsonObject::parse(text, field->name());
  for (const JsonMember& member : object.members()) {
    Message* entry = message.GetReflection()->AddMessage(&message, field);
    const Descriptor* type = entry->GetDescriptor();
    entry->GetReflection()->SetString(entry, type->map_key(), member.key);
    read_field(member.value, *entry, type->map_value());
  }
}

void read_any(RawJson text, Message& message, const FieldDescriptor* field) {
  if (field->is_map()) {
    read_map(text, message, field);
    return;
  }
  if (!field->is_repeated()) {
    read_field(text, message, field);
    return;
  }
  // The lists of configurations are of texts.
  for (const RawJson element : json_elements(text, field->name())) {
    message.GetReflection()->AddString(&message, field, json_string(element, field->name()));
  }
}

// The field of a transparent message that has such a value.
const FieldDescriptor* field_for(RawJson text, const Descriptor* type) {
  if (type->name() == "VectorsConfig") {
    const auto size = JsonObject::parse(text, "vectors").find("size");
    return type->FindFieldByName(size && !is_object(*size) ? "params" : "params_map");
  }
  if (type->name() == "MaxOptimizationThreads") {
    return type->FindFieldByName(is_string(text) ? "setting" : "value");
  }
  return type->field(0);
}

void read_stemmer(RawJson text, qdrant::StemmingAlgorithm& stemmer) {
  const JsonObject object = JsonObject::parse(text, "stemmer");
  if (const auto language = object.find_string("language")) {
    stemmer.mutable_snowball()->set_language(*language);
  } else {
    stemmer.mutable_disabled();
  }
}

void read_message(RawJson text, Message& message) {
  const std::string& type = message.GetDescriptor()->name();
  if (type == "Value") {
    read_value(text, static_cast<qdrant::Value&>(message));
  } else if (type == "StemmingAlgorithm") {
    read_stemmer(text, static_cast<qdrant::StemmingAlgorithm&>(message));
  } else if (type == "StopwordsSet" && is_string(text)) {
    static_cast<qdrant::StopwordsSet&>(message).add_languages(json_string(text, "stopwords"));
  } else if (is_transparent(message.GetDescriptor())) {
    read_any(text, message, field_for(text, message.GetDescriptor()));
  } else if (is_object(text)) {
    read_fields(text, message);
  }
}

}  // namespace

void read_fields(RawJson text, Message& message) {
  const JsonObject object = JsonObject::parse(text, message.GetDescriptor()->name());
  const Descriptor* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    if (type->field(i)->name().starts_with("deprecated_")) {
      continue;  // the newer field of the same name has it
    }
    const auto value = object.find(member_name(type->field(i)));
    const bool is_off =
        value == "false" && type->field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (value && !is_off) {
      read_any(*value, message, type->field(i));
    }
  }
}

}  // namespace vecext::gateway::grpc

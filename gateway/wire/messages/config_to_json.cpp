#include <vector>

#include "wire/grpc/proto/collections.pb.h"
#include "wire/grpc/proto/values.pb.h"
#include "wire/messages/config_json.h"
#include "wire/messages/config_names.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void append_message(std::string& out, const Message& message);

// Appends the value of a field, or its element `index` if that is not negative.
void append_field(std::string& out, const Message& message, const FieldDescriptor* field,
                  int index = -1) {
  const Reflection* of = message.GetReflection();
  const bool is_one = index < 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      append_message(out, is_one ? of->GetMessage(message, field)
                                 : of->GetRepeatedMessage(message, field, index));
      break;
    case FieldDescriptor::CPPTYPE_STRING:
      append_string(out, is_one ? of->GetString(message, field)
                                : of->GetRepeatedString(message, field, index));
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      append_string(out, word_of(of->GetEnum(message, field)));
      break;
    case FieldDescriptor::CPPTYPE_BOOL:
      out += of->GetBool(message, field) ? "true" : "false";
      break;
    case FieldDescriptor::CPPTYPE_UINT32:
      out += std::to_string(of->GetUInt32(message, field));
      break;
    case FieldDescriptor::CPPTYPE_UINT64:
      out += std::to_string(of->GetUInt64(message, field));
      break;
    case FieldDescriptor::CPPTYPE_FLOAT:
      append_float(out, of->GetFloat(message, field));
      break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      append_double(out, of->GetDouble(message, field));
      break;
    default:
      out += "null";
  }
}

bool says_nothing(const Message& message, const FieldDescriptor* field) {
  return field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM && !field->is_repeated() &&
         word_of(message.GetReflection()->GetEnum(message, field)).empty();
}

void append_map(std::string& out, const Message& message, const FieldDescriptor* field) {
  const Reflection* of = message.GetReflection();
  append_object(out, [&](JsonWriter& object) {
    for (int i = 0; i < of->FieldSize(message, field); ++i) {
      const Message& entry = of->GetRepeatedMessage(message, field, i);
      const Descriptor* type = entry.GetDescriptor();
      const std::string key = entry.GetReflection()->GetString(entry, type->map_key());
      append_field(object.key(key), entry, type->map_value());
    }
  });
}

void append_any(std::string& out, const Message& message, const FieldDescriptor* field) {
  if (field->is_map()) {
    append_map(out, message, field);
  } else if (field->is_repeated()) {
    append_list(out, [&](JsonList& list) {
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        append_field(list.element(), message, field, i);
      }
    });
  } else {
    append_field(out, message, field);
  }
}

// The fields that are set. One that cannot be absent is set also if it has its default.
std::vector<const FieldDescriptor*> fields_of(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  const Reflection* of = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const bool is_set = field->is_repeated()    ? of->FieldSize(message, field) > 0
                        : field->has_presence() ? of->HasField(message, field)
                                                : true;
    if (is_set) {
      fields.push_back(field);
    }
  }
  return fields;
}

void append_transparent(std::string& out, const Message& message) {
  const std::vector<const FieldDescriptor*> fields = fields_of(message);
  const std::string& type = message.GetDescriptor()->name();
  if (fields.empty()) {
    out += "{}";
  } else if (type == "VectorsConfigDiff" && fields.front()->name() == "params") {
    append_object(out,
                  [&](JsonWriter& named) { append_any(named.key(""), message, fields.front()); });
  } else {
    append_any(out, message, fields.front());
  }
}

void append_message(std::string& out, const Message& message) {
  const std::string& type = message.GetDescriptor()->name();
  if (type == "Value") {
    append_value(out, static_cast<const qdrant::Value&>(message));
  } else if (type == "KeywordPrefixParams") {
    out += "true";
  } else if (type == "Disabled") {
    out += R"("Disabled")";
  } else if (is_transparent(message.GetDescriptor())) {
    append_transparent(out, message);
  } else {
    append_object(out, [&](JsonWriter& object) { write_fields(object, message); });
  }
}

void write_stemmer(JsonWriter& out, const qdrant::StemmingAlgorithm& stemmer) {
  out.string("type", stemmer.has_snowball() ? "snowball" : "none");
  if (stemmer.has_snowball()) {
    out.string("language", stemmer.snowball().language());
  }
}

}  // namespace

void write_fields(JsonWriter& out, const Message& message) {
  if (message.GetDescriptor()->name() == "StemmingAlgorithm") {
    write_stemmer(out, static_cast<const qdrant::StemmingAlgorithm&>(message));
    return;
  }
  for (const FieldDescriptor* field : fields_of(message)) {
    if (!says_nothing(message, field)) {
      append_any(out.key(member_name(field)), message, field);
    }
  }
}

}  // namespace vecext::gateway::grpc

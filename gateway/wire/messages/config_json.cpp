#include "wire/messages/config_json.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "wire/grpc/proto/collections.pb.h"
#include "wire/grpc/proto/values.pb.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Fields that have another name in JSON.
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"vectors_config", "vectors"},
    {"sparse_vectors_config", "sparse_vectors"},
    {"turboquant", "turbo"},
    {"deprecated_max_optimization_threads", "max_optimization_threads"}};

// Messages that JSON does not have: what their one field has stands in their place.
constexpr std::string_view kTransparent[] = {"VectorsConfig",
                                             "VectorsConfigDiff",
                                             "VectorParamsMap",
                                             "VectorParamsDiffMap",
                                             "SparseVectorConfig",
                                             "MaxOptimizationThreads",
                                             "BinaryQuantizationQueryEncoding",
                                             "StrictModeMultivectorConfig",
                                             "StrictModeSparseConfig"};

bool is_transparent(const Descriptor* type) {
  return std::ranges::find(kTransparent, std::string_view(type->name())) != std::end(kTransparent);
}

std::string_view member_name(const FieldDescriptor* field) {
  for (const auto& [ours, json] : kNames) {
    if (field->name() == ours) {
      return json;
    }
  }
  return field->name();
}

// MaxSim is max_sim; distances alone keep their names. A value that says that nothing was chosen
// has an empty text.
std::string text_of(const EnumValueDescriptor* value) {
  const std::string& name = value->name();
  const std::string& type = value->type()->name();
  if (type == "Distance") {
    return name;
  }
  if (name.starts_with("Unknown") || name == "MemoryUnknown" ||
      (type == "Datatype" && name == "Default")) {
    return "";
  }
  std::string text;
  for (const char c : name) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (is_upper && !text.empty() && text.back() >= 'a' && text.back() <= 'z') {
      text += '_';
    }
    text += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

// --- To JSON -------------------------------------------------------------------------------------

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
      append_string(out, text_of(of->GetEnum(message, field)));
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
         text_of(message.GetReflection()->GetEnum(message, field)).empty();
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

// --- From JSON -----------------------------------------------------------------------------------

namespace {

void read_any(RawJson text, Message& message, const FieldDescriptor* field);
void read_message(RawJson text, Message& message);

void read_enum(RawJson text, Message& message, const FieldDescriptor* field) {
  const std::string name = is_string(text) ? json_string(text, "value") : "";
  for (int i = 0; i < field->enum_type()->value_count(); ++i) {
    const EnumValueDescriptor* value = field->enum_type()->value(i);
    if (!name.empty() && text_of(value) == name) {
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

#include "message_maker.h"

#include <google/protobuf/descriptor.h>

namespace vecext::gateway::fuzz {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMostFields = 6;  // of one message
constexpr int kMostDepth = 24;

// Calls the setter of one value, or the one that adds a value to a list.
template <class Value, class Set, class Add>
void put(Message& message, const FieldDescriptor* field, Value value, Set set, Add add) {
  const Reflection* reflection = message.GetReflection();
  if (field->is_repeated()) {
    (reflection->*add)(&message, field, value);
  } else {
    (reflection->*set)(&message, field, value);
  }
}

void put_message(Message& message, const FieldDescriptor* field, FuzzedDataProvider& choices,
                 int depth) {
  const Reflection* reflection = message.GetReflection();
  Message* inner = field->is_repeated() ? reflection->AddMessage(&message, field)
                                        : reflection->MutableMessage(&message, field);
  if (depth < kMostDepth) {
    fill(*inner, choices, depth + 1);
  }
}

void put_value(Message& message, const FieldDescriptor* field, FuzzedDataProvider& choices,
               int depth) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return put(message, field, choices.ConsumeIntegral<std::int32_t>(), &Reflection::SetInt32,
                 &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return put(message, field, choices.ConsumeIntegral<std::int64_t>(), &Reflection::SetInt64,
                 &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(message, field, choices.ConsumeIntegral<std::uint32_t>(), &Reflection::SetUInt32,
                 &Reflection::AddUInt32);
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(message, field, choices.ConsumeIntegral<std::uint64_t>(), &Reflection::SetUInt64,
                 &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return put(message, field, choices.ConsumeFloatingPoint<double>(), &Reflection::SetDouble,
                 &Reflection::AddDouble);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return put(message, field, choices.ConsumeFloatingPoint<float>(), &Reflection::SetFloat,
                 &Reflection::AddFloat);
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(message, field, choices.ConsumeBool(), &Reflection::SetBool, &Reflection::AddBool);
    case FieldDescriptor::CPPTYPE_ENUM:
      return put(message, field, choices.ConsumeIntegralInRange(-1, 20), &Reflection::SetEnumValue,
                 &Reflection::AddEnumValue);
    case FieldDescriptor::CPPTYPE_STRING:
      return put(message, field, choices.ConsumeRandomLengthString(40), &Reflection::SetString,
                 &Reflection::AddString);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return put_message(message, field, choices, depth);
  }
}

}  // namespace

void fill(Message& message, FuzzedDataProvider& choices, int depth) {
  const Descriptor* type = message.GetDescriptor();
  if (type->field_count() == 0) {
    return;
  }
  for (int left = choices.ConsumeIntegralInRange(0, kMostFields); left > 0; --left) {
    const int place = choices.ConsumeIntegralInRange(0, type->field_count() - 1);
    put_value(message, type->field(place), choices, depth);
  }
}

}  // namespace vecext::gateway::fuzz

#include "wire/messages/config_names.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vecext::gateway::grpc {

namespace {

// Fields that have another name in JSON.
constexpr std::pair<std::string_view, std::string_view> kNames[] = {
    {"vectors_config", "vectors"},
    {"sparse_vectors_config", "sparse_vectors"},
    {"turboquant", "turbo"},
    {"deprecated_max_optimization_threads", "max_optimization_threads"}};

constexpr std::string_view kTransparent[] = {"VectorsConfig",
                                             "VectorsConfigDiff",
                                             "VectorParamsMap",
                                             "VectorParamsDiffMap",
                                             "SparseVectorConfig",
                                             "MaxOptimizationThreads",
                                             "BinaryQuantizationQueryEncoding",
                                             "StrictModeMultivectorConfig",
                                             "StrictModeSparseConfig"};

}  // namespace

bool is_transparent(const google::protobuf::Descriptor* type) {
  return std::ranges::find(kTransparent, std::string_view(type->name())) != std::end(kTransparent);
}

std::string_view member_name(const google::protobuf::FieldDescriptor* field) {
  for (const auto& [ours, json] : kNames) {
    if (field->name() == ours) {
      return json;
    }
  }
  return field->name();
}

std::string word_of(const google::protobuf::EnumValueDescriptor* value) {
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

}  // namespace vecext::gateway::grpc

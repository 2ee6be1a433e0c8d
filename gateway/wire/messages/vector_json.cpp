#include "wire/messages/vector_json.h"

#include <charconv>
#include <span>

#include "base/failure.h"
#include "wire/messages/json_reader.h"
#include "wire/messages/value_json.h"

namespace vecext::gateway::grpc {

namespace {

void append_multi(std::string& out, const qdrant::MultiDenseVector& multi) {
  append_list(out, [&](JsonList& list) {
    for (const qdrant::DenseVector& vector : multi.vectors()) {
      append_floats(list.element(), vector.data());
    }
  });
}

// What a model is to make a vector of. vecext refuses it, in words of its own.
template <class Model>
void append_model(std::string& out, const Model& model, std::string_view name, RawJson content) {
  append_object(out, [&](JsonWriter& object) {
    object.raw(name, content);
    object.string("model", model.model());
    if (!model.options().empty()) {
      append_payload(object.key("options"), model.options());
    }
  });
}

template <class Holder>
void append_inference(std::string& out, const Holder& holder) {
  std::string content;
  if (holder.has_document()) {
    append_string(content, holder.document().text());
    append_model(out, holder.document(), "text", content);
  } else if (holder.has_image()) {
    append_value(content, holder.image().image());
    append_model(out, holder.image(), "image", content);
  } else {
    append_value(content, holder.object().object());
    append_model(out, holder.object(), "object", content);
  }
}

// The form of older clients: `data`, with the number of vectors in it, or with indices.
void append_flat(std::string& out, const qdrant::Vector& vector) {
  if (vector.has_indices()) {
    append_sparse(out, vector.data(), vector.indices().data());
    return;
  }
  const std::span<const float> data(vector.data().data(),
                                    static_cast<std::size_t>(vector.data_size()));
  if (!vector.has_vectors_count()) {
    append_floats(out, data);
    return;
  }
  const std::size_t count = vector.vectors_count();
  if (count == 0 || data.size() % count != 0) {
    throw Failure(FailureKind::kBadInput,
                  "Unable to convert to multi-dense vector: the number of elements is not "
                  "divisible by the number of vectors");
  }
  const std::size_t size = data.size() / count;
  append_list(out, [&](JsonList& list) {
    for (std::size_t i = 0; i < count && size > 0; ++i) {
      append_floats(list.element(), data.subspan(i * size, size));
    }
  });
}

}  // namespace

void append_vector(std::string& out, const qdrant::Vector& vector) {
  switch (vector.vector_case()) {
    case qdrant::Vector::kDense:
      append_floats(out, vector.dense().data());
      break;
    case qdrant::Vector::kSparse:
      append_sparse(out, vector.sparse().values(), vector.sparse().indices());
      break;
    case qdrant::Vector::kMultiDense:
      append_multi(out, vector.multi_dense());
      break;
    case qdrant::Vector::VECTOR_NOT_SET:
      append_flat(out, vector);
      break;
    default:
      append_inference(out, vector);
  }
}

void append_vectors(std::string& out, const qdrant::Vectors& vectors) {
  append_object(out, [&](JsonWriter& object) {
    if (vectors.has_vector()) {
      append_vector(object.key(""), vectors.vector());
    }
    for (const auto& [name, vector] : vectors.vectors().vectors()) {
      append_vector(object.key(name), vector);
    }
  });
}

void append_input(std::string& out, const qdrant::VectorInput& input) {
  switch (input.variant_case()) {
    case qdrant::VectorInput::kId:
      append_id(out, input.id());
      break;
    case qdrant::VectorInput::kDense:
      append_floats(out, input.dense().data());
      break;
    case qdrant::VectorInput::kSparse:
      append_sparse(out, input.sparse().values(), input.sparse().indices());
      break;
    case qdrant::VectorInput::kMultiDense:
      append_multi(out, input.multi_dense());
      break;
    case qdrant::VectorInput::VARIANT_NOT_SET:
      throw Failure(FailureKind::kBadJson, "VectorInput variant is missing");
    default:
      append_inference(out, input);
  }
}

std::string payload_selector(const qdrant::WithPayloadSelector& selector,
                             std::string_view otherwise) {
  switch (selector.selector_options_case()) {
    case qdrant::WithPayloadSelector::kEnable:
      return selector.enable() ? "true" : "false";
    case qdrant::WithPayloadSelector::kInclude:
      return list_of(selector.include().fields());
    case qdrant::WithPayloadSelector::kExclude:
      return R"({"exclude":)" + list_of(selector.exclude().fields()) + "}";
    default:
      return std::string(otherwise);
  }
}

std::string vectors_selector(const qdrant::WithVectorsSelector& selector) {
  if (selector.has_include()) {
    return list_of(selector.include().names());
  }
  return selector.enable() ? "true" : "false";
}

// --- From JSON -----------------------------------------------------------------------------------

namespace {

float float_of(ondemand::value json) {
  const std::string_view digits = json.raw_json_token();
  float value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void read_sparse(ondemand::object json, qdrant::SparseVector& sparse) {
  for (auto field : json) {
    const std::string_view key = field.unescaped_key();
    const bool is_indices = key == "indices";
    for (auto element : field.value().get_array()) {
      if (is_indices) {
        sparse.add_indices(static_cast<std::uint32_t>(std::uint64_t(element.get_uint64())));
      } else {
        sparse.add_values(float_of(element.value()));
      }
    }
  }
}

void read_list(ondemand::array json, qdrant::VectorOutput& vector) {
  for (auto element : json) {
    ondemand::value value = element.value();
    if (value.type() == ondemand::json_type::array) {
      qdrant::DenseVector& part = *vector.mutable_multi_dense()->add_vectors();
      for (auto number : value.get_array()) {
        part.add_data(float_of(number.value()));
      }
    } else {
      vector.mutable_dense()->add_data(float_of(value));
    }
  }
}

void read_vector(ondemand::value json, qdrant::VectorOutput& vector) {
  if (json.type() == ondemand::json_type::object) {
    read_sparse(json.get_object(), *vector.mutable_sparse());
  } else {
    read_list(json.get_array(), vector);
  }
}

}  // namespace

void read_vectors(RawJson text, qdrant::VectorsOutput& vectors) {
  JsonReader reader(text);
  if (is_array(text)) {
    read_list(reader.document().get_array(), *vectors.mutable_vector());
    return;
  }
  auto& named = *vectors.mutable_vectors()->mutable_vectors();
  for (auto field : reader.document().get_object()) {
    const std::string name(std::string_view(field.unescaped_key()));
    read_vector(field.value(), named[name]);
  }
  // The unnamed vector stands alone if there is no other.
  if (named.size() == 1 && named.begin()->first.empty()) {
    qdrant::VectorOutput unnamed = std::move(named.begin()->second);
    *vectors.mutable_vector() = std::move(unnamed);
  }
}

}  // namespace vecext::gateway::grpc

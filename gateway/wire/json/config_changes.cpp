#include "wire/json/config_changes.h"

#include <algorithm>

#include "wire/json/checks.h"
#include "wire/json/config_types.h"

namespace vecext::gateway {

namespace {

// Members that are merged into what is kept.
constexpr std::string_view kMerged[] = {"hnsw_config", "optimizers_config", "params",
                                        "sparse_vectors"};

// A quantization takes the place of another one as a whole, while objects are merged: so all
// members that it does not have are removed.
constexpr std::string_view kQuantizations[] = {"scalar", "product", "binary", "turbo"};
constexpr std::string_view kMembers[] = {"type",     "quantile",       "always_ram", "compression",
                                         "encoding", "query_encoding", "bits",       "memory"};

void append_quantization(std::string& out, RawJson given) {
  if (!is_object(given) || JsonObject::parse(given, "quantization_config").find("disabled")) {
    out += "null";
    return;
  }
  const JsonObject quantization = JsonObject::parse(given, "quantization_config");
  append_object(out, [&](JsonWriter& object) {
    for (const std::string_view kind : kQuantizations) {
      const auto options = quantization.find(kind);
      if (!options) {
        object.raw(kind, "null");
        continue;
      }
      const JsonObject members = JsonObject::parse(*options, kind);
      object.object(kind, [&](JsonWriter& of) {
        for (const std::string_view name : kMembers) {
          of.raw(name, members.find(name).value_or("null"));
        }
      });
    }
  });
}

void write_vector(JsonWriter& out, const JsonObject& change) {
  for (const JsonMember& member : change.members()) {
    if (member.key == "quantization_config" && member.value != "null") {
      append_quantization(out.key(member.key), member.value);
    } else if (member.value != "null") {
      out.raw(member.key, member.value);
    }
  }
}

constexpr std::string_view kRates[] = {"read_rate_limit", "write_rate_limit",
                                       "max_resident_memory_percent"};
constexpr std::string_view kKeptRates = "strict_mode_rates";

bool is_rate(std::string_view name) {
  return std::ranges::find(kRates, name) != std::end(kRates);
}

}  // namespace

std::string strict_mode_of(const JsonObject& body) {
  const auto given = body.find("strict_mode_config");
  if (!given) {
    return "";
  }
  const JsonObject mode = JsonObject::parse(*given, "strict_mode_config");
  return json_object([&](JsonWriter& out) {
    for (const JsonMember& member : mode.members()) {
      if (!is_rate(member.key) && is_of_strict_mode(member.key)) {
        out.raw(member.key, member.value);
      }
    }
  });
}

void write_rates(JsonWriter& config, const JsonObject& body) {
  const JsonObject mode =
      JsonObject::parse(body.find("strict_mode_config").value_or("{}"), "strict_mode_config");
  config.object(kKeptRates, [&](JsonWriter& rates) {
    for (const JsonMember& member : mode.members()) {
      if (is_rate(member.key) && member.value != "null") {
        rates.raw(member.key, member.value);
      }
    }
  });
}

void write_strict_mode(JsonWriter& out, RawJson strict_mode, const JsonObject& config) {
  const JsonObject mode =
      JsonObject::parse(strict_mode.empty() ? "{}" : strict_mode, "strict_mode");
  const JsonObject rates = JsonObject::parse(config.find(kKeptRates).value_or("{}"), kKeptRates);
  if (mode.members().empty() && rates.members().empty()) {
    return;
  }
  out.object("strict_mode_config", [&](JsonWriter& object) {
    for (const JsonObject* part : {&mode, &rates}) {
      for (const JsonMember& member : part->members()) {
        object.raw(member.key, member.value);
      }
    }
  });
}

CollectionOptions changes_of(const JsonObject& body) {
  check_collection(body);
  CollectionOptions options;
  options.strict_mode = strict_mode_of(body);
  options.metadata = std::string(body.find("metadata").value_or(""));
  check_numbers(options.metadata);
  const JsonObject vectors = JsonObject::parse(body.find("vectors").value_or("{}"), "vectors");
  const JsonObject sparse =
      JsonObject::parse(body.find("sparse_vectors").value_or("{}"), "sparse_vectors");
  for (const JsonMember& vector : sparse.members()) {
    const JsonObject change = JsonObject::parse(vector.value, "sparse_vectors");
    options.changed_vectors.push_back({vector.key, change.find_string("modifier").value_or("")});
  }
  options.config = json_object([&](JsonWriter& config) {
    for (const std::string_view name : kMerged) {
      if (const auto value = body.find(name)) {
        config.raw(name, *value);
      }
    }
    if (const auto quantization = body.find("quantization_config")) {
      append_quantization(config.key("quantization_config"), *quantization);
    }
    write_rates(config, body);
    config.object("vectors", [&](JsonWriter& named) {
      for (const JsonMember& vector : vectors.members()) {
        options.changed_vectors.push_back({vector.key, ""});
        named.object(vector.key, [&](JsonWriter& change) {
          write_vector(change, JsonObject::parse(vector.value, "vectors"));
        });
      }
    });
  });
  return options;
}

}  // namespace vecext::gateway

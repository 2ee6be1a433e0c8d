// JSON of requests. Members and elements lie within the text, and every part is refused or read;
// what is written is JSON again.
#include <string>

#include "base/failure.h"
#include "base/json.h"
#include "fuzz.h"
#include "wire/json/collection_json.h"
#include "wire/rest/point_columns.h"
#include "wire/rest/search_json.h"

namespace vecext::gateway::fuzz {
namespace {

// Calls `read`, which may refuse what it reads.
template <class F>
bool admits(F read) {
  try {
    read();
    return true;
  } catch (const Failure& failure) {
    require(failure.kind() != FailureKind::kInternal);
    return false;
  }
}

void require_within(RawJson part, RawJson text) {
  require(part.empty() ||
          (part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size()));
}

void check_parts(RawJson text) {
  admits([&] {
    const JsonObject object = JsonObject::parse(text, "text");
    for (const JsonMember& member : object.members()) {
      require_within(member.value, text);
    }
    // The text that is put together of the parts has the same parts.
    const std::string again = json_object([&](JsonWriter& writer) {
      for (const JsonMember& member : object.members()) {
        writer.raw(member.key, member.value);
      }
    });
    const JsonObject second = JsonObject::parse(again, "text");
    require(second.members().size() == object.members().size());
    for (std::size_t i = 0; i < second.members().size(); ++i) {
      require(second.members()[i].key == object.members()[i].key);
      require(second.members()[i].value == object.members()[i].value);
    }
  });
  admits([&] {
    for (const RawJson element : json_elements(text, "text")) {
      require_within(element, text);
    }
  });
}

void check_string(RawJson text) {
  std::string value;
  if (admits([&] { value = json_string(text, "text"); })) {
    std::string written;
    append_string(written, value);
    require(json_string(written, "text") == value);
  }
}

void check_floats(RawJson text) {
  std::vector<float> values;
  if (read_floats(text, values)) {
    require(json_elements(text, "text").size() == values.size());
    const std::string written = json_list([&](JsonList& list) {
      for (const float value : values) {
        append_float(list.element(), value);
      }
    });
    std::vector<float> again;
    require(read_floats(written, again) && again == values);
  }
}

void check_search(const JsonObject& body, void (*append)(SearchRequest&, const JsonObject&)) {
  SearchRequest request;
  if (admits([&] { append(request, body); })) {
    JsonObject::parse(request.json, "request");
  }
}

void check_bodies(RawJson text) {
  admits([&] { rest::columns_of(text); });
  admits([&] {
    const JsonObject body = JsonObject::parse(text, "text");
    check_search(body, rest::append_query);
    check_search(body, rest::append_search);
    check_search(body, rest::append_recommend);
    check_search(body, rest::append_discover);
    admits([&] { definition_of(body); });
    admits([&] { index_of(body); });
  });
}

}  // namespace
}  // namespace vecext::gateway::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vecext::gateway::fuzz;
  const std::string_view text = text_of(data, size);
  check_parts(text);
  check_string(text);
  check_floats(text);
  check_bodies(text);
  return 0;
}

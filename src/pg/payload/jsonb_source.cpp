// How jsonb is stored: see utils/jsonb.h.
#include "pg/payload/jsonb_source.h"

#include "pg/payload/numeric_value.h"

extern "C" {
#include "miscadmin.h"
}

namespace vecext::pg {

namespace {

const JsonbContainer* container_of(const JsonValue& value) {
  return static_cast<const JsonbContainer*>(value.container);
}

int count_of(const JsonbContainer* container) {
  return static_cast<int>(JsonContainerSize(container));
}

/// Returns the beginning of the data, from which the offsets of entries are counted. It follows the
/// entries, of which an object has two for each member.
const char* data_of(const JsonbContainer* container) {
  const uint32 entries = JsonContainerSize(container) * (JsonContainerIsObject(container) ? 2 : 1);
  return reinterpret_cast<const char*>(container->children + entries);
}

uint32 length_of(JEntry entry, uint32 offset) {
  return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) - offset : JBE_OFFLENFLD(entry);
}

std::string_view string_at(const JsonbContainer* container, int index) {
  const uint32 offset = getJsonbOffset(container, index);
  return {data_of(container) + offset, length_of(container->children[index], offset)};
}

JsonValue container_value(const JsonbContainer* container) {
  return {.kind = JsonContainerIsObject(container) ? JsonKind::kObject : JsonKind::kArray,
          .container = container};
}

JsonValue value_at(const JsonbContainer* container, int index) {
  const JEntry entry = container->children[index];
  switch (entry & JENTRY_TYPEMASK) {
    case JENTRY_ISSTRING:
      return {.kind = JsonKind::kString, .text = string_at(container, index)};
    case JENTRY_ISBOOL_FALSE:
      return {.kind = JsonKind::kBool, .boolean = false};
    case JENTRY_ISBOOL_TRUE:
      return {.kind = JsonKind::kBool, .boolean = true};
    case JENTRY_ISNULL:
      return {.kind = JsonKind::kNull};
    default:
      break;
  }
  // Numbers and containers are aligned within the data.
  const char* data = data_of(container) + INTALIGN(getJsonbOffset(container, index));
  if (JBE_ISNUMERIC(entry)) {
    JsonValue number = numeric_value(data);
    number.container = data;
    return number;
  }
  return container_value(reinterpret_cast<const JsonbContainer*>(data));
}

/// Compares keys in the order in which an object has them: by length, then by bytes.
int compare_keys(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return a.size() < b.size() ? -1 : 1;
  }
  return memcmp(a.data(), b.data(), a.size());
}

}  // namespace

int JsonbSource::size(const JsonValue& container) const {
  return count_of(container_of(container));
}

JsonValue JsonbSource::element(const JsonValue& array, int i) const {
  CHECK_FOR_INTERRUPTS();  // conditions and arrays may be as many as documents have room for
  return value_at(container_of(array), i);
}

JsonMember JsonbSource::member(const JsonValue& object, int i) const {
  const JsonbContainer* container = container_of(object);
  return {string_at(container, i), value_at(container, count_of(container) + i)};
}

JsonValue JsonbSource::find(const JsonValue& object, std::string_view key) const {
  const JsonbContainer* container = container_of(object);
  const int count = count_of(container);
  int low = 0;
  int high = count;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    const int order = compare_keys(key, string_at(container, middle));
    if (order == 0) {
      return value_at(container, count + middle);
    }
    (order < 0 ? high : low) = order < 0 ? middle : middle + 1;
  }
  return {};
}

JsonValue root_value(const Jsonb* document) {
  const JsonbContainer* root = &document->root;
  // A scalar is stored as an array of one element.
  return JsonContainerIsScalar(root) ? value_at(root, 0) : container_value(root);
}

JsonValue json_value(const JsonbValue& value) {
  switch (value.type) {
    case jbvNull:
      return {.kind = JsonKind::kNull};
    case jbvBool:
      return {.kind = JsonKind::kBool, .boolean = value.val.boolean};
    case jbvString:
      return {.kind = JsonKind::kString,
              .text = {value.val.string.val, static_cast<std::size_t>(value.val.string.len)}};
    case jbvNumeric:
      return numeric_value(reinterpret_cast<const char*>(value.val.numeric));
    default:
      return container_value(value.val.binary.data);
  }
}

}  // namespace vecext::pg

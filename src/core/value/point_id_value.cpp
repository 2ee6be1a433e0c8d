#include "core/value/point_id_value.h"

#include <algorithm>
#include <charconv>

namespace vecext {

namespace {

constexpr std::uint8_t kNumber = 0;
constexpr std::uint8_t kUuid = 1;
constexpr std::size_t kNumberBytes = 8;

std::uint64_t high_bytes(const PointId& id) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    number = number << 8 | id.bytes[1 + i];
  }
  return number;
}

bool has_digits_alone(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_sound(const PointId& id) {
  return id.bytes[0] == kUuid ||
         (id.bytes[0] == kNumber &&
          std::all_of(id.bytes + 1 + kNumberBytes, id.bytes + sizeof id.bytes,
                      [](std::uint8_t byte) { return byte == 0; }));
}

}  // namespace

std::uint64_t PointId::number() const {
  return high_bytes(*this);
}

PointId point_id_of_number(std::uint64_t number) {
  PointId id{};
  for (std::size_t i = kNumberBytes; i > 0; --i, number >>= 8) {
    id.bytes[i] = static_cast<std::uint8_t>(number);
  }
  return id;
}

PointId point_id_of_uuid(const std::uint8_t uuid[16]) {
  PointId id;
  id.bytes[0] = kUuid;
  std::memcpy(id.bytes + 1, uuid, sizeof id.bytes - 1);
  return id;
}

std::uint64_t abbreviate(const PointId& id) {
  return high_bytes(id) >> 1 | static_cast<std::uint64_t>(id.bytes[0]) << 63;
}

Status parse_point_id(std::string_view text, PointId* id) {
  if (!text.empty() && text.size() <= kMostNumberText && has_digits_alone(text)) {
    std::uint64_t number = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
      return {.code = StatusCode::kTokenOutOfRange,
              .type = kPointIdName,
              .text = text.data(),
              .length = static_cast<std::int32_t>(text.size())};
    }
    *id = point_id_of_number(number);
    return {};
  }
  std::uint8_t uuid[16];
  if (!read_uuid(text, uuid)) {
    return {.code = StatusCode::kInvalidSyntax,
            .type = kPointIdName,
            .detail = "An id is a number of 0 to 18446744073709551615, or a UUID.",
            .text = text.data()};
  }
  *id = point_id_of_uuid(uuid);
  return {};
}

int print_point_id(const PointId& id, char* text) {
  if (!id.is_number()) {
    print_uuid(id.uuid(), text);
    return kUuidText;
  }
  return static_cast<int>(std::to_chars(text, text + kMostPointIdText, id.number()).ptr - text);
}

Status decode_point_id(const std::byte* data, std::size_t size, PointId* id) {
  if (size < sizeof id->bytes) {
    return {.code = StatusCode::kTruncated, .type = kPointIdName};
  }
  std::memcpy(id->bytes, data, sizeof id->bytes);
  return is_sound(*id) ? Status{} : Status{.code = StatusCode::kInvalidBytes, .type = kPointIdName};
}

}  // namespace vecext

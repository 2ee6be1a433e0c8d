// Values of type vecext.point_id: ids of points that are numbers or UUIDs, side by side.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/base/status.h"
#include "core/value/uuid_text.h"

namespace vecext {

constexpr const char* kPointIdName = "vecext.point_id";

/// An id. Its bytes are a kind, which is 0 for a number and 1 for a UUID, and behind it the number
/// in eight bytes, the highest first, with eight zeros behind them, or the UUID. So the order of
/// bytes is that of ids: numbers come before UUIDs. The bytes may lie at any address.
struct PointId {
  std::uint8_t bytes[17];

  bool is_number() const { return bytes[0] == 0; }
  /// Returns the UUID of an id that is not a number.
  const std::uint8_t* uuid() const { return bytes + 1; }
  /// Returns the number of an id that is one.
  std::uint64_t number() const;
};
static_assert(sizeof(PointId) == 17 && alignof(PointId) == 1);

PointId point_id_of_number(std::uint64_t number);
PointId point_id_of_uuid(const std::uint8_t uuid[16]);

inline int compare_point_ids(const PointId& a, const PointId& b) {
  return std::memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

/// Returns a number for which ids with different numbers are in the order of ids, but for which
/// different ids may have the same one: half of a number, or the high bits of a UUID.
std::uint64_t abbreviate(const PointId& id);

/// The most characters of an id that is a number.
constexpr std::size_t kMostNumberText = 20;

/// Reads decimal digits of a number below 2^64, or a UUID as read_uuid() does. More than 20 digits
/// are not a number, so 32 digits are a UUID. If the text is neither, the status is kInvalidSyntax;
/// for a number of 20 digits that is too large, it is kTokenOutOfRange.
Status parse_point_id(std::string_view text, PointId* id);

/// Writes the decimal digits of a number, or a UUID with hyphens in lower case, without a zero
/// behind them. Returns the number of characters.
constexpr int kMostPointIdText = kUuidText;
int print_point_id(const PointId& id, char* text);

/// Reads the bytes of an id in a binary message. The status is kTruncated if there are fewer than
/// those of an id, and kInvalidBytes if they are not an id.
Status decode_point_id(const std::byte* data, std::size_t size, PointId* id);

}  // namespace vecext

// A page of records of any size: nodes or pending rows of a flat graph (core/graph/flat). The
// head's `rows` counts the records.
//
//   payload  0               2 n            8120
//            | n x offset u2 | free | records |
//
// Offsets are from the payload's start, and multiples of 4. The first record lies at the payload's
// end, and each further record lies before the record added last.
//
//   node   0       6          7      8              12        16                 16 + 4 r
//          | row 6 | flags u1 | 0 u1 | duplicate u4 | mark u4 | r x neighbor u4 | element | near |
//
//   fresh  0       6        8
//          | row 6 | 0   u2 | element |
//
// An element is a vector as its column stores it. Either all elements have the same number of
// bytes, or an element has 12 bytes and 8 more times the number i4 that is at its byte 4. `near`
// exists if elements are so small that it fits. It has the elements of the neighbors in their
// order, with zeros in place of a neighbor that does not exist. A record whose size is not a
// multiple of 4 is followed by zeros.
//
// A record longer than a payload is alone on its page. It continues on the page of kind kRest that
// the head's `rest` names, at the start of the payload.
//
// A node's number is its address: page x slots + place on the page, where `slots` is how many of
// the smallest nodes would fit in a page. The contents of heads, neighbors and duplicates are as
// node_page.h says.
#pragma once

#include "core/page/node_page.h"

namespace vecext {

/// The form of the records of a kind of page.
struct RecordForm {
  std::size_t element_at;     // where the element begins in the record
  std::size_t element_bytes;  // bytes of each element; 0 if elements differ in size
  std::size_t near_bytes;     // bytes of `near`, after the element

  /// Returns how many bytes a record with an element of `element` bytes has.
  std::size_t bytes(std::size_t element) const {
    return (element_at + element + near_bytes + 3) / 4 * 4;
  }
};

/// The fewest bytes of an element whose size is not fixed.
inline constexpr std::size_t kSmallestElement = 12;

/// node_form() returns the form of nodes with `degree` neighbors, pending_form() that of pending
/// rows. `element_bytes` is as in RecordForm, and `has_near` says if nodes have `near`.
inline RecordForm node_form(std::size_t element_bytes, std::int32_t degree, bool has_near) {
  const auto r = static_cast<std::size_t>(degree);
  return {sizeof(NodeHead) + r * sizeof(NodeId), element_bytes, has_near ? r * element_bytes : 0};
}
inline RecordForm pending_form(std::size_t element_bytes) {
  return {8, element_bytes, 0};
}

inline constexpr std::size_t kOffsetBytes = sizeof(std::uint16_t);

/// How many bytes of a long record lie on its first page.
inline constexpr std::size_t kFirstPart = (kPayloadSize - kOffsetBytes) / 4 * 4;
inline constexpr std::size_t kLongestRecord = kFirstPart + kPayloadSize;

/// Returns how many records a page has at most.
std::int32_t most_records(const RecordForm& form);

/// Where a record lies.
struct Record {
  const std::byte* at;
  std::size_t bytes;
  PageId rest;  // page where the record continues, or 0 if it does not
};

/// Returns how many bytes the element at `element` has. At least kSmallestElement bytes must be
/// readable there unless all elements have one size.
inline std::size_t element_size(const RecordForm& form, const std::byte* element) {
  std::int32_t count;
  __builtin_memcpy(&count, element + 4, sizeof count);
  return form.element_bytes != 0
             ? form.element_bytes
             : kSmallestElement + 8 * static_cast<std::size_t>(static_cast<std::uint32_t>(count));
}

/// Finds record i of a page. Returns false if there is no such record, or if the record does not
/// lie within its page.
inline bool find_record(const std::byte* page, const RecordForm& form, std::int32_t i,
                        Record* record) {
  const std::int32_t rows = page_head(page)->rows;
  if (i < 0 || i >= rows) [[unlikely]] {
    return false;
  }
  const std::byte* payload = page + kPayloadOffset;
  std::uint16_t offset;
  __builtin_memcpy(&offset, payload + static_cast<std::size_t>(i) * kOffsetBytes, sizeof offset);
  const std::size_t least = form.element_bytes != 0 ? 0 : kSmallestElement;
  if (offset % 4 != 0 || offset < static_cast<std::size_t>(rows) * kOffsetBytes ||
      offset + form.element_at + least > kPayloadSize) [[unlikely]] {
    return false;
  }
  record->at = payload + offset;
  record->bytes =
      form.bytes(form.element_bytes != 0 ? form.element_bytes
                                         : element_size(form, record->at + form.element_at));
  record->rest = 0;
  if (offset + record->bytes > kPayloadSize) {
    record->rest = page_head(page)->rest;
    return record->rest != 0 && kPayloadSize - offset == kFirstPart &&
           record->bytes <= kLongestRecord;
  }
  return true;
}

/// True if the page has room for a record of `bytes` bytes.
bool has_room(const std::byte* page, std::size_t bytes);

/// Adds a record. There must be room for it.
void put_record(std::byte* page, const std::byte* record, std::size_t bytes);

/// Adds a long record to two pages: to `page`, which is empty, and to `rest`, whose number is
/// `rest_id`.
void put_long_record(std::byte* page, const std::byte* record, std::size_t bytes, std::byte* rest,
                     PageId rest_id);

/// True if every record of a page lies within its page.
bool has_sound_records(const std::byte* page, const RecordForm& form);

}  // namespace vecext

// Page 0 of an index of lists: what it is, and where its parts begin.
//
// payload  0          24          28       32          36        40            44
//          | MetaHead | 4 x u1    | dims i4 | rotated i4 | coded i4 | list_rows i4 | model u4 |
//          48        56             60         64     68
//          | seed u8 | directory u4 | lists u4 | 0 u4 | residual changes u4 |
//
// The four bytes are element, metric, bits and rerank.
#pragma once

#include "core/page/meta_head.h"

namespace vecext {

/// The meta page's contents, which lie at the payload's start. Fields are fixed when the index is
/// built unless their comment says that they change.
struct Meta {
  MetaHead head;
  std::uint8_t element;            // Element (core/quant/transform.h)
  std::uint8_t metric;             // Metric (core/quant/codec.h)
  std::uint8_t bits;               // 1, 2 or 4 for codes; 0 if lists have whole vectors
  std::uint8_t rerank;             // Rerank (core/quant/rerank_vector.h): the form of vectors
                                   // beside the codes
  std::int32_t dims;               // dimensions of the column
  std::int32_t rotated;            // D of the rotation; for a bit column the number of bits
  std::int32_t coded;              // dimensions that have a code
  std::int32_t list_rows;          // rows that a list should have
  PageId model;                    // stream of float4: the mean, then the centroids of the lists in
                                   // order
  std::uint64_t seed;              // of the rotation
  PageId directory;                // chain of the lists' entries, in order
  std::uint32_t lists;             // changes: it grows
  std::uint32_t reserved;          // 0
  std::uint32_t residual_changes;  // changes with the mean squared residual of a list
};
static_assert(sizeof(Meta) == 72 && sizeof(Meta) <= kMostMetaBytes &&
              offsetof(Meta, element) == 24 && offsetof(Meta, dims) == 28 &&
              offsetof(Meta, model) == 44 && offsetof(Meta, seed) == 48 &&
              offsetof(Meta, directory) == 56 && offsetof(Meta, reserved) == 64 &&
              offsetof(Meta, residual_changes) == 68);

inline Meta* meta_of(std::byte* page) {
  return reinterpret_cast<Meta*>(page + kPayloadOffset);
}
inline const Meta* meta_of(const std::byte* page) {
  return reinterpret_cast<const Meta*>(page + kPayloadOffset);
}

/// Returns ok if the page is the meta page of an index of lists, and its numbers make sense
/// together.
Status check_meta_page(const std::byte* page);

}  // namespace vecext

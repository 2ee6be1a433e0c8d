// Page 0: what an index is, and where its parts begin.
#pragma once

#include "core/page/page.h"

namespace vecext {

inline constexpr std::uint32_t kMetaMagic = 0x56454349;  // "VECI"
inline constexpr PageId kMetaPage = 0;

/// What a code's values stand for: a grid that is always the same, or codewords learned from the
/// rows. Stored on disk: never renumbered.
enum class Quantizer : std::uint8_t { kRabitq = 0, kPq4 = 1 };

/// Fixed at build but for the fields said to change. Lies at the payload's start.
struct Meta {
  std::uint32_t magic;
  std::uint8_t element;      // Element (core/quant/transform.h)
  std::uint8_t metric;       // Metric (core/quant/codec.h)
  std::uint8_t bits;         // 1, 2, 4 for codes; 0: whole vectors in the lists
  std::uint8_t rerank;       // Own (core/quant/rerank_vector.h): vectors beside the codes
  std::int32_t dims;         // of the column
  std::int32_t rotated;      // D of the rotation; bits of a bit column
  std::int32_t coded;        // dimensions with a code
  std::int32_t list_rows;    // rows that a list should have
  std::uint64_t seed;        // of the rotation
  PageId model;              // stream of float4: codebook, mean, the centroid of each list in order
  PageId directory;          // entries of the lists, in order
  std::uint32_t lists;       // changes: grows
  std::uint32_t next_chain;  // changes
  std::uint64_t changes;     // changes: counts lists made; a cached model of this count is current
  std::uint8_t quantizer;  // Quantizer; 1: the stream begins with a codebook of 16 × coded float4
  std::uint8_t reserved[3];
  PageId keys;  // where the tree of key columns begins (key_page.h); 0: there are none
};
static_assert(sizeof(Meta) == 64 && offsetof(Meta, seed) == 24 && offsetof(Meta, model) == 32 &&
              offsetof(Meta, changes) == 48 && offsetof(Meta, quantizer) == 56 &&
              offsetof(Meta, keys) == 60);

inline Meta* meta_of(std::byte* page) {
  return reinterpret_cast<Meta*>(page + kPayloadOffset);
}
inline const Meta* meta_of(const std::byte* page) {
  return reinterpret_cast<const Meta*>(page + kPayloadOffset);
}

/// Is it a meta page whose numbers make sense together?
Status check_meta_page(const std::byte* page);

}  // namespace vecext

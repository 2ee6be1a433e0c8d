// What a configuration makes of tokens, kept by a backend.
#pragma once

#include "pg/text/config_traits.h"
#include "pg/text/parse_words.h"
#include "pg/text/terms.h"

namespace vecext::pg {

/// A lexeme, once for all tokens that have it. Its bytes follow it.
struct Lexeme {
  uint64 document;  // the last one that had it
  postings::TermNote note;
  uint32 term;  // its number there
  uint32 hash;
  uint32 size;

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

/// A run of a text, as it is written. Its lexemes follow it, and its bytes follow them.
struct alignas(Lexeme*) CachedToken {
  uint32 hash;
  uint16 size;
  uint16 lexeme_count;
  bool is_used;  // more than once since the cache was last full

  Lexeme** lexemes() { return reinterpret_cast<Lexeme**>(this + 1); }
  char* bytes() { return reinterpret_cast<char*>(lexemes() + lexeme_count); }
};

/// A hash table of pointers with open addressing; at most half full.
template <class T>
struct PointerTable {
  T** slots;
  uint32 room;
  uint32 count;
};

struct TokenCache {
  Oid config;  // InvalidOid: not in use
  bool is_valid;
  ConfigTraits traits;
  uint64 last_use;
  MemoryContext context;
  MemoryContext scratch;  // of the parser
  Size bytes;             // taken from context, but for the tables
  Size room;              // that the last document gave them
  char* block;            // where the next bytes come from
  Size block_left;
  PointerTable<CachedToken> tokens;
  PointerTable<Lexeme> lexemes;
};

/// The cache of the configuration, which is made if need be. Pointers into it that were handed out
/// before are invalid then.
TokenCache* token_cache(const TextOptions& options);

/// The lexeme of these bytes.
Lexeme* intern(TokenCache* cache, const char* bytes, Size size);

/// The hash of a run, whose place in the cache will be looked at soon.
uint32 prefetch_slot(const TokenCache& cache, const TextRun& run);

/// The token with that hash will be looked at soon.
inline void prefetch_token(const TokenCache& cache, uint32 hash) {
  __builtin_prefetch(cache.tokens.slots[hash & (cache.tokens.room - 1)]);
}

/// The token of a run, before which there is, unless it begins the text, a byte that the parser
/// takes for a blank. Null if the run is not kept: it is too long, or there is no room until the
/// next document, or it would be other tokens elsewhere. `hash` is the run's.
CachedToken* cached_token(TokenCache* cache, const TextRun& run, uint32 hash,
                          const TextOptions& options);

}  // namespace vecext::pg

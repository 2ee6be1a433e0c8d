// Keeps what a configuration makes of tokens, in a backend.
#pragma once

#include "pg/text/config_traits.h"
#include "pg/text/parse_words.h"
#include "pg/text/terms.h"

namespace vecext::pg {

/// A lexeme, which is kept once for all tokens that have it. Its bytes follow this struct.
struct Lexeme {
  uint64 document;  // the last document that had it
  postings::TermNote note;
  uint32 term;  // the lexeme's number in that document
  uint32 hash;
  uint32 size;

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

/// A run of a text, as it is written. Its lexemes follow this struct, and its bytes follow the
/// lexemes.
struct alignas(Lexeme*) CachedToken {
  uint32 hash;
  uint16 size;
  uint16 lexeme_count;
  bool is_used;  // true if it was used more than once since the cache was last full

  Lexeme** lexemes() { return reinterpret_cast<Lexeme**>(this + 1); }
  char* bytes() { return reinterpret_cast<char*>(lexemes() + lexeme_count); }
};

/// A hash table of pointers with open addressing, which is at most half full.
template <class T>
struct PointerTable {
  T** slots;
  uint32 room;
  uint32 count;
};

struct TokenCache {
  Oid config;  // InvalidOid if the cache is not in use
  bool is_valid;
  ConfigTraits traits;
  uint64 last_use;
  MemoryContext context;
  MemoryContext scratch;  // used by the parser
  Size bytes;             // bytes taken from `context`, without the tables
  Size room;              // the room that the last document gave the cache
  char* block;            // where the next bytes come from
  Size block_left;
  PointerTable<CachedToken> tokens;
  PointerTable<Lexeme> lexemes;
};

/// Returns the cache of the configuration, and makes it if there is none. Pointers into the cache
/// that were handed out before are invalid then.
TokenCache* token_cache(const TextOptions& options);

/// Returns the lexeme with these bytes.
Lexeme* intern(TokenCache* cache, const char* bytes, Size size);

/// Returns the hash of a run, and prefetches the run's place in the cache.
uint32 prefetch_slot(const TokenCache& cache, const TextRun& run);

/// Prefetches the token with that hash.
inline void prefetch_token(const TokenCache& cache, uint32 hash) {
  __builtin_prefetch(cache.tokens.slots[hash & (cache.tokens.room - 1)]);
}

/// Returns the token of a run. Unless the run begins the text, there is a byte before it that the
/// parser takes for a blank. Returns null if the run is not kept: it is too long, or there is no
/// room until the next document, or it would become other tokens elsewhere. `hash` is the hash of
/// the run.
CachedToken* cached_token(TokenCache* cache, const TextRun& run, uint32 hash,
                          const TextOptions& options);

}  // namespace vecext::pg

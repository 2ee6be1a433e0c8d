// A cache, in a backend, of the lexemes that a configuration makes of tokens.
#pragma once

#include "pg/text/config_traits.h"
#include "pg/text/parse_words.h"
#include "pg/text/terms.h"

namespace vecext::pg {

/// A lexeme, which is kept only once even if several tokens have it. Its bytes follow this struct.
struct Lexeme {
  uint64 document;  // number of the last document that had it
  postings::TermNote note;
  uint32 term;  // the lexeme's number in that document
  uint32 hash;
  uint32 size;

  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

/// A token, which is a run of a text as it is written. Its lexemes follow this struct, and its
/// bytes follow the lexemes.
struct alignas(Lexeme*) CachedToken {
  uint32 hash;
  uint16 size;
  uint16 lexeme_count;
  bool is_used;  // true if it was used more than once since the cache was last full

  Lexeme** lexemes() { return reinterpret_cast<Lexeme**>(this + 1); }
  char* bytes() { return reinterpret_cast<char*>(lexemes() + lexeme_count); }
};

/// A hash table of pointers with open addressing. At most half of its slots are in use.
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
  Size room;              // bytes that the last document allowed the cache to take
  char* block;            // where the next bytes come from
  Size block_left;
  PointerTable<CachedToken> tokens;
  PointerTable<Lexeme> lexemes;
};

/// Returns the cache of a configuration, which it makes if there is none. In that case, pointers
/// into the cache that were handed out before become invalid.
TokenCache* token_cache(const TextOptions& options);

/// Returns the lexeme that has these bytes. Adds one to the cache if it does not have the lexeme.
Lexeme* intern(TokenCache* cache, const char* bytes, Size size);

/// Returns the hash of a run, and prefetches the run's place in the cache.
uint32 prefetch_slot(const TokenCache& cache, const TextRun& run);

/// Prefetches the token of a run whose hash is `hash`.
inline void prefetch_token(const TokenCache& cache, uint32 hash) {
  __builtin_prefetch(cache.tokens.slots[hash & (cache.tokens.room - 1)]);
}

/// Returns the token of a run, whose hash is `hash`. Unless the run begins the text, the byte
/// before it must be one that the parser takes for a blank. Returns null if the run is not kept:
/// because it is too long, because there is no room until the next document, or because the parser
/// would find other tokens in it elsewhere.
CachedToken* cached_token(TokenCache* cache, const TextRun& run, uint32 hash,
                          const TextOptions& options);

}  // namespace vecext::pg

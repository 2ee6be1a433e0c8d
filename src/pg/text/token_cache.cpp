#include "pg/text/token_cache.h"

#include <algorithm>

#include "pg/sys/hash_seed.h"
#include "pg/sys/memory.h"

extern "C" {
#include "access/xact.h"
#include "common/hashfn.h"
#include "utils/inval.h"
#include "utils/syscache.h"
}

namespace vecext::pg {

namespace {

constexpr int kCaches = 4;
constexpr Size kBlock = Size{64} << 10;
constexpr Size kLongestToken = 48;
constexpr int kMostLexemes = 1000;  // the most lexemes of a token
constexpr uint32 kFewestSlots = 4096;

TokenCache caches[kCaches];
uint64 uses;

/// A copy of hash_seed(), since the hash of each word needs it.
uint64 seed;

void invalidate() {
  for (TokenCache& cache : caches) {
    cache.is_valid = false;
  }
}

/// Frees all memory of a cache, so that it is not in use.
void forget(TokenCache* cache) {
  cache->config = InvalidOid;
  if (cache->context != nullptr) {
    MemoryContextDelete(cache->context);
    cache->context = nullptr;
  }
}

/// At the end of a transaction, frees what many documents have taken, so that later transactions do
/// not keep it. No document is being read at that time.
void forget_large(XactEvent event, void*) {
  if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PARALLEL_PRE_COMMIT ||
      event == XACT_EVENT_PRE_PREPARE) {
    return;
  }
  for (TokenCache& cache : caches) {
    if (cache.context != nullptr && Min(cache.bytes, cache.room) > kUsualCacheBytes) {
      forget(&cache);
    }
  }
}

void set_up_once() {
  static bool is_set_up;
  if (!is_set_up) {
    for (const auto id : {TSCONFIGOID, TSCONFIGMAP, TSDICTOID, TSPARSEROID, TSTEMPLATEOID}) {
      CacheRegisterSyscacheCallback(
          id, [](Datum, auto, uint32) { invalidate(); }, Datum{});
    }
    RegisterXactCallback(forget_large, nullptr);
    seed = hash_seed();
    is_set_up = true;
  }
}

template <class T>
void make_table(MemoryContext context, uint32 room, PointerTable<T>* table) {
  table->slots = static_cast<T**>(MemoryContextAllocExtended(context, Size{room} * sizeof(T*),
                                                             MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
  table->room = room;
  table->count = 0;
}

/// Returns the slot of the entry for which is(entry) is true, or the empty slot that such an entry
/// would go to.
template <class T, class Is>
T** find_slot(const PointerTable<T>& table, uint32 hash, Is is) {
  for (uint32 at = hash;; ++at) {
    T** slot = &table.slots[at & (table.room - 1)];
    if (*slot == nullptr || ((*slot)->hash == hash && is(**slot))) {
      return slot;
    }
  }
}

/// Adds an entry that is not in the table.
template <class T>
void add_entry(MemoryContext context, T* entry, PointerTable<T>* table) {
  const auto is_none = [](T&) { return false; };
  if (2 * (table->count + 1) > table->room) {
    PointerTable<T> larger;
    make_table(context, table->room * 2, &larger);
    for (uint32 i = 0; i < table->room; ++i) {
      if (table->slots[i] != nullptr) {
        *find_slot(larger, table->slots[i]->hash, is_none) = table->slots[i];
      }
    }
    larger.count = table->count;
    pfree(table->slots);
    *table = larger;
  }
  *find_slot(*table, entry->hash, is_none) = entry;
  ++table->count;
}

uint32 hash_of(const char* bytes, Size size) {
  return static_cast<uint32>(hash_bytes_extended(reinterpret_cast<const unsigned char*>(bytes),
                                                 static_cast<int>(size), seed));
}

void* allocate(TokenCache* cache, Size bytes) {
  bytes = MAXALIGN(bytes);
  if (bytes > cache->block_left) {
    const Size size = Max(kBlock, bytes);
    cache->block = array_in<char>(cache->context, size);
    cache->block_left = size;
  }
  void* allocated = cache->block;
  cache->block += bytes;
  cache->block_left -= bytes;
  cache->bytes += bytes;
  return allocated;
}

/// Makes the cache an empty one, whose memory is in a new context.
void start(TokenCache* cache, MemoryContext parent) {
  cache->context = AllocSetContextCreate(parent, "vecext words", ALLOCSET_DEFAULT_SIZES);
  cache->scratch = AllocSetContextCreate(cache->context, "vecext parser", ALLOCSET_DEFAULT_SIZES);
  cache->bytes = 0;
  cache->block_left = 0;
  make_table(cache->context, kFewestSlots, &cache->tokens);
  make_table(cache->context, kFewestSlots, &cache->lexemes);
}

CachedToken* add_token(TokenCache* cache, std::string_view bytes, uint32 hash, int lexemes) {
  auto* token = static_cast<CachedToken*>(allocate(
      cache, sizeof(CachedToken) + static_cast<Size>(lexemes) * sizeof(Lexeme*) + bytes.size()));
  token->hash = hash;
  token->size = static_cast<uint16>(bytes.size());
  token->lexeme_count = static_cast<uint16>(lexemes);
  token->is_used = false;
  memcpy(token->bytes(), bytes.data(), bytes.size());
  return token;
}

/// Removes tokens from the cache. It keeps those that were used more than once, as long as they
/// take at most half of the room.
void make_room(TokenCache* cache, Size most) {
  TokenCache kept = *cache;
  start(&kept, CurrentMemoryContext);
  for (uint32 i = 0; i < cache->tokens.room && kept.bytes < most / 2; ++i) {
    CachedToken* token = cache->tokens.slots[i];
    if (token == nullptr || !token->is_used) {
      continue;
    }
    CachedToken* copy =
        add_token(&kept, {token->bytes(), token->size}, token->hash, token->lexeme_count);
    for (int j = 0; j < token->lexeme_count; ++j) {
      Lexeme* lexeme = token->lexemes()[j];
      copy->lexemes()[j] = intern(&kept, lexeme->bytes(), lexeme->size);
    }
    add_entry(kept.context, copy, &kept.tokens);
  }
  const MemoryContext full = cache->context;
  MemoryContextSetParent(kept.context, TopMemoryContext);
  *cache = kept;
  MemoryContextDelete(full);
}

}  // namespace

TokenCache* token_cache(const TextOptions& options) {
  set_up_once();
  const Oid config = options.config;
  TokenCache* cache = &caches[0];
  for (TokenCache& one : caches) {
    if (one.config == config) {
      cache = &one;
      break;
    }
    if (one.last_use < cache->last_use) {
      cache = &one;
    }
  }
  cache->last_use = ++uses;
  cache->room = options.cache_bytes;
  if (cache->config == config && cache->is_valid) [[likely]] {
    MemoryContextReset(cache->scratch);  // an error may have left memory there
    if (cache->bytes > options.cache_bytes) {
      make_room(cache, options.cache_bytes);
    }
    return cache;
  }
  forget(cache);
  start(cache, TopMemoryContext);
  // If the configuration is changed during the look-up, the cache becomes invalid again.
  cache->is_valid = true;
  cache->traits = traits_of_config(config);
  cache->config = config;
  return cache;
}

Lexeme* intern(TokenCache* cache, const char* bytes, Size size) {
  const uint32 hash = hash_of(bytes, size);
  Lexeme** slot = find_slot(cache->lexemes, hash, [&](Lexeme& lexeme) {
    return lexeme.size == size && memcmp(lexeme.bytes(), bytes, size) == 0;
  });
  if (*slot != nullptr) {
    return *slot;
  }
  auto* lexeme = static_cast<Lexeme*>(allocate(cache, sizeof(Lexeme) + size));
  lexeme->document = 0;
  lexeme->note = {nullptr, 0};
  lexeme->hash = hash;
  lexeme->size = static_cast<uint32>(size);
  memcpy(lexeme->bytes(), bytes, size);
  add_entry(cache->context, lexeme, &cache->lexemes);
  return lexeme;
}

uint32 prefetch_slot(const TokenCache& cache, const TextRun& run) {
  // Only the first kLongestToken bytes are hashed, since a longer run is not kept.
  const uint32 hash = hash_of(run.bytes.data(), Min(run.bytes.size(), kLongestToken));
  __builtin_prefetch(cache.tokens.slots + (hash & (cache.tokens.room - 1)));
  return hash;
}

CachedToken* cached_token(TokenCache* cache, const TextRun& run, uint32 hash,
                          const TextOptions& options) {
  const Size size = run.bytes.size();
  const Size before = run.follows_blank ? 1 : 0;
  if (size > kLongestToken || (before == 0 && !run.is_of_any_place())) {
    return nullptr;
  }
  CachedToken* found = *find_slot(cache->tokens, hash, [&](CachedToken& token) {
    return token.size == size && memcmp(token.bytes(), run.bytes.data(), size) == 0;
  });
  if (found != nullptr) [[likely]] {
    found->is_used = true;
    return found;
  }
  if (cache->bytes > options.cache_bytes) {
    return nullptr;
  }
  MemoryContextReset(cache->scratch);
  const MemoryContext current = MemoryContextSwitchTo(cache->scratch);
  const ParsedText words =
      parse_at_once(options.config, {run.bytes.data() - before, size + before});
  MemoryContextSwitchTo(current);
  if (words.curwords > kMostLexemes) {
    return nullptr;
  }
  CachedToken* token = add_token(cache, run.bytes, hash, words.curwords);
  for (int i = 0; i < words.curwords; ++i) {
    token->lexemes()[i] = intern(cache, words.words[i].word, words.words[i].len);
  }
  add_entry(cache->context, token, &cache->tokens);
  return token;
}

}  // namespace vecext::pg

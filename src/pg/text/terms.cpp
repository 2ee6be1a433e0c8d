#include "pg/text/terms.h"

#include "pg/sys/growing_array.h"
#include "pg/sys/varlena.h"
#include "pg/text/token_cache.h"

namespace vecext::pg {

namespace {

/// The number of documents that this backend has read. It gives each document a number.
uint64 documents;

constexpr int kRunsAtOnce = 32;

/// A document that is being read.
struct Reader {
  const TextOptions& options;
  TokenCache* cache;
  uint64 number;
  GrowingArray<postings::DocumentTerm> terms;
  int64 length;

  void add(Lexeme* lexeme);
  void add_words(std::string_view whole, Bigrams bigrams);
  CachedToken* find_token(const TextRun& run, uint32 hash);
  void add_run(const TextRun& run, CachedToken* token, Bigrams bigrams);
  template <class Visit>
  void expand(std::string_view whole, const Visit& visit);
  void add_bigrams(const TextRun& run);
  bool has_bigrams(const TextRun& run) const;
  void add_runs(const TextRun* runs, const uint32* hashes, int count);
  template <class Next>
  void add_all_runs(const Next& next);
  void add_segments(std::string_view whole);
  void add_text(std::string_view whole);
};

Reader begin_document(const TextOptions& options) {
  return {.options = options,
          .cache = token_cache(options),
          .number = ++documents,
          .terms = {},
          .length = 0};
}

postings::DocumentTerms end_document(const Reader& reader) {
  return {.at = reader.terms.at, .count = reader.terms.count, .length = reader.length};
}

inline void Reader::add(Lexeme* lexeme) {
  ++length;
  if (lexeme->document == number) {
    ++terms.at[lexeme->term].count;
    return;
  }
  lexeme->document = number;
  lexeme->term = static_cast<uint32>(terms.count);
  terms.push({.term = {lexeme->bytes(), lexeme->size}, .count = 1, .note = &lexeme->note},
             CurrentMemoryContext);
}

/// Adds the words of a text that is not cut into runs, but that the server reads as a whole.
void Reader::add_words(std::string_view whole, Bigrams bigrams) {
  TextOptions of_words = options;
  of_words.bigrams = bigrams;
  parse_in_parts(of_words, whole, cache->scratch,
                 [this](const ParsedWord& word) { add(intern(cache, word.word, word.len)); });
}

/// Returns the token of a run, or null if the cache does not keep it.
inline CachedToken* Reader::find_token(const TextRun& run, uint32 hash) {
  return run.kind == RunKind::kRest ? nullptr : cached_token(cache, run, hash, options);
}

/// Adds the words of a run. They come from its token or, if that is null, from the server, which
/// then reads the run with `bigrams`.
void Reader::add_run(const TextRun& run, CachedToken* token, Bigrams bigrams) {
  if (token != nullptr) {
    for (int i = 0; i < token->lexeme_count; ++i) {
      add(token->lexemes()[i]);
    }
    return;
  }
  const Size before = run.follows_blank ? 1 : 0;
  add_words({run.bytes.data() - before, run.bytes.size() + before}, bigrams);
}

/// Calls visit(std::string_view) with the text in which the bigrams have been made. That text is
/// valid only during the call.
template <class Visit>
void Reader::expand(std::string_view whole, const Visit& visit) {
  const MemoryContext before = CurrentMemoryContext;
  const MemoryContext context =
      AllocSetContextCreate(before, "vecext bigrams", ALLOCSET_DEFAULT_SIZES);
  MemoryContextSwitchTo(context);
  const std::string_view expanded = with_bigrams(whole, options.bigrams);
  MemoryContextSwitchTo(before);
  visit(expanded);
  MemoryContextDelete(context);
}

/// Adds a run that has characters of which bigrams are made. Each bigram becomes a run of its own.
void Reader::add_bigrams(const TextRun& run) {
  const Size blank = run.follows_blank ? 1 : 0;
  expand({run.bytes.data() - blank, run.bytes.size() + blank}, [this](std::string_view expanded) {
    TextRuns runs(expanded);
    for (TextRun part; runs.next(&part);) {
      CHECK_FOR_INTERRUPTS();
      add_run(part, find_token(part, prefetch_slot(*cache, part)), Bigrams::kNone);
    }
  });
}

/// True if bigrams are to be made of characters of a run.
inline bool Reader::has_bigrams(const TextRun& run) const {
  return options.bigrams != Bigrams::kNone && run.kind != RunKind::kRest &&
         run.kind != RunKind::kSegment && run.bytes.size() <= kMostParsedAtOnce &&
         has_cjk(run.bytes);
}

/// Adds several runs, whose places in the cache were prefetched. A run, its token and the token's
/// lexemes may lie anywhere in memory, so each step is done for all runs before the next step, and
/// their memory is fetched at the same time.
void Reader::add_runs(const TextRun* runs, const uint32* hashes, int count) {
  CachedToken* tokens[kRunsAtOnce];
  for (int i = 0; i < count; ++i) {
    prefetch_token(*cache, hashes[i]);
  }
  for (int i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    tokens[i] = has_bigrams(runs[i]) ? nullptr : find_token(runs[i], hashes[i]);
    if (tokens[i] != nullptr && tokens[i]->lexeme_count > 0) {
      __builtin_prefetch(tokens[i]->lexemes()[0]);
    }
  }
  for (int i = 0; i < count; ++i) {
    if (has_bigrams(runs[i])) {
      add_bigrams(runs[i]);
    } else {
      add_run(runs[i], tokens[i],
              runs[i].kind == RunKind::kSegment ? Bigrams::kNone : options.bigrams);
    }
  }
}

/// Adds the runs to which next(TextRun*) sets its argument, until it returns false.
template <class Next>
void Reader::add_all_runs(const Next& next) {
  TextRun some[kRunsAtOnce];
  uint32 hashes[kRunsAtOnce];
  int count;
  do {
    CHECK_FOR_INTERRUPTS();
    for (count = 0; count < kRunsAtOnce && next(some + count); ++count) {
      hashes[count] = prefetch_slot(*cache, some[count]);
    }
    add_runs(some, hashes, count);
  } while (count == kRunsAtOnce);
}

/// Adds a text whose words a parser of vecext makes, and in which bigrams have already been made.
void Reader::add_segments(std::string_view whole) {
  Segments segments(whole, cache->traits.segmentation);
  add_all_runs([&segments](TextRun* run) {
    Segment segment;
    do {
      if (!segments.next(&segment)) {
        return false;
      }
    } while (segment.kind == SegmentKind::kBetween);
    *run = {.bytes = segment.bytes, .kind = RunKind::kSegment, .follows_blank = false};
    return true;
  });
}

void Reader::add_text(std::string_view whole) {
  switch (cache->traits.cut) {
    case TextCut::kNone:
      add_words(whole, options.bigrams);
      break;
    case TextCut::kRuns: {
      TextRuns runs(whole);
      add_all_runs([&runs](TextRun* run) { return runs.next(run); });
      break;
    }
    case TextCut::kSegments:
      while (!whole.empty()) {
        const Size size = place_to_cut(whole, kMostParsedAtOnce);
        const std::string_view part = whole.substr(0, size);
        if (options.bigrams != Bigrams::kNone && has_cjk(part)) {
          expand(part, [this](std::string_view expanded) { add_segments(expanded); });
        } else {
          add_segments(part);
        }
        whole.remove_prefix(size);
      }
      break;
  }
}

}  // namespace

postings::DocumentTerms terms_of_text(const TextOptions& options, std::string_view document) {
  Reader reader = begin_document(options);
  reader.add_text(document);
  return end_document(reader);
}

postings::DocumentTerms terms_of_array(const TextOptions& options, ArrayType* texts) {
  Reader reader = begin_document(options);
  each_text(texts, [&](std::string_view text) { reader.add_text(text); });
  return end_document(reader);
}

postings::DocumentTerms terms_of_vector(TSVector vector) {
  GrowingArray<postings::DocumentTerm> terms{};
  int64 length = 0;
  const WordEntry* entries = ARRPTR(vector);
  for (int i = 0; i < vector->size; ++i) {
    const WordEntry* entry = entries + i;
    if (entry->len == 0) {
      continue;
    }
    const uint32 count = entry->haspos ? Max(POSDATALEN(vector, entry), 1) : 1;
    terms.push({.term = {STRPTR(vector) + entry->pos, entry->len}, .count = count, .note = nullptr},
               CurrentMemoryContext);
    length += count;
  }
  return {.at = terms.at, .count = terms.count, .length = length};
}

}  // namespace vecext::pg

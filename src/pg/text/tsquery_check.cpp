#include "pg/text/tsquery_check.h"

#include <algorithm>
#include <optional>

#include "pg/sys/growing_array.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "common/hashfn.h"
#include "tsearch/ts_utils.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/hsearch.h"
}

namespace vecext::pg {

namespace {

using Words = GrowingArray<std::string_view>;

/// The words of a query. Each array is in ascending order and has no duplicates.
struct Operands {
  const char* bytes;  // of all words
  Words exact;
  Words prefixes;
  GrowingArray<Size> sizes;  // the sizes of prefixes
};

std::string_view word_of(const char* bytes, const QueryOperand& operand) {
  return {bytes + operand.distance, operand.length};
}

template <class T>
void sort_distinct(GrowingArray<T>* values) {
  std::sort(values->at, values->at + values->count);
  values->count = std::unique(values->at, values->at + values->count) - values->at;
}

/// Returns the place of a word in the array, or -1 if the array does not have it.
int64 place_of(const Words& words, std::string_view word) {
  const std::string_view* end = words.at + words.count;
  const std::string_view* found = std::lower_bound(words.at, words.at + words.count, word);
  return found != end && *found == word ? found - words.at : -1;
}

Operands operands_of(TSQuery query) {
  Operands operands{};
  const QueryItem* items = GETQUERY(query);
  operands.bytes = GETOPERAND(query);
  for (int i = 0; i < query->size; ++i) {
    if (items[i].type == QI_VAL) {
      const QueryOperand& operand = items[i].qoperand;
      Words* words = operand.prefix ? &operands.prefixes : &operands.exact;
      words->push(word_of(operands.bytes, operand), CurrentMemoryContext);
      if (operand.prefix) {
        operands.sizes.push(operand.length, CurrentMemoryContext);
      }
    }
  }
  sort_distinct(&operands.exact);
  sort_distinct(&operands.prefixes);
  sort_distinct(&operands.sizes);
  return operands;
}

bool have_cjk(const Words& words) {
  return std::any_of(words.at, words.at + words.count, has_cjk);
}

/// Positions in ascending order, without duplicates.
using Positions = GrowingArray<WordEntryPos>;

/// The last position. All later positions count as this one.
constexpr WordEntryPos kLastPosition = MAXENTRYPOS - 1;
constexpr int kMostPositions = MAXNUMPOS - 1;

/// A word of the text, and how many positions of it a tsvector would have.
struct SeenWord {
  std::string_view word;
  int count;
  WordEntryPos last;
};

uint32 hash_of_word(const void* key, Size /*size*/) {
  const auto* word = static_cast<const std::string_view*>(key);
  return hash_bytes(reinterpret_cast<const unsigned char*>(word->data()),
                    static_cast<int>(word->size()));
}

int compare_words(const void* a, const void* b, Size /*size*/) {
  return static_cast<const std::string_view*>(a)->compare(*static_cast<const std::string_view*>(b));
}

HTAB* make_seen_words(MemoryContext context) {
  HASHCTL control{};
  control.keysize = sizeof(std::string_view);
  control.entrysize = sizeof(SeenWord);
  control.hash = hash_of_word;
  control.match = compare_words;
  control.hcxt = context;
  return hash_create("vecext words of a query", 64, &control,
                     HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/// Finds the positions at which a text has the words of a query, as a tsvector of the text would
/// have them. No tsvector is made, because the text may have more words than a tsvector can hold.
class FoundWords {
 public:
  FoundWords(const Operands& operands, const TextOptions& options)
      : operands_(operands),
        options_(options),
        context_(AllocSetContextCreate(CurrentMemoryContext, "vecext words of a query",
                                       ALLOCSET_DEFAULT_SIZES)),
        scratch_(AllocSetContextCreate(context_, "vecext parts of a text", ALLOCSET_DEFAULT_SIZES)),
        exact_(no_positions(operands.exact)),
        prefixes_(no_positions(operands.prefixes)),
        seen_(make_seen_words(context_)) {}

  void add(std::string_view whole) {
    while (!whole.empty() && !is_complete()) {
      const Size size = place_to_cut(whole, kMostParsedAtOnce);
      const auto add_word = [this](const ParsedWord& word) {
        add({word.word, word.len}, word.pos.pos);
      };
      position_ = parse_in_parts(options_, whole.substr(0, size), scratch_, add_word, position_);
      whole.remove_prefix(size);
    }
  }

  const Positions& of(const QueryOperand& operand) const {
    const std::string_view word = word_of(operands_.bytes, operand);
    return operand.prefix ? prefixes_[place_of(operands_.prefixes, word)]
                          : exact_[place_of(operands_.exact, word)];
  }

  void close() { MemoryContextDelete(context_); }

 private:
  Positions* no_positions(const Words& words) {
    auto* none = array_in<Positions>(context_, words.count + 1);
    std::fill_n(none, words.count + 1, Positions{});
    return none;
  }

  /// True if no further word of the text can change anything.
  bool is_complete() const {
    const auto has_last = [](const Positions& positions) {
      return positions.count > 0 && positions.at[positions.count - 1] == kLastPosition;
    };
    const auto has_all = [&](const Positions& positions) {
      return positions.count == kMostPositions || has_last(positions);
    };
    return std::all_of(exact_, exact_ + operands_.exact.count, has_all) &&
           std::all_of(prefixes_, prefixes_ + operands_.prefixes.count, has_last);
  }

  void add(std::string_view word, WordEntryPos position) {
    CHECK_FOR_INTERRUPTS();
    std::optional<bool> is_kept;
    each_operand_of(word, [&](Positions* positions) {
      if (!is_kept) {
        is_kept = keeps(word, position);
      }
      // The position may be there already, by another word that has the same prefix.
      if (*is_kept && (positions->count == 0 || positions->at[positions->count - 1] != position)) {
        positions->push(position, context_);
      }
    });
  }

  /// Calls visit(Positions*) with the positions of each word or prefix of the query that `word`
  /// matches.
  template <class Visit>
  void each_operand_of(std::string_view word, const Visit& visit) {
    if (const int64 place = place_of(operands_.exact, word); place >= 0) {
      visit(&exact_[place]);
    }
    const GrowingArray<Size>& sizes = operands_.sizes;
    for (int64 i = 0; i < sizes.count && sizes.at[i] <= word.size(); ++i) {
      const int64 place = place_of(operands_.prefixes, word.substr(0, sizes.at[i]));
      if (place >= 0) {
        visit(&prefixes_[place]);
      }
    }
  }

  /// True if a tsvector that already has the earlier positions of the word would also take this
  /// position.
  bool keeps(std::string_view word, WordEntryPos position) {
    // A word that is first seen at the last position cannot get another position. It is not
    // remembered, since there may be any number of such words.
    const HASHACTION action = position < kLastPosition ? HASH_ENTER : HASH_FIND;
    bool is_known;
    auto* seen = static_cast<SeenWord*>(hash_search(seen_, &word, action, &is_known));
    if (seen == nullptr) {
      return true;
    }
    if (!is_known) {
      *seen = {copy_of(word), 0, 0};
    }
    if (seen->count == kMostPositions || seen->last == position) {
      return false;
    }
    seen->last = position;
    ++seen->count;
    return true;
  }

  std::string_view copy_of(std::string_view word) {
    auto* bytes = array_in<char>(context_, word.size());
    memcpy(bytes, word.data(), word.size());
    return {bytes, word.size()};
  }

  const Operands& operands_;
  const TextOptions& options_;
  MemoryContext context_;
  MemoryContext scratch_;
  Positions* exact_;     // one element for each exact word
  Positions* prefixes_;  // one element for each prefix
  HTAB* seen_;
  int64 position_ = 0;
};

/// The callback of TS_execute(). All words of texts have the label D.
TSTernaryValue look_up(void* words, QueryOperand* operand, ExecPhraseData* data) {
  constexpr int kLabelD = 1;
  const Positions& positions = static_cast<const FoundWords*>(words)->of(*operand);
  if (positions.count == 0 || (operand->weight != 0 && (operand->weight & kLabelD) == 0)) {
    return TS_NO;
  }
  if (data != nullptr) {
    data->pos = positions.at;
    data->npos = static_cast<int>(positions.count);
  }
  return TS_YES;
}

}  // namespace

struct TsqueryCheck {
  TSQuery query;
  Operands operands;
};

const TsqueryCheck* prepare_check(TSQuery query, const TextOptions& options) {
  auto* check = palloc_object<TsqueryCheck>(TsqueryCheck{query, operands_of(query)});
  if (options.bigrams != Bigrams::kNone &&
      (have_cjk(check->operands.exact) || have_cjk(check->operands.prefixes))) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("bm25 indexes cannot look up phrases or labels of words that they "
                           "read as bigrams")));
  }
  return check;
}

bool is_tsquery_true(const TsqueryCheck& check, TextKind kind, const TextOptions& options,
                     Datum value) {
  if (kind == TextKind::kVector) {
    return DatumGetBool(DirectFunctionCall2(ts_match_vq, value, TSQueryGetDatum(check.query)));
  }
  FoundWords words(check.operands, options);
  if (kind == TextKind::kArray) {
    each_text(DatumGetArrayTypeP(value), [&](std::string_view text) { words.add(text); });
  } else {
    words.add(view_of(DatumGetTextPP(value)));
  }
  const bool is_true = TS_execute(GETQUERY(check.query), &words, TS_EXEC_EMPTY, look_up);
  words.close();
  return is_true;
}

}  // namespace vecext::pg

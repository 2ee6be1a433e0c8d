#include "pg/text/tsquery_check.h"

#include <algorithm>

#include "pg/sys/growing_array.h"

extern "C" {
#include "tsearch/ts_utils.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

using Words = GrowingArray<std::string_view>;

/// The words of a query.
struct Operands {
  Words exact;               // ascending
  Words prefixes;            // ascending
  GrowingArray<Size> sizes;  // of prefixes, ascending, each once
};

bool has(const Words& words, std::string_view word) {
  return std::binary_search(words.at, words.at + words.count, word);
}

Operands operands_of(TSQuery query) {
  Operands operands{};
  const QueryItem* items = GETQUERY(query);
  const char* bytes = GETOPERAND(query);
  for (int i = 0; i < query->size; ++i) {
    if (items[i].type == QI_VAL) {
      const QueryOperand& word = items[i].qoperand;
      Words* words = word.prefix ? &operands.prefixes : &operands.exact;
      words->push({bytes + word.distance, word.length}, CurrentMemoryContext);
      if (word.prefix) {
        operands.sizes.push(word.length, CurrentMemoryContext);
      }
    }
  }
  std::sort(operands.exact.at, operands.exact.at + operands.exact.count);
  std::sort(operands.prefixes.at, operands.prefixes.at + operands.prefixes.count);
  Size* sizes = operands.sizes.at;
  std::sort(sizes, sizes + operands.sizes.count);
  operands.sizes.count = std::unique(sizes, sizes + operands.sizes.count) - sizes;
  return operands;
}

bool is_any_of(const Operands& operands, std::string_view lexeme) {
  if (has(operands.exact, lexeme)) {
    return true;
  }
  for (int64 i = 0; i < operands.sizes.count && operands.sizes.at[i] <= lexeme.size(); ++i) {
    if (has(operands.prefixes, lexeme.substr(0, operands.sizes.at[i]))) {
      return true;
    }
  }
  return false;
}

bool have_cjk(const Words& words) {
  return std::any_of(words.at, words.at + words.count, has_cjk);
}

/// A text's words that a query has. Others have no part in whether it is true, and there may be
/// more of them than a tsvector takes.
class QueryWords {
 public:
  QueryWords(const Operands& operands, const TextOptions& options)
      : operands_(operands), options_(options) {
    words_.lenwords = 64;
    words_.words = static_cast<ParsedWord*>(palloc(64 * sizeof(ParsedWord)));
  }

  void add(std::string_view whole) {
    while (!whole.empty()) {
      CHECK_FOR_INTERRUPTS();
      const Size size = place_to_cut(whole, kMostParsedAtOnce);
      std::string_view part = whole.substr(0, size);
      if (options_.bigrams && has_cjk(part)) {
        part = with_bigrams(part);
      }
      const int before = words_.curwords;
      parsetext(options_.config, &words_, const_cast<char*>(part.data()),
                static_cast<int>(part.size()));
      keep_from(before);
      whole.remove_prefix(size);
    }
  }

  TSVector vector() { return make_tsvector(&words_); }

 private:
  void keep_from(int first) {
    int kept = first;
    for (int i = first; i < words_.curwords; ++i) {
      CHECK_FOR_INTERRUPTS();
      const ParsedWord& word = words_.words[i];
      if (is_any_of(operands_, {word.word, word.len})) {
        words_.words[kept++] = word;
      } else {
        pfree(word.word);
      }
    }
    words_.curwords = kept;
  }

  const Operands& operands_;
  const TextOptions& options_;
  ParsedText words_{};
};

void add_elements(ArrayType* texts, QueryWords* words) {
  int16 size;
  bool by_value;
  char alignment;
  get_typlenbyvalalign(ARR_ELEMTYPE(texts), &size, &by_value, &alignment);
  const ArrayIterator iterator = array_create_iterator(texts, 0, nullptr);
  Datum element;
  bool is_null;
  while (array_iterate(iterator, &element, &is_null)) {
    if (!is_null) {
      const text* value = DatumGetTextPP(element);
      words->add({VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)});
    }
  }
  array_free_iterator(iterator);
}

TSVector vector_of(const Operands& operands, TextKind kind, const TextOptions& options,
                   Datum value) {
  if (kind == TextKind::kVector) {
    return DatumGetTSVector(value);
  }
  QueryWords words(operands, options);
  if (kind == TextKind::kArray) {
    add_elements(DatumGetArrayTypeP(value), &words);
  } else {
    const text* whole = DatumGetTextPP(value);
    words.add({VARDATA_ANY(whole), VARSIZE_ANY_EXHDR(whole)});
  }
  return words.vector();
}

}  // namespace

struct TsqueryCheck {
  TSQuery query;
  Operands operands;
};

const TsqueryCheck* prepare_check(TSQuery query, const TextOptions& options) {
  auto* check = static_cast<TsqueryCheck*>(palloc(sizeof(TsqueryCheck)));
  *check = {query, operands_of(query)};
  if (options.bigrams && (have_cjk(check->operands.exact) || have_cjk(check->operands.prefixes))) {
    ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                    errmsg("bm25 indexes cannot look up phrases or labels of words that they "
                           "read as bigrams")));
  }
  return check;
}

bool is_tsquery_true(const TsqueryCheck& check, TextKind kind, const TextOptions& options,
                     Datum value) {
  const TSVector vector = vector_of(check.operands, kind, options, value);
  return DatumGetBool(
      DirectFunctionCall2(ts_match_vq, TSVectorGetDatum(vector), TSQueryGetDatum(check.query)));
}

}  // namespace vecext::pg

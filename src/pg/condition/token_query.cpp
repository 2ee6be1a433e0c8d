#include "pg/condition/token_query.h"

#include "pg/sys/catalog.h"
#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "lib/stringinfo.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "nodes/value.h"
#include "tsearch/ts_type.h"
#include "tsearch/ts_utils.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "utils/varlena.h"
}

namespace vecext::pg {

namespace {

/// Returns the parts of a name as String nodes, or NIL if the text is not a name.
List* parts_of_name(std::string_view name) {
  List* parts = NIL;
  if (name.find('\0') != std::string_view::npos ||
      !SplitIdentifierString(cstring_of(name), '.', &parts)) {
    return NIL;
  }
  List* strings = NIL;
  for (auto* part : list_of<char>(parts)) {
    strings = lappend(strings, makeString(part));
  }
  return strings;
}

/// Returns the words of a text, in the order of their positions.
ParsedText parse_words(Oid config, std::string_view text) {
  ParsedText words{};
  words.lenwords = static_cast<int>(Min(text.size() / 6 + 2, MaxAllocSize / sizeof(ParsedWord)));
  words.words = palloc_array<ParsedWord>(words.lenwords);
  parsetext(config, &words, const_cast<char*>(text.data()), static_cast<int32>(text.size()));
  return words;
}

/// Appends a lexeme as the input of a tsquery has it.
void append_lexeme(StringInfo query, const ParsedWord& word) {
  appendStringInfoChar(query, '\'');
  for (int i = 0; i < word.len; ++i) {
    if (word.word[i] == '\'' || word.word[i] == '\\') {
      appendStringInfoChar(query, word.word[i]);
    }
    appendStringInfoChar(query, word.word[i]);
  }
  appendStringInfoString(query, (word.flags & TSL_PREFIX) != 0 ? "':*" : "'");
}

/// Returns a query that is true of a text with one of the tokens. A dictionary may make several
/// words of a token, all of which count, as the beginnings that edge_ngram makes, or variants.
Datum any_token_query(const ParsedText& words) {
  StringInfoData query;
  initStringInfo(&query);
  for (int i = 0; i < words.curwords; ++i) {
    const ParsedWord& word = words.words[i];
    const bool is_of_last = i > 0 && words.words[i - 1].pos.pos == word.pos.pos &&
                            words.words[i - 1].nvariant == word.nvariant;
    appendStringInfoString(&query, i == 0 ? "" : is_of_last ? " & " : " | ");
    append_lexeme(&query, word);
  }
  return DirectFunctionCall1(tsqueryin, CStringGetDatum(query.data));
}

/// Returns a query that matches nothing.
Datum empty_query() {
  auto* query = static_cast<TSQuery>(palloc0(HDRSIZETQ));
  SET_VARSIZE(query, HDRSIZETQ);
  return TSQueryGetDatum(query);
}

/// Makes the words of a phrase follow each other, whatever words between them were left out.
void close_gaps(TSQuery phrase) {
  QueryItem* items = GETQUERY(phrase);
  for (int32 i = 0; i < phrase->size; ++i) {
    if (items[i].type == QI_OPR && items[i].qoperator.oper == OP_PHRASE) {
      items[i].qoperator.distance = 1;
    }
  }
}

/// Does the same for the words of a text: gives them the positions that they have without the words
/// that were left out.
void close_gaps(ParsedText* words) {
  uint16 last = 0;
  uint16 position = 0;
  for (int i = 0; i < words->curwords; ++i) {
    uint16& own = words->words[i].pos.pos;
    position += own == last ? 0 : 1;
    last = own;
    own = own < MAXENTRYPOS - 1 ? position : own;
  }
}

struct Search {
  const ParsedText* words;
  const char* operands;  // of the query
};

/// Tells if a word of the query is in the text. For phrases, sets `places` to the positions of the
/// word.
TSTernaryValue find_word(void* arg, QueryOperand* operand, ExecPhraseData* places) {
  const auto* search = static_cast<const Search*>(arg);
  const char* wanted = search->operands + operand->distance;
  TSTernaryValue found = TS_NO;
  for (int i = 0; i < search->words->curwords; ++i) {
    const ParsedWord& word = search->words->words[i];
    if (word.len != operand->length || memcmp(word.word, wanted, operand->length) != 0) {
      continue;
    }
    found = TS_YES;
    if (places == nullptr) {
      break;
    }
    if (places->pos == nullptr) {
      const auto most = static_cast<Size>(search->words->curwords - i);
      places->pos = palloc_array<WordEntryPos>(most);
      places->allocated = true;
    }
    if (places->npos == 0 || WEP_GETPOS(places->pos[places->npos - 1]) < word.pos.pos) {
      places->pos[places->npos] = 0;
      WEP_SETPOS(places->pos[places->npos], word.pos.pos);
      ++places->npos;
    }
  }
  CHECK_FOR_INTERRUPTS();
  return found;
}

}  // namespace

Oid text_search_config(std::string_view name) {
  if (name.empty()) {
    return text_config_named(default_text_config());  // without a right to its schema
  }
  List* parts = parts_of_name(name);
  if (list_length(parts) == 1) {
    parts = lcons(makeString(pstrdup("pg_catalog")), parts);
  }
  const Oid config = list_length(parts) == 2 ? get_ts_config_oid(parts, true) : InvalidOid;
  if (!OidIsValid(config)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("text search configuration \"%.*s\" does not exist",
                           static_cast<int>(name.size()), name.data())));
  }
  return config;
}

bool is_about_tokens(const Condition& condition) {
  return condition.kind == ConditionKind::kAllTokens ||
         condition.kind == ConditionKind::kAnyToken || condition.kind == ConditionKind::kPhrase;
}

Oid config_of(const Condition& condition) {
  return condition.config_id != 0 ? condition.config_id : text_search_config(condition.config);
}

Datum token_query(const Condition& condition, Oid config) {
  const ParsedText words = parse_words(config, condition.text);
  if (words.curwords == 0) {
    return empty_query();
  }
  if (condition.kind == ConditionKind::kAnyToken) {
    return any_token_query(words);
  }
  const bool is_phrase = condition.kind == ConditionKind::kPhrase;
  const Datum query = DirectFunctionCall2(is_phrase ? phraseto_tsquery_byid : plainto_tsquery_byid,
                                          ObjectIdGetDatum(config), text_datum(condition.text));
  if (is_phrase) {
    close_gaps(DatumGetTSQuery(query));
  }
  return query;
}

bool has_tokens(Oid config, std::string_view text, Datum query) {
  const TSQuery wanted = DatumGetTSQuery(query);
  if (wanted->size == 0) {
    return false;
  }
  ParsedText words = parse_words(config, text);
  close_gaps(&words);
  Search search{.words = &words, .operands = GETOPERAND(wanted)};
  return TS_execute(GETQUERY(wanted), &search, TS_EXEC_EMPTY, find_word);
}

}  // namespace vecext::pg

#include "pg/condition/token_query.h"

#include "pg/sys/list.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
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

/// Replaces each AND of a query by OR.
void join_by_or(TSQuery query) {
  QueryItem* items = GETQUERY(query);
  for (int32 i = 0; i < query->size; ++i) {
    if (items[i].type == QI_OPR && items[i].qoperator.oper == OP_AND) {
      items[i].qoperator.oper = OP_OR;
    }
  }
}

/// Returns the words of a text, in the order of their positions.
ParsedText parse_words(Oid config, std::string_view text) {
  ParsedText words{};
  words.lenwords = static_cast<int>(Min(text.size() / 6 + 2, MaxAllocSize / sizeof(ParsedWord)));
  words.words = palloc_array<ParsedWord>(words.lenwords);
  parsetext(config, &words, const_cast<char*>(text.data()), static_cast<int32>(text.size()));
  return words;
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
  List* parts = parts_of_name(name.empty() ? "simple" : name);
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

Datum token_query(const Condition& condition, Oid config) {
  const Datum text = text_datum(condition.text);
  if (condition.kind == ConditionKind::kPhrase) {
    return DirectFunctionCall2(phraseto_tsquery_byid, ObjectIdGetDatum(config), text);
  }
  const Datum query = DirectFunctionCall2(plainto_tsquery_byid, ObjectIdGetDatum(config), text);
  if (condition.kind == ConditionKind::kAnyToken) {
    join_by_or(DatumGetTSQuery(query));
  }
  return query;
}

bool has_tokens(Oid config, std::string_view text, Datum query) {
  const TSQuery wanted = DatumGetTSQuery(query);
  if (wanted->size == 0) {
    return false;
  }
  const ParsedText words = parse_words(config, text);
  Search search{.words = &words, .operands = GETOPERAND(wanted)};
  return TS_execute(GETQUERY(wanted), &search, TS_EXEC_EMPTY, find_word);
}

}  // namespace vecext::pg

#include "pg/collection/define/text_index_config.h"

#include "core/json/closest_word.h"
#include "pg/collection/define/rows.h"
#include "pg/registry/registry_write.h"
#include "pg/sys/error.h"
#include "pg/sys/list.h"

extern "C" {
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/pg_list.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

constexpr int64 kMostBytes = 2047;
constexpr int64 kMostPrefixBytes = 32;

const char* lower_string(const Json& json) {
  const char* text = string_of(json);
  return asc_tolower(text, strlen(text));
}

const char* tokenizer_of(const Json& options) {
  const Json* tokenizer = member(options, "tokenizer");
  if (tokenizer == nullptr) {
    return "word";
  }
  const char* name = lower_string(*tokenizer);
  check_known(tokenizer->place, name, "unknown tokenizer",
              {"word", "whitespace", "prefix", "multilingual"});
  return name;
}

bool is_prefix(const char* tokenizer) {
  return strcmp(tokenizer, "prefix") == 0;
}

int64 longest_of(const char* tokenizer) {
  return is_prefix(tokenizer) ? kMostPrefixBytes : kMostBytes;
}

/// Returns the name of a language. Raises an ERROR if the server has no file of stop words for it.
const char* stop_language(const Json& json) {
  const char* name = lower_string(json);
  check_known(json.place, name, "unknown language of stop words",
              {"danish", "dutch", "english", "finnish", "french", "german", "hungarian", "italian",
               "nepali", "norwegian", "portuguese", "russian", "spanish", "swedish", "turkish"});
  return name;
}

/// Returns the name of a language. Raises an ERROR if the server has no stemmer for it.
const char* stem_language(const Json& json) {
  const char* name = lower_string(json);
  const SqlRows known = sql_rows(
      "SELECT left(d.dictname, -5) FROM pg_ts_dict d"
      " WHERE d.dictnamespace = 'pg_catalog'::regnamespace AND d.dictname LIKE '%\\_stem' ORDER BY "
      "1");
  StringInfoData names;
  initStringInfo(&names);
  ClosestWord closest(name);
  for (const SqlRow row : known) {
    if (strcmp(row.at(), name) == 0) {
      return name;
    }
    closest.compare(row.at());
    appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", row.at());
  }
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                  errmsg("unknown language of stemmers \"%s\"", name),
                  errdetail("At %s.", path_text(json.place)),
                  closest.found().empty() ? errhint("There are: %s.", names.data)
                                          : suggest(closest.found())));
  pg_unreachable();
}

bool has_text(const List* texts, const char* text) {
  for (const char* other : list_of<char>(texts)) {
    if (strcmp(other, text) == 0) {
      return true;
    }
  }
  return false;
}

/// Returns the words that the option "stopwords" lists beside languages, with spaces between them.
/// A word with a space in it is left out, as texts have no such words. `fold` is null, or the
/// dictionary that folds the words of texts, and then these.
const char* own_stop_words(const Json& option, const char* fold) {
  StringInfoData words;
  initStringInfo(&words);
  const Json* custom = is_object(option) ? member(option, "custom") : nullptr;
  if (custom == nullptr) {
    return words.data;
  }
  for (int i = 0, count = element_count(*custom); i < count; ++i) {
    const char* word = string_of(*element(*custom, i));
    if (strpbrk(word, " \t\n\r\f\v") != nullptr || *word == '\0') {
      continue;
    }
    if (fold != nullptr) {
      word = sql_value("SELECT coalesce((ts_lexize($1::regdictionary, $2))[1], '')",
                       {sql_text(fold), sql_text(word)});
    }
    appendStringInfo(&words, "%s%s", words.len > 0 ? " " : "", word);
  }
  return words.data;
}

/// Returns the languages that the option "stopwords" names, each once, in the order of their bytes.
List* stop_languages(const Json& option) {
  const Json* list = &option;
  if (is_object(option)) {
    check_members(option, {"languages", "custom"});
    list = member(option, "languages");
    if (list == nullptr) {
      return NIL;
    }
  } else if (!is_string(option) && !is_array(option)) {
    refuse(option, "a language or {\"languages\": [...]} is expected");
  }
  List* languages = NIL;
  each_list_value(*list, [&](const Json& value) {
    const char* language = stop_language(value);
    if (!has_text(languages, language)) {
      languages = lappend(languages, const_cast<char*>(language));
    }
  });
  sort_texts(languages);
  return languages;
}

/// Returns the language that the option "stemmer" names, or null if words are not stemmed.
const char* stemmer_of(const Json& options) {
  const Json* stemmer = member(options, "stemmer");
  if (stemmer == nullptr) {
    return nullptr;
  }
  if (!is_object(*stemmer)) {
    return stem_language(*stemmer);
  }
  check_members(*stemmer, {"type", "language"});
  if (const Json* type = member(*stemmer, "type")) {
    const char* name = lower_string(*type);
    if (strcmp(name, "disabled") == 0 || strcmp(name, "none") == 0) {
      return nullptr;
    }
    check_known(type->place, name, "unknown stemmer", {"snowball", "disabled"});
  }
  return stem_language(required(*stemmer, "language"));
}

/// Returns a free name for the configuration. The names of its dictionaries begin with it.
const char* free_config_name(Oid schema, const char* table, const char* key, const char* type) {
  // The longest number and the longest suffix, _no_portuguese, make an identifier of 63 bytes.
  constexpr int kMostBaseBytes = 39;
  constexpr int kMostNumber = 99999;
  const char* parts = psprintf("%s_%s", first_characters(table, 14), first_characters(key, 10));
  const int kept = pg_mbcliplen(parts, static_cast<int>(strlen(parts)), kMostBaseBytes);
  const char* base = psprintf("%.*s_%s", kept, parts, type);
  const char* name = base;
  for (int i = 1; i <= kMostNumber; ++i) {
    if (!sql_exists("SELECT FROM pg_ts_config f WHERE f.cfgnamespace = $1 AND f.cfgname = $2"
                    " UNION ALL SELECT FROM pg_ts_dict d"
                    " WHERE d.dictnamespace = $1 AND starts_with(d.dictname, $2 || '_')",
                    {sql_oid(schema), sql_text(name)})) {
      break;
    }
    name = psprintf("%s%d", base, i);
  }
  return name;
}

/// Creates the dictionaries of a configuration, in the order in which words go through them.
class DictionaryChain {
 public:
  DictionaryChain(Oid relid, const char* config)
      : relid_(relid),
        schema_(quoted_name(get_namespace_name(get_rel_namespace(relid)))),
        config_(config) {
    initStringInfo(&names_);
  }

  void add(const char* suffix, const char* definition) {
    const char* name = psprintf("%s.%s", schema_, quoted_name(psprintf("%s%s", config_, suffix)));
    execute_as_owner(relid_, psprintf("CREATE TEXT SEARCH DICTIONARY %s (%s)", name, definition));
    appendStringInfo(&names_, "%s%s", names_.len > 0 ? ", " : "", name);
  }

  const char* names() const { return names_.data; }

 private:
  Oid relid_;
  const char* schema_;
  const char* config_;
  StringInfoData names_;
};

const char* true_or_false(bool value) {
  return value ? "true" : "false";
}

void add_dictionaries(const Json& options, const char* tokenizer, DictionaryChain* chain) {
  const int64 least = integer_member(options, "min_token_len", 1, PG_INT64_MAX, 1);
  const int64 most =
      integer_member(options, "max_token_len", 1, PG_INT64_MAX, longest_of(tokenizer));
  const char* sizes = psprintf("MINLEN = " INT64_FORMAT ", MAXLEN = " INT64_FORMAT, least, most);
  const char* fold = psprintf("TEMPLATE = vecext.fold, LOWERCASE = %s, ASCII = %s",
                              true_or_false(bool_member(options, "lowercase", true)),
                              true_or_false(bool_member(options, "ascii_folding", false)));
  chain->add("_fold", fold);
  const char* fold_dictionary = pstrdup(chain->names());
  if (const Json* stop_words = member(options, "stopwords")) {
    for (const char* language : list_of<char>(stop_languages(*stop_words))) {
      chain->add(psprintf("_no_%s", language),
                 psprintf("TEMPLATE = pg_catalog.simple, STOPWORDS = %s, ACCEPT = false",
                          quoted_name(language)));
    }
    const char* words = own_stop_words(*stop_words, fold_dictionary);
    if (*words != '\0') {
      chain->add("_no_own", psprintf("TEMPLATE = vecext.stop, WORDS = %s", quoted_text(words)));
    }
  }
  if (!is_prefix(tokenizer) && (member(options, "min_token_len") != nullptr ||
                                member(options, "max_token_len") != nullptr)) {
    chain->add("_sized", psprintf("TEMPLATE = vecext.length, %s", sizes));
  }
  const char* stemmer = stemmer_of(options);
  if (is_prefix(tokenizer)) {
    chain->add("_last", psprintf("TEMPLATE = vecext.edge_ngram, %s", sizes));
  } else if (stemmer != nullptr) {
    chain->add("_last",
               psprintf("TEMPLATE = pg_catalog.snowball, LANGUAGE = %s", quoted_name(stemmer)));
  } else {
    chain->add("_last", psprintf("%s, ACCEPT = true", fold));
  }
}

}  // namespace

bool is_config_option(std::string_view name) {
  constexpr std::string_view kOptions[] = {
      "type",          "tokenizer", "lowercase", "ascii_folding",   "min_token_len",
      "max_token_len", "stopwords", "stemmer",   "phrase_matching", "on_disk"};
  for (const std::string_view option : kOptions) {
    if (option == name) {
      return true;
    }
  }
  return false;
}

bool has_config_options(const Jsonb* options) {
  bool has = false;
  each_member(value_of(const_cast<Jsonb*>(options)), [&](std::string_view name, const JsonbValue&) {
    has = has || is_config_option(name);
  });
  return has;
}

void check_config_options(const Json& options) {
  const char* tokenizer = tokenizer_of(options);
  if (const Json* type = member(options, "type")) {
    check_known(type->place, string_of(*type), "unknown type", {"text"});
  }
  for (const char* name : {"lowercase", "ascii_folding", "phrase_matching", "on_disk"}) {
    bool_member(options, name, false);
  }
  const int64 longest = longest_of(tokenizer);
  const int64 least = integer_member(options, "min_token_len", 1, longest, 1);
  const int64 most = integer_member(options, "max_token_len", 1, longest, longest);
  if (least > most) {
    refuse(options.place.at("min_token_len"), "it is greater than max_token_len");
  }
  if (const Json* stop_words = member(options, "stopwords")) {
    stop_languages(*stop_words);
    own_stop_words(*stop_words, nullptr);
  }
  if (stemmer_of(options) != nullptr &&
      (is_prefix(tokenizer) || !bool_member(options, "lowercase", true))) {
    refuse(options.place.at("stemmer"), "there are no stems of beginnings of words, nor with case");
  }
}

// No dependency of the configuration on the table is recorded: pg_dump could not order the two if a
// generated column of the table uses the configuration.
const char* create_index_config(Oid relid, const char* key, const char* type, const Json& options) {
  const char* tokenizer = tokenizer_of(options);
  const Oid schema = get_rel_namespace(relid);
  const char* name = free_config_name(schema, get_rel_name(relid), key, type);
  DictionaryChain chain(relid, name);
  add_dictionaries(options, tokenizer, &chain);
  const bool is_multilingual = strcmp(tokenizer, "multilingual") == 0;
  const char* parser = is_prefix(tokenizer) ? "word" : is_multilingual ? "standard" : tokenizer;
  const char* config =
      psprintf("%s.%s", quoted_name(get_namespace_name(schema)), quoted_name(name));
  execute_as_owner(relid, psprintf("CREATE TEXT SEARCH CONFIGURATION %s (PARSER = vecext.%s)",
                                   config, quoted_name(parser)));
  execute_as_owner(
      relid, psprintf("ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s WITH %s", config,
                      is_multilingual ? "word, number, ideograph, hiragana, katakana, hangul, "
                                        "southeast_asian, emoji"
                                      : "word",
                      chain.names()));
  return config;
}

List* drops_of_index_config(Oid relid, const char* index, const Jsonb* options) {
  if (!has_config_options(options)) {
    return NIL;
  }
  // SQL may have given the configuration another name or schema, but the index depends on it, and
  // its dictionaries have the name that it was created with. The indexes of partitions depend on
  // it, too: a partitioned index of bm25 itself does not.
  const SqlRows drops = sql_rows(
      "WITH made AS (SELECT (parse_ident($3))[2] || '_' AS prefix),"
      " needed AS (SELECT d.refobjid FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid,"
      "   vecext_internal.tables_of(k.oid) p, pg_depend d"
      "   WHERE x.indrelid = $1 AND k.relname = $2 AND d.classid = 'pg_class'::regclass"
      "     AND d.objid = p.relid AND d.refclassid = 'pg_ts_config'::regclass),"
      " config AS (SELECT f.oid FROM pg_ts_config f, made"
      "   WHERE f.oid IN (SELECT n.refobjid FROM needed n) AND EXISTS (SELECT FROM"
      "       pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict"
      "       WHERE m.mapcfg = f.oid AND starts_with(d.dictname, made.prefix))"
      "     OR format('%s.%I', f.cfgnamespace::regnamespace, f.cfgname) = $3"
      "       AND f.cfgnamespace = (SELECT k.relnamespace FROM pg_class k WHERE k.oid = $1)"
      "   ORDER BY f.oid IN (SELECT n.refobjid FROM needed n) DESC LIMIT 1)"
      " SELECT 'DROP TEXT SEARCH CONFIGURATION ' || c.oid::regconfig FROM config c UNION ALL"
      " SELECT DISTINCT 'DROP TEXT SEARCH DICTIONARY ' || d.oid::regdictionary"
      "   FROM config c JOIN pg_ts_config_map m ON m.mapcfg = c.oid"
      "     JOIN pg_ts_dict d ON d.oid = m.mapdict, made WHERE starts_with(d.dictname, made.prefix)"
      " ORDER BY 1",
      {sql_oid(relid), sql_text(index), sql_text(option_text(options, "config"))});
  List* statements = NIL;
  for (const SqlRow drop : drops) {
    statements = lappend(statements, const_cast<char*>(drop.at()));
  }
  return statements;
}

}  // namespace vecext::pg

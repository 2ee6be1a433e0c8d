// Options of bm25 indexes.
#pragma once

#include "core/postings/segment/bm25_score.h"
#include "pg/sys/pg.h"
#include "pg/text/parse_words.h"

extern "C" {
#include "utils/rel.h"
}

namespace vecext::pg {

struct Bm25Options {
  int32 header;  // of the varlena
  double k1;
  double b;
  int32 text_config;  // offset of the configuration's name
  int32 cjk;          // 1 for bigrams
};

/// Defines the options and settings. It has to be called once, when the library is loaded.
void define_bm25_options();

bytea* parse_bm25_options(Datum options, bool validate);

/// Returns the parameters of scores, which ALTER INDEX may change.
postings::Bm25 bm25_parameters(Relation index);

/// Returns the name of the configuration in the options of an index, or null if the options have
/// none. The options of every index have one once it is built (text_config.h), unless a former
/// version of this library has built it.
const char* bm25_config_name(Relation index);
/// Returns how a build with the options of the index reads runs of Han, Kana and Hangul.
Bigrams built_bigrams(Relation index);

/// Returns the configuration in the options, for a build. Raises an error if it does not exist or
/// is temporary, or the current user has no right on its schema.
Oid config_to_build(Relation index);

/// vecext.bm25_pruning: true if searches leave out postings that cannot be among the best.
extern bool bm25_pruning;

}  // namespace vecext::pg

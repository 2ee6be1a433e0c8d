// What sessions observe of the queries of an index, so that the effort of searches follows them
// (core/effort). One query in vecext.observe_one_in is searched for again with more effort. The
// user's result is that of the first search.
//
// Each user has observations of his own, also of searches by functions that run as their owner:
// nobody can lower the recall of another user's queries by many easy ones, nor make them slow by
// absurd ones.
#pragma once

#include "core/effort/missed_rows.h"
#include "core/effort/noted_rows.h"
#include "core/effort/search_class.h"
#include "core/result/candidates.h"
#include "pg/am/common/index_cache.h"
#include "pg/sys/growing_array.h"
#include "pg/sys/pg.h"

extern "C" {
#include "datatype/timestamp.h"
}

namespace vecext::pg {

/// vecext.observe_one_in; 0: no query is observed, and none is followed.
extern int observe_one_in;

/// Defines the setting. Call once, when the library is loaded.
void define_observed_effort();

/// What a user's searches of a class go by. Zeros: nothing is observed.
struct KnownOfUser {
  uint32 queries;
  float harder;  // as in ObservedEffort
  QueryEffort needed;
};

/// For each class of searches.
using KnownOfClasses = std::array<KnownOfUser, kSearchClasses>;

/// True if the search that begins now, for at most kMostObservedRows rows, is to be observed;
/// `known` is by load_observed(). Until enough were observed, one in an eighth as many is, so that
/// effort follows soon: by default still so few that 99 of 100 searches take no longer. If the
/// setting is 15 or less, all are until then.
bool is_observed_query(const CachedFile& entry, const KnownOfClasses& known, SearchWay way,
                       int32 rows);

/// Until the level of settings ends, searches follow what was observed as before, but next to none
/// is observed.
void observe_hardly_any();

/// False if statement_timeout could end the user's statement during the second search of a query
/// whose first one began at `start`, and has ended.
bool has_time_to_observe(TimestampTz start);

/// Sets *known to what is observed of the user's queries of the index by now.
void load_observed(CachedFile* entry, Relation index, KnownOfClasses* known);

/// The two searches of a query.
struct TwoSearches {
  Candidates* first;
  double effort;  // of the first
  double steps;   // likewise
  Candidates* further;
  const NotedRows* noted;  // what the rows of the further search needed
  double unit;             // what an effort of 1 is in units of these
  SearchWay way;
  int32 wanted;   // nearest rows, at most kMostObservedRows
  int32 nearest;  // of these, the rows that the query wants at least
};

/// Notes what the nearest rows of the further search needed, and how many of them the first one
/// has missed. Now and then, writes what follows from that to the index, unless this is a standby.
/// Does nothing if the user's block could not be made: the session tries that again as often as
/// queries are observed.
void note_observed(CachedFile* entry, Relation index, const TwoSearches& searches);

/// What is observed of a user's searches of an index, of one class.
struct UserEffort {
  Oid user;
  SearchWay way;
  int32 most_rows;
  uint32 queries;
  QueryEffort needed;
};

/// What is observed of all users' queries of the index, in the current memory context.
GrowingArray<UserEffort> observed_of_users(Relation index);

}  // namespace vecext::pg

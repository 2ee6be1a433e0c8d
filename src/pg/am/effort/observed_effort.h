// What sessions observe of the queries of an index, so that the effort of searches follows the
// queries (core/effort). One query in vecext.observe_one_in is searched for again with more effort.
// The user gets the result of the first search.
//
// Each user has observations of his own. So nobody can lower the recall of another user's queries
// by many easy queries, or make them slow by absurd queries. A search by a function that runs as
// its owner counts as a search of the user who has called the function.
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

/// vecext.observe_one_in. If it is 0, no query is observed, and searches do not follow what was
/// observed before.
extern int observe_one_in;

/// Defines the setting. It has to be called once, when the library is loaded.
void define_observed_effort();

/// What a user's searches of one class go by. All members are zero if nothing was observed.
struct KnownOfUser {
  uint32 queries;
  float harder;  // as in ObservedEffort
  QueryEffort needed;
};

/// What a user's searches of each class go by.
using KnownOfClasses = std::array<KnownOfUser, kSearchClasses>;

/// True if the search that begins now, for at most kMostObservedRows rows, is to be observed.
/// `known` comes from load_observed(). Until enough queries were observed, eight times as many
/// queries are observed as later, so that the effort soon follows the queries; by default 99 of 100
/// searches still take no longer. If the setting is 15 or less, all queries are observed until
/// enough were.
bool is_observed_query(const CachedFile& entry, const KnownOfClasses& known, SearchWay way,
                       int32 rows);

/// Until the level of settings ends, searches follow what was observed before, but hardly any
/// search is observed.
void observe_hardly_any();

/// False if statement_timeout could end the user's statement during the second search of a query.
/// The first search began at `start` and has ended.
bool has_time_to_observe(TimestampTz start);

/// Sets *known to what has been observed of the user's queries of the index so far.
void load_observed(CachedFile* entry, Relation index, KnownOfClasses* known);

/// The two searches of an observed query.
struct TwoSearches {
  Candidates* first;
  double effort;  // effort of the first search
  double steps;   // steps of the first search
  Candidates* further;
  const NotedRows* noted;  // what the rows of the further search needed
  double unit;             // what an effort of 1 means in the unit of `noted`
  SearchWay way;
  int32 wanted;   // rows that the first search had to find, at most kMostObservedRows
  int32 nearest;  // how many of these the query wants at least
};

/// Notes what the nearest rows of the further search needed, and how many of them the first search
/// has missed. From time to time, writes what follows from the notes to the index, unless this is a
/// standby. Does nothing if the user's block could not be made: the session tries to make it again
/// at the next query that is observed.
void note_observed(CachedFile* entry, Relation index, const TwoSearches& searches);

/// What is observed of a user's searches of an index, in one class.
struct UserEffort {
  Oid user;
  SearchWay way;
  int32 most_rows;
  uint32 queries;
  QueryEffort needed;
};

/// Returns what is observed of all users' queries of the index, in the current memory context.
GrowingArray<UserEffort> observed_of_users(Relation index);

}  // namespace vecext::pg

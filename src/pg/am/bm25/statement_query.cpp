#include "pg/am/bm25/statement_query.h"

#include "pg/am/bm25/bm25.h"
#include "pg/am/common/access_method.h"
#include "pg/am/scan/last_row.h"
#include "pg/sys/memory.h"
#include "pg/sys/version.h"

extern "C" {
#include "access/genam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
}

namespace vecext::pg {

namespace {

/// Identifies a statement. A statement that sees the same rows in the same transaction may as well
/// use the same statistics. Two snapshots with the same xmin and xmax differ only in the running
/// transactions: the later snapshot lacks the transactions that have ended meanwhile. So the number
/// of running transactions tells such snapshots apart.
struct Statement {
  LocalTransactionId transaction;
  TransactionId xmin;
  TransactionId xmax;
  uint32 running;
  int32 running_subtransactions;  // on a standby, all running transactions
  CommandId command;

  bool operator==(const Statement&) const = default;
};

Statement current_statement() {
  Statement statement{};
  statement.transaction = local_transaction_id();
  if (ActiveSnapshotSet()) {
    const Snapshot snapshot = GetActiveSnapshot();
    statement.xmin = snapshot->xmin;
    statement.xmax = snapshot->xmax;
    statement.command = snapshot->curcid;
    statement.running = snapshot->xcnt;
    statement.running_subtransactions = snapshot->subxcnt;
  }
  return statement;
}

}  // namespace

struct StatementQuery {
  StatementQuery* next;
  MemoryContext context;  // the context in which this struct lies
  Statement statement;
  const Bm25Query* query;
  int32 holders;
  TextScorer* scorer;            // null if it is not prepared
  SubTransactionId prepared_in;  // the subtransaction in which it was prepared
  QueryScan* scans;              // the running scans by the query
};

namespace {

/// The queries, the newest first. Up to kMostKept queries without a holder are kept for the rest of
/// the statement, because a function that is called again prepares the same query again.
StatementQuery* newest = nullptr;
constexpr int kMostKept = 8;

bool is_same(const Bm25Query& a, const Bm25Query& b) {
  return VARSIZE(&a) == VARSIZE(&b) && memcmp(&a, &b, VARSIZE(&a)) == 0;
}

/// Forgets queries without a holder that belong to other statements, and the oldest of those that
/// belong to this statement if there are more than kMostKept.
void forget_unused(const Statement& statement) {
  int kept = 0;
  for (StatementQuery** at = &newest; *at != nullptr;) {
    StatementQuery* query = *at;
    if (query->holders == 0 && (!(query->statement == statement) || ++kept > kMostKept)) {
      *at = query->next;
      MemoryContextDelete(query->context);
    } else {
      at = &query->next;
    }
  }
}

/// The options of the index that was asked for last, and the statement that asked. They are kept
/// because a plan with many partitions asks once for each partition.
struct NamedOptions {
  Statement statement;  // all zeros if there are no options
  Oid index;
  TextOptions options;
};
NamedOptions last_named;

StatementQuery* find(const Statement& statement, const Bm25Query& query) {
  StatementQuery* found = newest;
  while (found != nullptr && !(found->statement == statement && is_same(*found->query, query))) {
    found = found->next;
  }
  return found;
}

StatementQuery* add(const Statement& statement, const Bm25Query& query) {
  forget_unused(statement);
  const MemoryContext context =
      AllocSetContextCreate(CacheMemoryContext, "vecext bm25 query", ALLOCSET_SMALL_SIZES);
  auto* added = zeroed_in<StatementQuery>(context);
  added->context = context;
  added->statement = statement;
  void* copy = MemoryContextAlloc(context, VARSIZE(&query));
  memcpy(copy, &query, VARSIZE(&query));
  added->query = static_cast<const Bm25Query*>(copy);
  added->next = newest;
  newest = added;
  return added;
}

void release(void* argument) {
  auto* holder = static_cast<QueryHolder*>(argument);
  if (holder->query != nullptr) {
    --holder->query->holders;
    holder->query = nullptr;
  }
}

void forget_scan(void* argument) {
  const auto* scan = static_cast<const QueryScan*>(argument);
  QueryScan** at = &scan->query->scans;
  while (*at != scan) {
    at = &(*at)->next;
  }
  *at = scan->next;
}

/// Prevents the further use of queries that were prepared in a subtransaction that aborts, because
/// their statistics and options may come from what is undone. Their holders still keep them.
void forget_at_abort(SubXactEvent event, SubTransactionId aborted, SubTransactionId, void*) {
  if (event != SUBXACT_EVENT_ABORT_SUB) {
    return;
  }
  last_named = {};
  for (StatementQuery* query = newest; query != nullptr; query = query->next) {
    if (query->prepared_in >= aborted) {  // it was prepared in the aborted subtransaction, or in
                                          // a later one
      query->statement.transaction = InvalidLocalTransactionId;
    }
  }
}

void forget_at_aborts() {
  static bool is_registered = false;
  if (!is_registered) {
    RegisterSubXactCallback(forget_at_abort, nullptr);
    is_registered = true;
  }
}

TextOptions find_options(Oid oid) {
  const Relation index = index_open(oid, AccessShareLock);
  const TextOptions options = text_options_of(index, true);
  index_close(index, AccessShareLock);
  return options;
}

/// Calls find_options(), but only once for a statement.
TextOptions find_named_options(Oid named) {
  const Statement statement = current_statement();
  if (!ActiveSnapshotSet()) {
    return find_options(named);
  }
  if (last_named.index != named || !(last_named.statement == statement)) {
    forget_at_aborts();
    last_named = {statement, named, find_options(named)};
  }
  return last_named.options;
}

Relation open_bm25(Oid oid) {
  const char kind = get_rel_relkind(oid);
  if (kind != RELKIND_INDEX && kind != RELKIND_PARTITIONED_INDEX) {
    ereport(
        ERROR,
        (errcode(ERRCODE_UNDEFINED_OBJECT),
         errmsg("the index of a bm25 query does not exist, or is not an index"),
         errhint(
             "REINDEX CONCURRENTLY gives an index another OID. Make views and functions that store "
             "the old one again; 'name'::text::regclass is looked up each time.")));
  }
  const Relation index = index_open(oid, AccessShareLock);
  if (access_method_of(index) != &kBm25Method) {
    ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                    errmsg("\"%s\" is not a bm25 index", RelationGetRelationName(index))));
  }
  return index;
}

}  // namespace

StatementQuery* hold_query(const Bm25Query& query, QueryHolder* holder, MemoryContext context) {
  const Statement statement = current_statement();
  StatementQuery* held = holder->query;
  if (held != nullptr && held->statement == statement && is_same(*held->query, query)) {
    return held;
  }
  if (holder->release.func == nullptr) {
    holder->release.func = release;
    holder->release.arg = holder;
    MemoryContextRegisterResetCallback(context, &holder->release);
  }
  release(holder);
  StatementQuery* found = find(statement, query);
  if (found == nullptr) {
    found = add(statement, query);
  }
  ++found->holders;
  holder->query = found;
  return found;
}

const TextScorer& scorer_of(StatementQuery* query) {
  if (query->scorer == nullptr) {
    forget_at_aborts();
    const MemoryContext before = MemoryContextSwitchTo(query->context);
    auto* scorer = palloc_object<TextScorer>();
    const Relation index = open_bm25(query->query->index);
    *scorer = prepare_scorer(index, *query->query);
    index_close(index, AccessShareLock);
    query->scorer = scorer;
    query->prepared_in = GetCurrentSubTransactionId();
    MemoryContextSwitchTo(before);
  }
  return *query->scorer;
}

bool is_read_alike(Oid named, Oid index) {
  return named == index || find_options(index) == find_named_options(named);
}

void add_scan(StatementQuery* query, const OrderedScan& scan, QueryScan* noted) {
  *noted = {&scan, query, query->scans};
  query->scans = noted;
  call_at_reset(scan.context, forget_scan, noted);
}

std::optional<double> distance_in_scan(const StatementQuery& query, Datum value) {
  for (const QueryScan* at = query.scans; at != nullptr; at = at->next) {
    if (const auto distance = distance_of_last(*at->scan, value); distance.has_value()) {
      return distance;
    }
  }
  return std::nullopt;
}

}  // namespace vecext::pg

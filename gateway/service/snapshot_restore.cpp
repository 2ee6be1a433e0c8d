// Collections that are made of the files of snapshots.
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <random>

#include "base/client.h"
#include "base/json.h"
#include "pool/pool.h"
#include "pool/sql_error.h"
#include "process/child.h"
#include "process/finish.h"
#include "service/execute.h"
#include "service/row_lines.h"
#include "service/snapshots.h"
#include "sql/collection_calls.h"
#include "sql/names.h"
#include "sql/session_calls.h"
#include "sql/snapshot_calls.h"

namespace vecext::gateway {

namespace {

// The rows of a file, as pg_restore writes them.
class FileRows : public CopySource {
 public:
  /// Throws a Failure kTimeout once the client, if it is known, has gone.
  FileRows(Executor executor, const SnapshotOptions& options, const std::filesystem::path& file,
           const Client* client)
      : client_(client),
        child_(executor,
               {program_of(options, "pg_restore"), "--data-only", "--file=-", file.string()}, {}),
        silence_(executor) {}

  Task<std::string_view> next() override {
    rows_.clear();
    while (rows_.empty()) {
      const std::size_t size = co_await read_part();
      require_waiting(client_);
      if (is_silent_) {
        throw Failure(FailureKind::kBadInput, "The snapshot is damaged: pg_restore writes nothing");
      }
      if (size == 0) {
        co_await finish(child_, "pg_restore", FailureKind::kBadInput, client_);
        if (!lines_.has_ended()) {
          throw Failure(FailureKind::kBadInput, "The snapshot is not complete");
        }
        break;
      }
      rows_ = lines_.take(std::string_view(buffer_).substr(0, size));
    }
    co_return rows_;
  }
  void give_up() override { child_.kill(); }

 private:
  // pg_restore never ends at some damaged files, and then writes nothing. At others, it writes at
  // once, as it finds the place of the rows at the end of the file.
  static constexpr std::chrono::seconds kLongestSilence{20};

  Task<std::size_t> read_part() {
    // The timer may have expired in this turn of the loop already: its handler sees that it is
    // over.
    struct Wait {
      ~Wait() { *is_over = true; }
      std::shared_ptr<bool> is_over = std::make_shared<bool>(false);
    };
    const Wait wait;
    silence_.expires_after(kLongestSilence);
    silence_.async_wait([this, is_over = wait.is_over](const boost::system::error_code& error) {
      if (!error && !*is_over) {
        is_silent_ = true;
        child_.kill();
      }
    });
    const std::size_t size = co_await child_.read(buffer_.data(), buffer_.size());
    silence_.cancel();
    co_return size;
  }

  const Client* client_;
  Child child_;
  Timer silence_;
  bool is_silent_ = false;
  RowLines lines_;
  std::string buffer_ = std::string(256 << 10, '\0');
  std::string rows_;
};

// A name that nothing has.
std::string spare_name() {
  return "restored_" + std::to_string(std::random_device{}()) +
         std::to_string(std::random_device{}());
}

// What makes the table a collection once it has its rows.
std::vector<Call> calls_behind(const sql::RestorePlan& plan, std::string_view definition,
                               const std::string& collection) {
  std::vector<Call> calls;
  const std::string name = plan.is_there() ? std::string(plan.name) : collection;
  calls.push_back(sql::restore_collection(plan.table, definition, name));
  calls.push_back(sql::create_vector_indexes(name));
  if (plan.is_there()) {
    calls.push_back(sql::take_aliases(name, collection));
    calls.push_back(sql::drop_collection(collection));
    calls.push_back(sql::rename_collection(name, collection));
  }
  return calls;
}

// What a file has besides rows.
struct Parts {
  explicit Parts(const JsonObject& all)
      : definition(all.at("definition")),
        columns(all.at("columns")),
        id_column(
            JsonObject::parse(definition, "definition").find_string("id_column").value_or("id")) {}

  RawJson definition;
  RawJson columns;
  std::string id_column;
};

// Returns the row of the plan.
Task<Result> plan_recovery(Context& context, const std::string& collection,
                           const std::string& spare, const Parts& parts) {
  Call call = sql::restore_plan(collection, spare, parts.columns, parts.id_column);
  Result row = co_await execute(context, std::move(call), collection);
  const sql::RestorePlan plan = sql::restore_plan_of(row);
  if (!plan.is_sane) {
    throw Failure(FailureKind::kBadInput, "The columns of the snapshot are not columns");
  }
  if (plan.has_namespaces) {
    // What takes its place would have no policy: all would see its points.
    throw Failure(FailureKind::kBadInput,
                  "Points of the collection belong to namespaces: no snapshot can take its place");
  }
  if (!plan.is_there()) {
    sql::check_new_name(collection);
  }
  co_return row;
}

// Tries it once. Throws an SqlError of the transaction that copies the rows.
Task<> try_to_recover(Context& context, const SnapshotOptions& options,
                      const std::string& collection, const std::filesystem::path& file,
                      const Parts& parts, const sql::RestorePlan& plan) {
  const Executor executor = co_await asio::this_coro::executor;
  FileRows source(executor, options, file, context.client);
  CopyPlan copy;
  if (!context.grant.role.empty()) {
    copy.first.push_back(sql::take_role(context.grant.role));
  }
  copy.first.push_back(sql::lock_recovery(collection));
  copy.before = plan.create;
  copy.copy = plan.copy;
  copy.after = calls_behind(plan, parts.definition, collection);
  co_await context.pool.copy(copy, source, context.client);
}

// True if the server has given the recovery up in favor of another transaction. Others of its
// errors may last, and to copy the rows once more may take hours.
bool gave_way(const SqlError& error) {
  return error.is_to_be_tried_again(true) || error.is_duplicate_of_catalog();
}

}  // namespace

// Another request may make, drop or replace the collection meanwhile. Then it is recovered once
// more, however long that takes.
Task<> recover_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                        std::filesystem::path file) {
  constexpr int kTries = 3;
  context.require_global(Access::kManage);
  const std::string text = read_definition(file);
  const Parts parts(JsonObject::parse(text, "snapshot"));
  const std::string spare = spare_name();
  Result row = co_await plan_recovery(context, collection, spare, parts);
  for (int tries = 1;; ++tries) {
    const sql::RestorePlan plan = sql::restore_plan_of(row);
    std::optional<SqlError> error;
    try {
      co_await try_to_recover(context, options, collection, file, parts, plan);
      co_return;
    } catch (const SqlError& failed) {
      error = failed;
    }
    if (tries == kTries || !error->is_to_be_tried_again(false)) {
      throw failure_of(context, *error, collection);
    }
    Result now = co_await plan_recovery(context, collection, spare, parts);
    if (sql::restore_plan_of(now) == plan && !gave_way(*error)) {
      throw failure_of(context, *error, collection);
    }
    row = std::move(now);
  }
}

}  // namespace vecext::gateway

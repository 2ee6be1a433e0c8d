#include "service/snapshots.h"

#include <boost/asio/this_coro.hpp>
#include <optional>

#include "base/client.h"
#include "base/json.h"
#include "pool/pool.h"
#include "process/child.h"
#include "process/finish.h"
#include "service/collections.h"
#include "service/execute.h"
#include "sql/snapshot_calls.h"

namespace vecext::gateway {

namespace {

struct Source {
  std::string table;  // as a pattern of pg_dump
  std::string definition;
};

Task<Source> source_of(Context& context, std::string_view collection) {
  Call call = sql::snapshot_source(collection);
  const Result rows = co_await execute(context, std::move(call), collection);
  if (!rows.boolean(0, 2)) {
    throw Failure(FailureKind::kBadInput,
                  "A collection in partitions has no snapshots: use pg_dump");
  }
  co_return Source{std::string(rows.text(0, 0)), std::string(rows.json(0, 1))};
}

// Runs pg_dump, which compresses at the level that takes a sixth of the default's time, and makes
// files of vectors a tenth larger. Its password, if it needs one, is in its environment, where no
// other user sees it.
Task<> dump(Context& context, const SnapshotOptions& options,
            const std::vector<std::string>& choice, const std::filesystem::path& file) {
  const Executor executor = co_await asio::this_coro::executor;
  std::vector<std::string> arguments = {program_of(options, "pg_dump"),
                                        "--format=custom",
                                        "--compress=1",
                                        "--encoding=UTF8",
                                        "--no-owner",
                                        "--no-privileges",
                                        "--lock-wait-timeout=10s",
                                        "--file=" + file.string()};
  if (!context.grant.role.empty()) {
    arguments.push_back("--role=" + context.grant.role);
  }
  arguments.insert(arguments.end(), choice.begin(), choice.end());
  std::vector<std::string> environment = context.pool.environment();
  environment.emplace_back("PGAPPNAME=vecextd");
  environment.emplace_back("LC_ALL=C");  // the language of what finish() reads
  Child child(executor, arguments, environment);
  const OnLeave give_up(context.client, [&child] { child.kill(); });
  co_await finish(child, "pg_dump", FailureKind::kInternal, context.client);
}

// Rows that are in a file are behind PostgreSQL's back, so the server says if the role of the
// request may have all of them, which it may not if it is held to a namespace. Without a role and a
// namespace, the key alone decides.
Task<> require_rights(Context& context, Call call, std::string_view collection) {
  if (context.grant.role.empty() && context.grant.namespace_id().empty()) {
    co_await verify(context);
    co_return;
  }
  const Result rows = co_await execute(context, std::move(call), collection);
  if (!rows.boolean(0, 0)) {
    throw Failure(FailureKind::kForbidden,
                  "The role of the key does not see all that is in the snapshot");
  }
}

// Returns the table whose rows a snapshot has, or "none" if there is no such snapshot.
std::string relid_of(const SnapshotFolder& folder, std::string_view name) {
  try {
    const std::string text = read_definition(folder.find(name));
    return JsonObject::parse(text, "snapshot").find_string("relid").value_or("none");
  } catch (const Failure&) {
    return "none";
  }
}

// Requires the rights to a snapshot of a collection. Another collection may have its name by now.
Task<> require_rows_of(Context& context, std::string_view collection, std::string_view privilege,
                       std::string relid) {
  Call call = sql::has_all_rows(collection, privilege, relid);
  co_await require_rights(context, std::move(call), collection);
}

// pg_dump fails if row-level security hides rows from the role that it runs as. That is the
// request's role, or the gateway's own.
Task<> require_dump(Context& context, std::string_view collection) {
  Call call = sql::has_all_rows(collection, "SELECT", "");
  const Result rows = co_await execute(context, std::move(call), collection);
  if (!rows.boolean(0, 0)) {
    throw Failure(FailureKind::kForbidden, "The role does not see all rows of the collection");
  }
}

Task<> require_whole_database(Context& context) {
  Call call = sql::sees_database();
  co_await require_rights(context, std::move(call), "");
}

}  // namespace

Task<Snapshot> create_snapshot(Context& context, const SnapshotOptions& options,
                               std::string collection) {
  context.require(Access::kWriteExtras, collection);
  const SnapshotFolder folder(options, collection);
  const Source source = co_await source_of(context, collection);
  co_await require_dump(context, collection);
  const TemporaryFile file = folder.new_file();
  const std::vector<std::string> choice = {"--table=" + source.table};
  std::optional<Failure> fault;
  try {
    co_await dump(context, options, choice, file.path());
  } catch (const Failure& failure) {
    fault = failure;
  }
  if (fault && fault->kind() != FailureKind::kInternal) {
    throw Failure(*fault);
  }
  // Rows and definition are of one state, unless somebody has changed the collection meanwhile. If
  // it was dropped, pg_dump has failed for that reason.
  const Source now = co_await source_of(context, collection);
  if (now.definition != source.definition) {
    throw Failure(FailureKind::kUnavailable, "The collection was changed while it was copied");
  }
  if (fault) {
    throw Failure(*fault);
  }
  append_definition(file.path(), source.definition);
  const std::string checksum = co_await sha256_of(file.path());
  co_return folder.adopt(file.path(), checksum);
}

Task<std::vector<Snapshot>> list_snapshots(Context& context, const SnapshotOptions& options,
                                           std::string collection) {
  context.require(Access::kReadExtras, collection);
  const SnapshotFolder folder(options, collection);
  co_await require_collection(context, collection);
  co_return folder.list();
}

Task<std::filesystem::path> find_snapshot(Context& context, const SnapshotOptions& options,
                                          std::string collection, std::string name) {
  context.require(Access::kReadExtras, collection);
  const SnapshotFolder folder(options, collection);
  std::string relid = relid_of(folder, name);
  co_await require_rows_of(context, collection, "SELECT", std::move(relid));
  co_return folder.find(name);
}

Task<> delete_snapshot(Context& context, const SnapshotOptions& options, std::string collection,
                       std::string name) {
  context.require(Access::kWriteExtras, collection);
  const SnapshotFolder folder(options, collection);
  std::string relid = relid_of(folder, name);
  co_await require_rows_of(context, collection, "DELETE", std::move(relid));
  folder.remove(name);
}

Task<std::vector<Snapshot>> list_full_snapshots(Context& context, const SnapshotOptions& options) {
  context.require_global(Access::kReadExtras);
  co_await verify(context);
  co_return SnapshotFolder(options, std::nullopt).list();
}

Task<std::filesystem::path> find_full_snapshot(Context& context, const SnapshotOptions& options,
                                               std::string name) {
  context.require_global(Access::kManage);
  co_await require_whole_database(context);
  co_return SnapshotFolder(options, std::nullopt).find(name);
}

Task<> delete_full_snapshot(Context& context, const SnapshotOptions& options, std::string name) {
  context.require_global(Access::kManage);
  co_await require_whole_database(context);
  SnapshotFolder(options, std::nullopt).remove(name);
}

Task<Snapshot> create_full_snapshot(Context& context, const SnapshotOptions& options) {
  context.require_global(Access::kManage);
  co_await verify(context);
  const SnapshotFolder folder(options, std::nullopt);
  const TemporaryFile file = folder.new_file();
  const std::vector<std::string> choice;
  co_await dump(context, options, choice, file.path());
  const std::string checksum = co_await sha256_of(file.path());
  co_return folder.adopt(file.path(), checksum);
}

Task<> require_rights_of_file(Context& context, const SnapshotOptions& options,
                              std::string collection, std::filesystem::path file) {
  const SnapshotFolder folder(options, collection);
  if (folder.has(file)) {
    std::string relid = relid_of(folder, file.filename().string());
    co_await require_rows_of(context, collection, "SELECT", std::move(relid));
  } else {
    co_await require_whole_database(context);
  }
}

}  // namespace vecext::gateway

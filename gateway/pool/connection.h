// One connection to the server, without blocking: libpq in pipeline mode on the loop of a thread.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/client.h"
#include "base/task.h"
#include "pool/copy.h"
#include "pool/hosts.h"
#include "pool/result.h"
#include "pool/statement.h"
#include "pool/wait_limit.h"

namespace vecext::gateway {

class Connection {
 public:
  /// With `prepares`, the server prepares each statement once, at its first call. A pooler that
  /// gives a session to another client after each transaction may not keep what was prepared.
  Connection(Executor executor, bool prepares) : prepares_(prepares), socket_(executor) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects. Throws ConnectionLost if the servers refuse or are away. If one does not answer,
  /// later connections begin behind it.
  Task<> open(Hosts& hosts);

  /// Executes the calls as one pipeline, which is one transaction, in one round trip, and returns
  /// what each has returned. Executes them up to twice more if the error is_to_be_tried_again,
  /// unless a call that may change its session may have raised it for reasons of its own.
  /// Throws SqlError, after which nothing has changed and the connection can be used; or
  /// ConnectionLost. If the client goes meanwhile, the server is asked to give up, which is an
  /// SqlError; the client may be null. If the server has not answered within the limit, or five
  /// seconds after its client went, the connection is closed, and a Failure kTimeout is thrown.
  /// A session that a call may have changed is made as new, however the calls have ended; that of a
  /// pooler, without `prepares`, is not.
  Task<std::vector<Result>> execute(std::span<Call> calls, Client* client,
                                    std::optional<std::chrono::seconds> limit);

  /// Executes a statement, copies rows, and executes the calls, all in one transaction. Throws
  /// SqlError or what the source throws: then nothing has changed, and the connection is closed.
  /// If the client goes meanwhile, the source and the server are asked to give up, and a Failure
  /// kTimeout is thrown where no SqlError is; the client may be null. Five seconds later, the
  /// connection is closed.
  Task<> copy(const CopyPlan& plan, CopySource& source, Client* client);

  bool is_open() const { return connection_ != nullptr; }
  /// True if libpq keeps much memory for the connection: a large row has made its buffer grow,
  /// which never shrinks.
  bool is_swollen() const { return is_swollen_; }
  /// True if the server has not ended the session since the last call. It says nothing while a call
  /// is executed.
  bool is_usable();
  void close();

 private:
  // A request to the server that it give up.
  struct Cancel {
    explicit Cancel(Executor executor) : done(executor) {}
    bool is_done = false;
    Timer done;  // is cancelled when it is done
  };
  void cancel();
  Task<> await_cancel();
  Task<std::vector<Result>> try_execute(std::span<Call> calls);
  Task<std::vector<Result>> try_within(std::span<Call> calls, bool has_stale_statements,
                                       std::optional<std::chrono::seconds> limit);
  /// Gives arrays the types of their elements that the database decides.
  Task<> set_types(std::span<Call> calls);
  void send(const Call& call);
  void send_unprepared(const Call& call);
  Task<> flush();
  Task<PGresult*> receive();
  /// Executes a statement that is not prepared. Throws SqlError.
  Task<Result> run(const char* text);
  Task<> reset_statements();
  Task<> watch_us();
  Task<> renew_session();
  Task<> command(std::string text);
  Task<> command(const Call& call);
  Task<> expect(ExecStatusType status);
  Task<> send_rows(CopySource& source);
  [[noreturn]] void lose();
  [[noreturn]] void refuse();

  const bool prepares_;
  PGconn* connection_ = nullptr;
  WaitLimit::Socket socket_;
  std::unordered_set<const Statement*> prepared_;
  std::unordered_map<const ElementType*, TypeOids> types_;
  // The messages of the pipeline that is on its way: the statement that one prepares, or null for
  // one that executes a call.
  std::vector<const Statement*> steps_;
  bool is_swollen_ = false;
  bool watches_us_ = false;                 // the server does, by a setting of ours
  std::shared_ptr<Cancel> cancel_;          // the last one of the calls that are executed, or null
  std::optional<WaitLimit> give_up_limit_;  // exists once the client of these calls has gone
};

}  // namespace vecext::gateway

// vecextd: Qdrant's REST and gRPC in front of PostgreSQL with vecext.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <memory>
#include <thread>

#include "access/authenticator.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "metrics/registry.h"
#include "pool/pool.h"
#include "process/notify.h"
#include "service/snapshot_files.h"
#include "service/statements.h"
#include "wire/http2/http2_listener.h"
#include "wire/grpc/service.h"
#include "wire/http/observer.h"
#include "wire/http/server.h"
#include "wire/rest/router.h"
#include "wire/tls/listener.h"
#include "wire/tls/tls.h"

namespace {

using namespace vecext::gateway;

struct Options {
  HttpOptions http;
  Http2Options grpc;
  PoolOptions pool;
  AccessOptions access;
  LogOptions log;
  std::string statements;
  TlsOptions tls;
  SnapshotOptions snapshots;
  int threads = 2;
  int shutdown_limit = 8;  // seconds: less than the ten after which Docker kills
};

void read_options(CLI::App& app, Options& options) {
  app.add_option("--postgres", options.pool.conninfo,
                 "connection string of PostgreSQL, as libpq takes it")
      ->envname("VECEXTD_POSTGRES");
  app.add_option("--listen", options.http.address, "IP address to listen on")
      ->capture_default_str()
      ->envname("VECEXTD_LISTEN");
  app.add_option("--http-port", options.http.port, "port of REST; 0: a port that is free")
      ->capture_default_str()
      ->envname("VECEXTD_HTTP_PORT");
  app.add_option("--grpc-port", options.grpc.port, "port of gRPC; 0: a port that is free")
      ->capture_default_str()
      ->envname("VECEXTD_GRPC_PORT");
  app.add_option("--threads", options.threads, "threads, which share the connections of clients")
      ->capture_default_str()
      ->check(CLI::Range(1, 256))
      ->envname("VECEXTD_THREADS");
  app.add_option("--connections", options.pool.connections,
                 "connections to PostgreSQL that each thread opens at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000))
      ->envname("VECEXTD_CONNECTIONS");
  app.add_option("--shutdown-limit", options.shutdown_limit,
                 "seconds that requests under way have to end after SIGTERM")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400))
      ->envname("VECEXTD_SHUTDOWN_LIMIT");
  app.add_option("--prepare", options.pool.prepares,
                 "prepare statements; give false behind PgBouncer with pool_mode = transaction")
      ->capture_default_str()
      ->envname("VECEXTD_PREPARE");
  app.add_option("--snapshots", options.snapshots.folder,
                 "folder where snapshots are kept; without it, none can be made")
      ->envname("VECEXTD_SNAPSHOTS");
  app.add_option("--postgres-programs", options.snapshots.programs,
                 "folder of pg_dump and pg_restore, if they are not in PATH")
      ->envname("VECEXTD_POSTGRES_PROGRAMS");
  app.add_option("--log-format", options.log.format, "text, or json: one object for each line")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("VECEXTD_LOG_FORMAT");
  app.add_option("--log-level", options.log.level,
                 "lowest level that is logged; debug logs each request")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->envname("VECEXTD_LOG_LEVEL");
  app.add_option("--log-slow", options.log.slow,
                 "milliseconds above which a request is logged as slow; 0: no request is")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400'000))
      ->envname("VECEXTD_LOG_SLOW");
  app.add_option("--statements", options.statements,
                 "file of SQL statements that clients may run by name")
      ->envname("VECEXTD_STATEMENTS");
  app.add_option("--compress-from", options.http.compress_from,
                 "bytes from which an answer is compressed for clients that take gzip; 0: never")
      ->capture_default_str()
      ->envname("VECEXTD_COMPRESS_FROM");
  CLI::Option* certificate =
      app.add_option("--tls-cert", options.tls.certificate,
                     "file of the certificate, in PEM; with it, TLS alone is served")
          ->envname("VECEXTD_TLS_CERT");
  CLI::Option* key =
      app.add_option("--tls-key", options.tls.key, "file of the certificate's private key, in PEM")
          ->envname("VECEXTD_TLS_KEY")
          ->needs(certificate);
  certificate->needs(key);
  app.add_option("--tls-ca", options.tls.authorities,
                 "file of authorities, in PEM; clients need a certificate that one has signed")
      ->envname("VECEXTD_TLS_CA")
      ->needs(certificate);
}

void read_access_options(CLI::App& app, AccessOptions& options) {
  const auto add = [&](const char* name, std::string& value, const char* what,
                       const char* environment) {
    app.add_option(name, value, what)->envname(environment);
  };
  add("--api-key", options.key, "key that admits everything", "VECEXTD_API_KEY");
  add("--alt-api-key", options.alternative_key,
      "another key that admits everything, for the change from one key to the next",
      "VECEXTD_ALT_API_KEY");
  add("--read-only-api-key", options.read_only_key, "key that admits reads alone",
      "VECEXTD_READ_ONLY_API_KEY");
  add("--api-key-sha256", options.key_sha256,
      "SHA-256 of --api-key in hexadecimal digits, in its place", "VECEXTD_API_KEY_SHA256");
  add("--alt-api-key-sha256", options.alternative_key_sha256,
      "SHA-256 of --alt-api-key, in its place", "VECEXTD_ALT_API_KEY_SHA256");
  add("--read-only-api-key-sha256", options.read_only_key_sha256,
      "SHA-256 of --read-only-api-key, in its place", "VECEXTD_READ_ONLY_API_KEY_SHA256");
  add("--read-role", options.read_role,
      "role of PostgreSQL that requests run as whose key admits reads alone", "VECEXTD_READ_ROLE");
  add("--write-role", options.write_role, "role of PostgreSQL that all other requests run as",
      "VECEXTD_WRITE_ROLE");
  add("--role-claim", options.role_claim,
      "claim of tokens that names the role of PostgreSQL to run as", "VECEXTD_ROLE_CLAIM");
}

// What one thread works with. Threads share nothing of it, except that each reads the numbers that
// the others count.
struct Worker {
  Worker(const Options& options, const rest::Program& program, ThreadMetrics& metrics)
      : loop(1),
        shutdown(loop.get_executor(), std::chrono::seconds(options.shutdown_limit),
                 [this] { loop.stop(); }),
        pool(loop.get_executor(), options.pool, metrics),
        authenticator(options.access),
        router(pool, authenticator, program, shutdown),
        observer(router, metrics, options.log),
        grpc_service(pool, authenticator, metrics, options.log, program.snapshots,
                     options.http.body_limit, shutdown) {}

  boost::asio::io_context loop;
  Shutdown shutdown;
  Pool pool;
  Authenticator authenticator;
  rest::Router router;
  Observer observer;
  grpc::GrpcService grpc_service;
};

// The same files for each protocol, whose handshakes offer different protocols (ALPN).
struct Certificates {
  explicit Certificates(const TlsOptions& options)
      : rest(options, {"http/1.1"}), grpc(options, {"h2"}) {}
  void reload() {
    rest.reload();
    grpc.reload();
  }

  Tls rest;
  Tls grpc;
};

// Reads certificates and keys once more whenever the program receives SIGHUP. Without TLS, the
// signal has no effect.
void reload_on_hangup(boost::asio::signal_set& hangup, Certificates* tls) {
  hangup.async_wait([&hangup, tls](auto error, int) {
    if (error) {
      return;
    }
    try {
      if (tls != nullptr) {
        tls->reload();
        spdlog::info("read the certificate of TLS");
      }
    } catch (const std::exception& failed) {
      spdlog::error("the certificate of TLS stays as it was: {}", failed.what());
    }
    reload_on_hangup(hangup, tls);
  });
}

// Ends the program without destroying anything: requests that are under way hold connections of
// pools, so neither requests nor pools can be destroyed first. The kernel closes the sockets, and
// the server rolls back what it has not committed.
[[noreturn]] void end(int status) {
  spdlog::shutdown();
  std::quick_exit(status);
}

// Lets all threads end their work when the program receives a first signal, and ends the program at
// once when it receives a second one.
void end_on_signal(boost::asio::signal_set& signals, std::deque<Worker>& workers) {
  signals.async_wait([&](auto, int) {
    spdlog::info(
        "ending after a signal: requests under way are answered, and no more are accepted");
    for (Worker& worker : workers) {
      boost::asio::post(worker.loop, [&worker] { worker.shutdown.begin(); });
    }
    signals.async_wait([](auto, int) { end(1); });
  });
}

void run(Options options) {
  // Writing to a connection that nobody reads any more is an error like others, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  open_log(options.log.format == "json", options.log.level);
  options.grpc.address = options.http.address;
  Registry metrics(rest::Router::all_endpoints().size(), grpc::all_methods());
  const rest::Program program{metrics, boost::uuids::to_string(boost::uuids::random_generator()()),
                              options.snapshots};
  if (!options.statements.empty()) {
    load_statements(options.statements);
  }
  if (!options.snapshots.folder.empty()) {
    prepare_folder(options.snapshots);
    remove_stale_files(options.snapshots);
  }
  std::unique_ptr<Certificates> tls;
  if (!options.tls.certificate.empty()) {
    tls = std::make_unique<Certificates>(options.tls);
  }
  std::deque<Worker> workers;
  for (int i = 0; i < options.threads; ++i) {
    Worker& worker = workers.emplace_back(options, program, metrics.add_thread());
    if (i == 0) {
      require_free(options.http.address, options.http.port);
    }
    options.http.port = serve_http(worker.loop, options.http, worker.observer,
                                   tls == nullptr ? nullptr : &tls->rest, worker.shutdown);
    if (i == 0) {
      require_free(options.grpc.address, options.grpc.port);
    }
    options.grpc.port = serve_http2(worker.loop, options.grpc, worker.grpc_service,
                                    tls == nullptr ? nullptr : &tls->grpc, worker.shutdown);
  }
  spdlog::info("gRPC on {}:{}", options.grpc.address, options.grpc.port);
  spdlog::info("listening on {}://{}:{}", tls == nullptr ? "http" : "https", options.http.address,
               options.http.port);
  if (workers.front().authenticator.admits_all() &&
      !boost::asio::ip::make_address(options.http.address).is_loopback()) {
    spdlog::warn("no key is set: all who reach this address may do everything");
  }
  notify("READY=1");
  boost::asio::io_context signal_loop(1);
  boost::asio::signal_set hangup(signal_loop, SIGHUP);
  reload_on_hangup(hangup, tls.get());
  boost::asio::signal_set signals(signal_loop, SIGINT, SIGTERM);
  end_on_signal(signals, workers);
  std::atomic<int> running = options.threads;
  std::deque<std::jthread> threads;
  for (Worker& worker : workers) {
    threads.emplace_back([&] {
      worker.loop.run();
      if (--running == 0) {
        signal_loop.stop();
      }
    });
  }
  signal_loop.run();
  end(0);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Qdrant's REST and gRPC in front of PostgreSQL with vecext", "vecextd");
  app.set_version_flag("--version", VECEXTD_VERSION);
  Options options;
  read_options(app, options);
  read_access_options(app, options.access);
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return 1;
  }
  return 0;
}

// vecextd: Qdrant's REST and gRPC in front of PostgreSQL with vecext.
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <memory>
#include <system_error>
#include <thread>

#include "access/authenticator.h"
#include "base/body_memory.h"
#include "base/log.h"
#include "base/shutdown.h"
#include "main/options.h"
#include "metrics/registry.h"
#include "pool/parameters.h"
#include "pool/pool.h"
#include "process/notify.h"
#include "service/snapshot_files.h"
#include "service/statements.h"
#include "wire/grpc/service.h"
#include "wire/http/http_connections.h"
#include "wire/http/observer.h"
#include "wire/http2/http2_connections.h"
#include "wire/rest/router.h"
#include "wire/tls/listener.h"
#include "wire/tls/tls.h"

namespace {

using namespace vecext::gateway;

// What one thread works with. Threads share nothing of it but numbers that they count.
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
                     options.http.body_limit, shutdown),
        serve_http(http_connections(loop, options.http, observer, shutdown)),
        serve_grpc(http2_connections(Http2Limits(), grpc_service, shutdown)) {}

  boost::asio::io_context loop;
  // The loop runs until the shutdown stops it, also while no client is connected.
  boost::asio::executor_work_guard<Executor> runs_on{loop.get_executor()};
  std::atomic<int> connections = 0;  // of clients
  Shutdown shutdown;
  Pool pool;
  Authenticator authenticator;
  rest::Router router;
  Observer observer;
  grpc::GrpcService grpc_service;
  ServeConnection serve_http;
  ServeConnection serve_grpc;
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

// Returns the threads of the program, each of which serves the connections of a port by a member of
// its worker.
std::vector<ServingThread> serving(std::deque<Worker>& workers, ServeConnection Worker::*serve) {
  std::vector<ServingThread> threads;
  for (Worker& worker : workers) {
    threads.push_back({worker.loop.get_executor(), worker.connections, worker.*serve});
  }
  return threads;
}

// The ports, whose connections all threads serve.
struct Listeners {
  Listeners(boost::asio::io_context& loop, const Options& options, const Certificates* tls,
            std::deque<Worker>& workers)
      : http(loop, options.address, options.http_port, tls == nullptr ? nullptr : &tls->rest,
             serving(workers, &Worker::serve_http)),
        grpc(loop, options.address, options.grpc_port, tls == nullptr ? nullptr : &tls->grpc,
             serving(workers, &Worker::serve_grpc)) {}

  Listener http;
  Listener grpc;
};

// Ends the program once the shutdown has had all its time. Threads may wait without an end for a
// reader of the log, so the kernel looks at the clock.
void end_in_any_case(int shutdown_limit) {
  constexpr unsigned kGrace = 4;  // seconds, of which giving up takes one
  std::signal(SIGALRM, [](int) { std::_Exit(1); });
  alarm(static_cast<unsigned>(shutdown_limit) + kGrace);
}

// Has a second signal end the program at once. This thread may be waiting for a reader of the log
// by then, so the loop is not asked.
void end_at_next_signal(boost::asio::signal_set& signals) {
  signals.clear();
  for (const int signal : {SIGINT, SIGTERM}) {
    std::signal(signal, [](int) { std::_Exit(1); });
  }
}

// Lets all threads end their work when the program receives a first signal, and ends the program at
// once when it receives a second one. A thread has the last of its connections before it begins to
// end, since it does in order what is posted to it from here.
void end_on_signal(boost::asio::signal_set& signals, int shutdown_limit, Listeners& listeners,
                   std::deque<Worker>& workers) {
  signals.async_wait([&, shutdown_limit](auto, int) {
    end_in_any_case(shutdown_limit);
    end_at_next_signal(signals);
    spdlog::info(
        "ending after a signal: requests under way are answered, and no more are accepted");
    listeners.http.close();
    listeners.grpc.close();
    for (Worker& worker : workers) {
      boost::asio::post(worker.loop, [&worker] { worker.shutdown.begin(); });
    }
  });
}

// Reads the file of statements, and makes the folder of snapshots ready, if the options name them.
void prepare_files(const Options& options) {
  if (!options.statements.empty()) {
    load_statements(options.statements);
  }
  if (!options.snapshots.folder.empty()) {
    prepare_folder(options.snapshots);
    remove_stale_files(options.snapshots);
  }
}

// Says where the program listens, and whom it admits.
void log_start(const Options& options, const Listeners& listeners, bool admits_all) {
  spdlog::info("gRPC on {}:{}", options.address, listeners.grpc.port());
  spdlog::info("listening on {}://{}:{}", options.tls.certificate.empty() ? "http" : "https",
               options.address, listeners.http.port());
  if (admits_all && !boost::asio::ip::make_address(options.address).is_loopback()) {
    spdlog::warn("no key is set: all who reach this address may do everything");
  }
}

// Runs the loops of the workers, of which the last one that ends stops the main loop.
[[noreturn]] void run_loops(std::deque<Worker>& workers, boost::asio::io_context& main_loop) {
  std::atomic<std::size_t> running = workers.size();
  std::deque<std::thread> threads;
  try {
    for (Worker& worker : workers) {
      threads.emplace_back([&] {
        worker.loop.run();
        if (--running == 0) {
          main_loop.stop();
        }
      });
    }
  } catch (const std::system_error& error) {
    spdlog::error("a thread cannot be made: {}", error.what());
    end(1);  // those that run would be waited for
  }
  notify("READY=1");
  main_loop.run();
  end(0);
}

void run(Options options) {
  // Writing to a connection that nobody reads any more is an error like others, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  open_log(options.log.format == "json", options.log.level);
  parameters_of(options.pool.conninfo);  // throws if libpq does not take it
  Registry metrics(rest::Router::all_endpoints().size(), grpc::all_methods());
  const rest::Program program{metrics, boost::uuids::to_string(boost::uuids::random_generator()()),
                              options.snapshots};
  limit_body_memory(options.body_memory);
  prepare_files(options);
  std::unique_ptr<Certificates> tls;
  if (!options.tls.certificate.empty()) {
    tls = std::make_unique<Certificates>(options.tls);
  }
  std::deque<Worker> workers;
  for (int i = 0; i < options.threads; ++i) {
    workers.emplace_back(options, program, metrics.add_thread());
  }
  boost::asio::io_context main_loop(1);
  Listeners listeners(main_loop, options, tls.get(), workers);
  log_start(options, listeners, workers.front().authenticator.admits_all());
  boost::asio::signal_set hangup(main_loop, SIGHUP);
  reload_on_hangup(hangup, tls.get());
  boost::asio::signal_set signals(main_loop, SIGINT, SIGTERM);
  end_on_signal(signals, options.shutdown_limit, listeners, workers);
  run_loops(workers, main_loop);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Qdrant's REST and gRPC in front of PostgreSQL with vecext", "vecextd");
  app.set_version_flag("--version", VECEXTD_VERSION);
  Options options;
  read_options(app, options);
  CLI11_PARSE(app, argc, argv);
  try {
    run(options);
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return 1;
  }
  return 0;
}

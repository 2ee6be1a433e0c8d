// The options of vecextd, of its command line and its environment.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "access/authenticator.h"
#include "base/log.h"
#include "pool/pool.h"
#include "service/snapshot_files.h"
#include "wire/http/http_connections.h"
#include "wire/tls/tls.h"

namespace vecext::gateway {

struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t http_port = 6333;
  std::uint16_t grpc_port = 6334;
  HttpOptions http;
  PoolOptions pool;
  AccessOptions access;
  LogOptions log;
  std::string statements;
  TlsOptions tls;
  SnapshotOptions snapshots;
  int threads = 2;
  std::uint64_t body_memory = 1u << 30;  // bytes
  int shutdown_limit = 8;                // seconds: less than the ten after which Docker kills
};

/// Lets `app` read the options into `options`, which it is to outlive.
void read_options(CLI::App& app, Options& options);

}  // namespace vecext::gateway

#include "main/options.h"

#include <cstdlib>
#include <limits>
#include <set>
#include <string>
#include <string_view>

namespace vecext::gateway {

namespace {

/// Returns why the claim of that name cannot name a role, or an empty text if it can.
std::string role_claim_fault(const std::string& claim) {
  const std::set<std::string_view> others = {"access", "exp", "namespace", "value_exists"};
  return others.contains(claim) ? "the claim \"" + claim + "\" has another meaning" : "";
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
  app.add_option("--role-claim", options.role_claim,
                 "claim of tokens that names the role of PostgreSQL to run as")
      ->check(role_claim_fault)
      ->envname("VECEXTD_ROLE_CLAIM");
}

void read_log_options(CLI::App& app, LogOptions& options) {
  app.add_option("--log-format", options.format, "text, or json: one object for each line")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("VECEXTD_LOG_FORMAT");
  app.add_option("--log-level", options.level,
                 "lowest level that is logged; debug logs each request")
      ->capture_default_str()
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->envname("VECEXTD_LOG_LEVEL");
  app.add_option("--log-slow", options.slow,
                 "milliseconds above which a request is logged as slow; 0: no request is")
      ->capture_default_str()
      ->check(CLI::Range(0, 86'400'000))
      ->envname("VECEXTD_LOG_SLOW");
}

void read_tls_options(CLI::App& app, TlsOptions& options) {
  CLI::Option* certificate =
      app.add_option("--tls-cert", options.certificate,
                     "file of the certificate, in PEM; with it, TLS alone is served")
          ->envname("VECEXTD_TLS_CERT");
  CLI::Option* key =
      app.add_option("--tls-key", options.key, "file of the certificate's private key, in PEM")
          ->envname("VECEXTD_TLS_KEY")
          ->needs(certificate);
  certificate->needs(key);
  app.add_option("--tls-ca", options.authorities,
                 "file of authorities, in PEM; clients need a certificate that one has signed")
      ->envname("VECEXTD_TLS_CA")
      ->needs(certificate);
}

/// Throws a ValidationError if an option is given that has no text, or its variable is set to none:
/// a secret that could not be read would otherwise be an option that is not given, and a gateway
/// without a key serves everybody. An empty connection string is libpq's, which has defaults.
void refuse_empty(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_name() == "--postgres") {
      continue;
    }
    const std::string variable = option->get_envname();
    const char* value = variable.empty() ? nullptr : std::getenv(variable.c_str());
    if (value != nullptr && *value == '\0') {
      throw CLI::ValidationError(variable, "is set, and empty");
    }
    for (const std::string& result : option->results()) {
      if (result.empty()) {
        throw CLI::ValidationError(option->get_name(), "is empty");
      }
    }
  }
}

}  // namespace

void read_options(CLI::App& app, Options& options) {
  app.add_option("--postgres", options.pool.conninfo,
                 "connection string of PostgreSQL, as libpq takes it")
      ->envname("VECEXTD_POSTGRES");
  app.add_option("--listen", options.address, "IP address to listen on")
      ->capture_default_str()
      ->envname("VECEXTD_LISTEN");
  app.add_option("--http-port", options.http_port, "port of REST; 0: a port that is free")
      ->capture_default_str()
      ->envname("VECEXTD_HTTP_PORT");
  app.add_option("--grpc-port", options.grpc_port, "port of gRPC; 0: a port that is free")
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
  app.add_option("--statements", options.statements,
                 "file of SQL statements that clients may run by name")
      ->envname("VECEXTD_STATEMENTS");
  app.add_option("--max-body-memory", options.body_memory,
                 "bytes of bodies of requests that are held at a time; others are refused")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{64} << 20, std::numeric_limits<std::uint64_t>::max() / 2))
      ->envname("VECEXTD_MAX_BODY_MEMORY");
  app.add_option("--compress-from", options.http.compress_from,
                 "bytes from which an answer is compressed for clients that take gzip; 0: never")
      ->capture_default_str()
      ->envname("VECEXTD_COMPRESS_FROM");
  read_log_options(app, options.log);
  read_tls_options(app, options.tls);
  read_access_options(app, options.access);
  app.final_callback([&app] { refuse_empty(app); });
}

}  // namespace vecext::gateway

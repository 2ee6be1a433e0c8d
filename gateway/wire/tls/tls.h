// Certificates and keys of TLS, which may be replaced while the program runs.
#pragma once

#include <atomic>
#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace vecext::gateway {

struct TlsOptions {
  std::string certificate;  // a file in PEM, with the chain after it; empty: no TLS
  std::string key;          // a file in PEM
  std::string authorities;  // a file in PEM; if it is given, clients need a certificate of theirs
};

class Tls {
 public:
  using Context = boost::asio::ssl::context;

  /// `protocols` are names of ALPN, such as http/1.1. Throws std::exception if a file cannot be
  /// used.
  Tls(TlsOptions options, std::vector<std::string> protocols);

  /// Reads the files once more. If one cannot be used, it throws, and nothing has changed.
  void reload();

  /// Returns the context for the next connection. All threads may call it.
  std::shared_ptr<Context> context() const { return context_.load(); }

 private:
  std::shared_ptr<Context> make_context();

  TlsOptions options_;
  std::string protocols_;  // as OpenSSL takes them
  std::atomic<std::shared_ptr<Context>> context_;
};

}  // namespace vecext::gateway

#include "wire/tls/tls.h"

#include <openssl/ssl.h>

#include <stdexcept>

namespace vecext::gateway {

namespace {

namespace ssl = boost::asio::ssl;

// Chooses the first of our protocols that the client offers. A client that offers others alone is
// refused, as RFC 7301 says; one that offers nothing is served.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned int offered_size, void* protocols) {
  const auto& ours = *static_cast<const std::string*>(protocols);
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, reinterpret_cast<const unsigned char*>(ours.data()),
                            static_cast<unsigned int>(ours.size()), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Tls::Tls(TlsOptions options, std::vector<std::string> protocols) : options_(std::move(options)) {
  for (const std::string& protocol : protocols) {
    protocols_ += static_cast<char>(protocol.size());
    protocols_ += protocol;
  }
  reload();
}

void Tls::reload() {
  context_.store(make_context());
}

std::shared_ptr<Tls::Context> Tls::make_context() {
  auto context = std::make_shared<Context>(Context::tls_server);
  SSL_CTX* const native = context->native_handle();
  if (SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION) != 1) {
    throw std::runtime_error("OpenSSL has no TLS 1.2");
  }
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  const auto use = [](const std::string& file, auto&& load) {
    boost::system::error_code error;
    load(error);
    if (error) {
      throw std::runtime_error(file + ": " + error.message());
    }
  };
  use(options_.certificate, [&](boost::system::error_code& error) {
    context->use_certificate_chain_file(options_.certificate, error);
  });
  // OpenSSL refuses a key that is not that of the certificate.
  use(options_.key, [&](boost::system::error_code& error) {
    context->use_private_key_file(options_.key, Context::pem, error);
  });
  if (!options_.authorities.empty()) {
    use(options_.authorities, [&](boost::system::error_code& error) {
      context->load_verify_file(options_.authorities, error);
    });
    // Clients choose their certificate by the names of authorities.
    SSL_CTX_set_client_CA_list(native, SSL_load_client_CA_file(options_.authorities.c_str()));
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    // Sessions of clients that had been verified are resumed by this name.
    constexpr unsigned char kName[] = "vecextd";
    SSL_CTX_set_session_id_context(native, kName, sizeof kName - 1);
  }
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, &protocols_);
  return context;
}

}  // namespace vecext::gateway

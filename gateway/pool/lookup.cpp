#include "pool/lookup.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <system_error>
#include <thread>

#include "pool/sql_error.h"

namespace vecext::gateway {

std::vector<std::string> addresses_of(const std::string& name) {
  asio::io_context context;
  boost::system::error_code ignored;
  std::vector<std::string> addresses;
  for (const auto& entry : asio::ip::tcp::resolver(context).resolve(name, "", ignored)) {
    addresses.push_back(entry.endpoint().address().to_string());
  }
  return addresses;
}

struct Lookups::Lookup {
  explicit Lookup(Executor executor) : limit(executor, std::chrono::seconds(5)) {}
  bool is_done = false;
  Timer limit;  // is cancelled when it is done
  std::vector<std::string> addresses;
};

namespace {

// Returns the addresses of a name, which has none if the lookup fails, as without memory.
std::vector<std::string> found_by(const Lookups::Function& look_up, const std::string& name) {
  try {
    return look_up(name);
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace

std::shared_ptr<Lookups::Lookup> Lookups::begin(Executor executor, const std::string& name) {
  std::shared_ptr<Lookup>& last = lookups_[name];
  if (last != nullptr && !last->is_done) {
    return last;
  }
  const auto lookup = std::make_shared<Lookup>(executor);
  // The thread gives the lookup back, since its timer is the loop's.
  auto run = [look_up = look_up_, name, lookup,
              loop = asio::prefer(executor, asio::execution::outstanding_work.tracked)]() mutable {
    asio::post(loop, [lookup = std::move(lookup), addresses = found_by(look_up, name)]() mutable {
      lookup->is_done = true;
      lookup->addresses = std::move(addresses);
      lookup->limit.cancel();
    });
  };
  try {
    std::thread(std::move(run)).detach();
  } catch (const std::system_error&) {
    throw ConnectionLost("the system has no thread left to look up a host");
  }
  last = lookup;
  return lookup;
}

Task<std::vector<std::vector<std::string>>> Lookups::find(Executor executor,
                                                          std::vector<std::string> names) {
  std::vector<std::shared_ptr<Lookup>> lookups;
  for (const std::string& name : names) {
    lookups.push_back(begin(executor, name));
  }
  std::vector<std::vector<std::string>> found;
  for (const std::shared_ptr<Lookup>& lookup : lookups) {
    if (!lookup->is_done) {
      boost::system::error_code ignored;
      co_await lookup->limit.async_wait(
          asio::redirect_error(asio::use_awaitable_t<Executor>(), ignored));
    }
    found.push_back(lookup->addresses);
  }
  co_return found;
}

}  // namespace vecext::gateway

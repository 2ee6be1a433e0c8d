// The body of a request as the parser of Boost.Beast fills it: in memory, or in a file.
#pragma once

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/file.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <string>

namespace vecext::gateway {

struct IncomingBody {
  struct value_type {
    std::string text;
    boost::beast::file file;  // takes the place of the text once it is open
    bool has_failed = false;  // it cannot be written
  };

  // Members that Beast calls.
  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(boost::beast::http::header<isRequest, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, boost::system::error_code& error) {
      error.clear();
      if (length && !body_.file.is_open()) {
        body_.text.reserve(*length);
      }
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error.clear();
      std::size_t taken = 0;
      for (const auto part : boost::beast::buffers_range_ref(buffers)) {
        if (!body_.file.is_open()) {
          body_.text.append(static_cast<const char*>(part.data()), part.size());
        } else {
          body_.file.write(part.data(), part.size(), error);
          if (error) {
            body_.has_failed = true;
            return taken;
          }
        }
        taken += part.size();
      }
      return taken;
    }

    void finish(boost::system::error_code& error) { error.clear(); }

   private:
    value_type& body_;
  };
};

}  // namespace vecext::gateway

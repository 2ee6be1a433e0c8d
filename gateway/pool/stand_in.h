// The client of calls that may go on when their own client goes.
#pragma once

#include "base/client.h"

namespace vecext::gateway {

/// Stands between such calls and their client. When the client goes, the calls take a place and go
/// on; if none is free then, the client has gone for them, too.
class StandIn {
 public:
  /// Each is taken by calls that go on, until they end.
  struct Places {
    int all;
    int taken = 0;
  };

  /// The client may be null. The places outlive this object.
  StandIn(Places& places, Client* client)
      : places_(places), on_leave_(client, [this] { leave(); }) {}
  ~StandIn() { places_.taken -= has_place_ ? 1 : 0; }
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  /// Returns the client for the calls. It has gone if they are to be given up.
  Client* client() { return &client_; }

 private:
  // A wire may say repeatedly that the client has gone. What is given up stays so.
  void leave() {
    if (!has_place_ && !client_.has_gone() && places_.taken < places_.all) {
      has_place_ = true;
      ++places_.taken;
    }
    if (!has_place_) {
      client_.leave();
    }
  }

  Places& places_;
  Client client_;
  bool has_place_ = false;
  OnLeave on_leave_;
};

}  // namespace vecext::gateway

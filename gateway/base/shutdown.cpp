#include "base/shutdown.h"

#include <algorithm>
#include <utility>

namespace vecext::gateway {

namespace {

// A request that the client has sent before it learns of the end arrives within this time.
constexpr std::chrono::milliseconds kArrival{500};
// The server has this time to roll back what was given up.
constexpr std::chrono::milliseconds kRollback{1000};

}  // namespace

Shutdown::Work::Work(Shutdown& shutdown, std::function<void(Stage)> on_stage)
    : shutdown_(shutdown),
      place_(shutdown.work_.insert(shutdown.work_.end(), std::move(on_stage))) {}

Shutdown::Work::~Work() {
  shutdown_.work_.erase(place_);
  shutdown_.end_if_done();
}

void Shutdown::begin() {
  if (has_begun()) {
    return;
  }
  enter(Stage::kDrain);
  after(std::min(kArrival, limit_), [this] {
    enter(Stage::kIdle);
    after(limit_ - std::min(kArrival, limit_), [this] {
      enter(Stage::kGiveUp);
      after(kRollback, [this] { std::exchange(on_end_, nullptr)(); });
    });
  });
  end_if_done();
}

void Shutdown::enter(Stage stage) {
  stage_ = stage;
  for (const std::function<void(Stage)>& on_stage : work_) {
    if (on_stage) {
      on_stage(stage);
    }
  }
}

void Shutdown::end_if_done() {
  if (has_begun() && work_.empty() && on_end_) {
    timer_.cancel();
    std::exchange(on_end_, nullptr)();
  }
}

void Shutdown::after(std::chrono::milliseconds pause, std::function<void()> call) {
  timer_.expires_after(pause);
  timer_.async_wait([this, call = std::move(call)](boost::system::error_code error) {
    if (!error && on_end_) {
      call();
    }
  });
}

}  // namespace vecext::gateway

// The text that Prometheus reads: families of samples.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/values.h"

namespace vecext::gateway {

/// A label of a sample: its name, and its value, which may be any text.
using Label = std::pair<std::string_view, std::string_view>;

/// Writes families one after the other, each with its samples behind it.
class Exposition {
 public:
  /// Begins a family. `type` is counter, gauge or histogram.
  void family(std::string_view name, std::string_view type, std::string_view help);

  void sample(double value, std::initializer_list<Label> labels = {});
  /// Writes the samples of a histogram.
  void sample(const Durations& durations, std::initializer_list<Label> labels = {});

  const std::string& text() const { return text_; }

 private:
  void write(std::string_view suffix, const std::vector<Label>& labels, double value);

  std::string name_;
  std::string text_;
};

}  // namespace vecext::gateway

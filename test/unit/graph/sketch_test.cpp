// Sketches: the metric shows in their distance.
#include "core/graph/flat/sketch.h"

#include <algorithm>
#include <cmath>

#include "flat_index.h"

namespace vecext::test::sketch_test {
namespace {

/// The sketches of values, and squared distances between them.
struct SketchesOf {
  TestArena arena;
  std::vector<float> x;
  double unit = 1;
  std::size_t floats;

  SketchesOf(const Class& of, const std::vector<Value>& values) {
    GraphModel model{};
    model.meta.element = static_cast<std::uint8_t>(of.element);
    model.meta.metric = static_cast<std::uint8_t>(of.metric);
    model.meta.dims = of.dims;
    model.meta.m = 16;
    model.meta.seed = 3;
    REQUIRE(plan_graph(&model.meta));
    derive(&model);
    std::vector<std::byte> elements;
    std::vector<std::size_t> begin{0};
    for (const Value& value : values) {
      elements.insert(elements.end(), value.begin(), value.end());
      begin.push_back(elements.size());
    }
    floats = static_cast<std::size_t>(sketch_floats(model.meta));
    Sketches made;
    const ParallelOptions work{.threads = 1, .stop = nullptr, .stop_context = nullptr};
    REQUIRE(make_sketches(model, {elements.data(), begin.data(), nullptr, values.size()}, work,
                          arena, &made)
                .ok());
    x.assign(made.x, made.x + values.size() * floats);
    const bool have_length_one = of.metric == Metric::kCosine || of.metric == Metric::kJaccard;
    unit = have_length_one ? 1 : static_cast<double>(made.unit);
  }

  double distance(std::size_t a, std::size_t b) const {
    double sum = 0;
    for (std::size_t i = 0; i < floats; ++i) {
      sum += std::pow(static_cast<double>(x[a * floats + i] - x[b * floats + i]), 2);
    }
    return sum / (unit * unit);
  }
};

double exact(const Class& of, const Value& a, const Value& b) {
  return vector_distance(of.element, of.metric)(a.data(), b.data(), of.dims);
}

TEST_CASE("sketches of few dimensions are as far from each other as the vectors") {
  const Class bits{Element::kBit, Metric::kHamming, 300};
  const Class sparse{Element::kSparse, Metric::kL2, 400, 50};
  const Class cosine{Element::kSparse, Metric::kCosine, 400, 50};
  for (const Class& of : {bits, sparse, cosine}) {
    CAPTURE(static_cast<int>(of.metric));
    const auto values = flat_values(of, 40);
    const SketchesOf sketches(of, values);
    for (std::size_t i = 1; i < values.size(); ++i) {
      const double distance = exact(of, values[0], values[i]);
      const double expected = score_of_distance(of.metric, distance);
      CHECK(sketches.distance(0, i) == doctest::Approx(expected).epsilon(0.001));
    }
  }
}

TEST_CASE("sketches of many dimensions are about as far from each other") {
  const Class bits{Element::kBit, Metric::kHamming, 6000};
  const Class sparse{Element::kSparse, Metric::kL2, 1000000, 200};
  const Class halves{Element::kHalf, Metric::kL2, 8000};
  for (const Class& of : {bits, sparse, halves}) {
    CAPTURE(static_cast<int>(of.element));
    const auto values = flat_values(of, 40);
    const SketchesOf sketches(of, values);
    CHECK(sketches.floats == 512);
    for (std::size_t i = 1; i < values.size(); ++i) {
      const double expected = score_of_distance(of.metric, exact(of, values[0], values[i]));
      CHECK(sketches.distance(0, i) == doctest::Approx(expected).epsilon(0.35));
    }
  }
}

TEST_CASE("bit strings of one bit each have sketches of their own") {
  const Class of{Element::kBit, Metric::kHamming, 5000};
  std::vector<Value> values;
  for (std::size_t i = 0; i < 5000; ++i) {
    Value value(625);
    value[i / 8] = static_cast<std::byte>(0x80u >> i % 8);
    values.push_back(value);
  }
  const SketchesOf sketches(of, values);
  std::set<std::vector<float>> distinct;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float* sketch = sketches.x.data() + i * sketches.floats;
    distinct.insert({sketch, sketch + sketches.floats});
  }
  CHECK(distinct.size() == values.size());
}

TEST_CASE("sketches of values far from 1 are as far from each other as the vectors") {
  const Class of{Element::kFloat, Metric::kL1, 20};
  for (const float factor : {1e20F, 1e30F, 1e-30F}) {
    CAPTURE(factor);
    std::vector<Value> values = flat_values(of, 40);
    for (Value& value : values) {
      float x[20];
      std::memcpy(x, value.data(), sizeof x);
      std::for_each(x, x + 20, [&](float& element) { element *= factor; });
      std::memcpy(value.data(), x, sizeof x);
    }
    const SketchesOf sketches(of, values);
    for (std::size_t i = 1; i < values.size(); ++i) {
      float a[20];
      float b[20];
      std::memcpy(a, values[0].data(), sizeof a);
      std::memcpy(b, values[i].data(), sizeof b);
      double expected = 0;
      for (int j = 0; j < 20; ++j) {
        expected += std::pow(static_cast<double>(a[j]) - static_cast<double>(b[j]), 2);
      }
      CHECK(sketches.distance(0, i) == doctest::Approx(expected).epsilon(0.001));
    }
  }
}

TEST_CASE("sketches of huge values are finite") {
  const Class of{Element::kFloat, Metric::kL1, 700};
  const std::vector<float> huge(700, 3e38F);
  Value value(700 * sizeof(float));
  std::memcpy(value.data(), huge.data(), value.size());
  const SketchesOf sketches(of, {value, Value(700 * sizeof(float))});
  CHECK(std::isfinite(sketches.distance(0, 1)));
}

}  // namespace
}  // namespace vecext::test::sketch_test

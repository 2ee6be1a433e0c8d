// The order of many lists, by codes of their centroids: complete, the same each time, and nearly
// the one that the centroids give.
#include "core/ivf/lists/centroid_codes.h"

#include <cmath>
#include <limits>

#include "core/ivf/lists/probe_order.h"
#include "core/ivf/lists/refresh.h"
#include "core/ivf/lists/rebalance.h"
#include "moved_image.h"
#include "test_index.h"

namespace vecext::test::centroid_codes_test {
namespace {

constexpr int kLists = 2500;
constexpr int kRows = 10000;
constexpr std::size_t kMemory = std::size_t{1} << 30;

/// As a backend caches it.
ivf::Model load_coded(TestIndex& index) {
  ivf::Model model = index.load(8);
  REQUIRE(reserve_centroid_codes(&model, index.arena));
  update_centroid_codes(&model, [] {});
  REQUIRE(has_centroid_codes(model));
  return model;
}

/// All probes of a query, after checking that those are its lists, each once, with true scores.
std::vector<int> whole_order(TestIndex& index, const ivf::Model& model, const float* query) {
  std::vector<float> q(static_cast<std::size_t>(model.dims()));
  transform_vector(model.transform(), query, true, q.data());
  const auto dims = q.size();
  ivf::ProbeOrder order;
  REQUIRE(order.prepare(model, q.data(), index.arena));
  std::vector<int> lists;
  std::set<int> seen;
  while (static_cast<int>(lists.size()) < order.count()) {
    const int expected = order.peek();
    const ivf::Probe probe = order.next();
    lists.push_back(probe.list);
    CHECK(seen.insert(probe.list).second);
    CHECK((expected < 0 || expected == probe.list));
    CHECK_FALSE(model.is_vacant(probe.list));
    const auto& kernels = kernel::active().f32;
    const float* centroid = model.centroid(probe.list);
    CHECK(probe.distance_squared == kernels.l2_squared(q.data(), centroid, dims));
    CHECK(probe.score == (model.metric() == Metric::kInnerProduct
                              ? -kernels.inner_product(q.data(), centroid, dims)
                              : probe.distance_squared));
    // What has not been given yet is what is left.
    if (lists.size() % 1000 == 1) {
      std::set<int> both = seen;
      for (int i = 0; i < order.left(); ++i) {
        CHECK(both.insert(order.left_at(i).list).second);
      }
      CHECK(static_cast<int>(both.size()) == order.count());
    }
  }
  int counted = 0;
  for (int i = 0; i < model.lists(); ++i) {
    counted += model.is_vacant(i) ? 0 : 1;
  }
  CHECK(order.count() == counted);
  return lists;
}

/// Of the first n of both, those in both.
int shared(const std::vector<int>& a, const std::vector<int>& b, int n) {
  const std::set<int> first(a.begin(), a.begin() + n);
  return static_cast<int>(
      std::count_if(b.begin(), b.begin() + n, [&](int list) { return first.count(list) > 0; }));
}

TEST_CASE("codes of centroids give nearly the order of the centroids, and every list once") {
  for (const Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
    for (const int bits : {0, 4}) {
      for (const int dims : {18, 64}) {
        CAPTURE(static_cast<int>(metric));
        CAPTURE(bits);
        CAPTURE(dims);
        TestIndex index({.metric = metric, .bits = bits, .dims = dims, .lists = kLists}, kRows);
        const ivf::Model coded = load_coded(index);
        const ivf::Model flat = index.load();
        REQUIRE_FALSE(has_centroid_codes(flat));
        int near = 0;
        for (int i = 0; i < 10; ++i) {
          const float* query = index.vector(i * 37);
          const std::vector<int> order = whole_order(index, coded, query);
          CHECK(order == whole_order(index, coded, query));
          const std::vector<int> exact = whole_order(index, flat, query);
          CHECK(order[0] == exact[0]);
          near += shared(order, exact, 100);
        }
        CHECK(near > 990);
      }
    }
  }
}

TEST_CASE("a model of an image, and a copy of that, order lists as the loaded one does") {
  TestIndex index({.dims = 32, .lists = kLists}, kRows);
  const ivf::Model loaded = load_coded(index);
  const ivf::Model shared = moved_image(without_spare(loaded), &index.arena);
  ivf::Model copy;
  REQUIRE(copy_model(shared, 100, index.arena, &copy));
  CHECK(copy.room == shared.lists() + 100);
  CHECK(has_centroid_codes(shared));
  CHECK(has_centroid_codes(copy));
  for (int i = 0; i < 20; ++i) {
    const auto expected = whole_order(index, loaded, index.vector(i));
    CHECK(whole_order(index, shared, index.vector(i)) == expected);
    CHECK(whole_order(index, copy, index.vector(i)) == expected);
  }
  // The copy follows changes of the lists.
  ivf::Model changing = index.load(2);
  const auto fetch = [](void*, RowId, float*) { return false; };
  ivf::Rebalanced made;
  REQUIRE(rebalance(index.store, &changing, {{100, -1}, 1, 2}, {fetch, nullptr},
                    {index.arena, kMemory}, &made)
              .ok());
  bool done;
  REQUIRE(refresh_model(index.store, &copy, &done).ok());
  REQUIRE(done);
  update_centroid_codes(&copy, [] {});
  CHECK(whole_order(index, copy, index.vector(1)) ==
        whole_order(index, load_coded(index), index.vector(1)));
}

TEST_CASE("few lists have no codes") {
  TestIndex index({.lists = ivf::kFewestCoded - 1}, kRows);
  ivf::Model model = index.load();
  REQUIRE(reserve_centroid_codes(&model, index.arena));
  update_centroid_codes(&model, [] {});
  CHECK_FALSE(has_centroid_codes(model));
}

TEST_CASE("a row's list is the one with the nearest centroid") {
  TestIndex index({.dims = 32, .lists = kLists}, kRows);
  const ivf::Model coded = load_coded(index);
  const ivf::Model flat = index.load();
  for (int i = 0; i < 500; ++i) {
    std::vector<float> x(32);
    transform_vector(flat.transform(), index.vector(i), false, x.data());
    const int nearest = nearest_of(flat, x.data(), -1, index.arena);
    CHECK(nearest_of(coded, x.data(), -1, index.arena) == nearest);
    CHECK(nearest_of(coded, x.data(), nearest, index.arena) ==
          nearest_of(flat, x.data(), nearest, index.arena));
  }
}

/// What the codes say of the products of a query with the centroids of all lists; 0 of vacant
/// places.
std::vector<float> estimates(const ivf::Model& model, const float* query, TestArena* arena) {
  std::vector<float> products((static_cast<std::size_t>(model.lists()) / kBlockLanes + 1) *
                              kBlockLanes);
  REQUIRE(estimate_products(model, query, *arena, products.data()));
  products.resize(static_cast<std::size_t>(model.lists()));
  for (std::int32_t list = 0; list < model.lists(); ++list) {
    if (model.is_vacant(list)) {
      products[static_cast<std::size_t>(list)] = 0;
    }
  }
  return products;
}

TEST_CASE("codes follow the lists") {
  TestIndex index({.dims = 32, .lists = kLists}, kRows);
  ivf::Model kept = load_coded(index);
  for (int change = 0; change < 6; ++change) {
    CAPTURE(change);
    ivf::Model changing = index.load(2);
    // Lists are split, and merged: into places at the end, and into those given up before.
    const ivf::Rebalancing splitting{{100 + change, -1}, 1, 2};
    const ivf::Rebalancing merging{{200 + change, 300 + change}, 2, 1};
    const auto fetch = [](void*, RowId, float*) { return false; };
    ivf::Rebalanced made;
    REQUIRE(rebalance(index.store, &changing, change % 2 == 0 ? splitting : merging,
                      {fetch, nullptr}, {index.arena, kMemory}, &made)
                .ok());
    bool done;
    REQUIRE(refresh_model(index.store, &kept, &done).ok());
    REQUIRE(done);
    if (made.done) {
      CHECK_FALSE(has_centroid_codes(kept));
    }
    // Without codes of its own lists a model is searched by its centroids.
    whole_order(index, kept, index.vector(change));
    update_centroid_codes(&kept, [] {});
    REQUIRE(has_centroid_codes(kept));
    CHECK(estimates(kept, index.vector(change), &index.arena) ==
          estimates(load_coded(index), index.vector(change), &index.arena));
    CHECK(whole_order(index, kept, index.vector(change)) ==
          whole_order(index, load_coded(index), index.vector(change)));
  }
}

TEST_CASE("centroids that have no codes to speak of keep their lists") {
  TestIndex index({.dims = 16, .lists = kLists}, kRows);
  ivf::Model model = index.load();
  const float values[] = {0, 1e-30F, 1e18F, 1e30F, std::numeric_limits<float>::infinity()};
  for (int i = 0; i < 40; ++i) {
    std::fill_n(model.centroids + i * 16, 16, (i % 2 == 0 ? 1.0F : -1.0F) * values[i / 2 % 5]);
  }
  REQUIRE(reserve_centroid_codes(&model, index.arena));
  update_centroid_codes(&model, [] {});
  std::vector<float> query(16, 1.0F);
  for (const float factor : {0.0F, 1.0F, 1e18F, 1e30F}) {
    for (float& x : query) {
      x = factor;
    }
    ivf::ProbeOrder order;
    REQUIRE(order.prepare(model, query.data(), index.arena));
    std::set<int> seen;
    for (int i = 0; i < order.count(); ++i) {
      CHECK(seen.insert(order.next().list).second);
    }
    CHECK(static_cast<int>(seen.size()) == kLists);
  }
}

}  // namespace
}  // namespace vecext::test::centroid_codes_test

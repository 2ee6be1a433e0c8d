// Posting lists: packing against a definition bit by bit, all else in every table against a loop.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "kernel/tables.h"

namespace vecext::kernel::text_test {
namespace {

constexpr std::size_t kNumbers = 128;

std::vector<std::uint32_t> random_numbers(unsigned width, std::mt19937& random) {
  std::vector<std::uint32_t> numbers(kNumbers);
  for (std::uint32_t& x : numbers) {
    x = static_cast<std::uint32_t>(random() & ((std::uint64_t{1} << width) - 1));
  }
  return numbers;
}

/// Bit b of number i is bit (b + w * (i / 4)) of lane i % 4.
std::vector<std::uint8_t> expected_bytes(const std::vector<std::uint32_t>& numbers,
                                         unsigned width) {
  std::vector<std::uint8_t> bytes(16 * width);
  for (std::size_t i = 0; i < kNumbers; ++i) {
    for (unsigned b = 0; b < width; ++b) {
      const std::size_t bit = b + width * (i / 4);
      const std::size_t byte = bit / 32 * 16 + i % 4 * 4 + bit % 32 / 8;
      bytes[byte] = static_cast<std::uint8_t>(bytes[byte] | (numbers[i] >> b & 1) << bit % 8);
    }
  }
  return bytes;
}

TEST_CASE("numbers of every width are packed into four lanes, and back") {
  std::mt19937 random(1);
  for (unsigned width = 0; width <= 31; ++width) {
    const auto numbers = random_numbers(width, random);
    const auto want = expected_bytes(numbers, width);
    GuardedMemory memory(want.size() + 1);
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      CAPTURE(width);
      auto* packed = memory.end_with<std::uint8_t>(want.size(), 0);
      kernels->text.pack(numbers.data(), width, packed);
      CHECK(std::equal(want.begin(), want.end(), packed));
      std::vector<std::uint32_t> got(kNumbers);
      kernels->text.unpack(packed, width, got.data());
      CHECK(got == numbers);
    }
  }
}

TEST_CASE("gaps become ascending numbers") {
  std::mt19937 random(2);
  for (unsigned width = 0; width <= 24; ++width) {
    auto gaps = random_numbers(width, random);
    gaps[0] = 0;
    const std::uint32_t first = static_cast<std::uint32_t>(random()) % 1000;
    std::vector<std::uint32_t> want(kNumbers, first);
    for (std::size_t i = 1; i < kNumbers; ++i) {
      want[i] = want[i - 1] + gaps[i] + 1;
    }
    const auto bytes = expected_bytes(gaps, width);
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      std::vector<std::uint32_t> got(kNumbers);
      kernels->text.unpack_gaps(bytes.data(), width, first, got.data());
      CHECK(got == want);
    }
  }
}

TEST_CASE("scores of postings are the formula's, equal in all tables") {
  std::mt19937 random(3);
  std::vector<float> norms(256);
  for (std::size_t i = 0; i < norms.size(); ++i) {
    norms[i] = 0.3f + 0.05f * static_cast<float>(i);
  }
  for (std::size_t n = 0; n <= kNumbers; n += n < 40 ? 1 : 11) {
    const std::uint32_t first = static_cast<std::uint32_t>(random()) % 5000;
    std::vector<std::uint8_t> lengths(8064 + 3);
    for (std::uint8_t& x : lengths) {
      x = static_cast<std::uint8_t>(random());
    }
    std::vector<std::uint32_t> documents(n);
    std::vector<std::uint32_t> extra(n);
    for (std::size_t i = 0; i < n; ++i) {
      documents[i] = first + static_cast<std::uint32_t>(random() % 8064);
      extra[i] = static_cast<std::uint32_t>(random() % 127);
    }
    if (n > 0) {
      documents[0] = first + 8063;
    }
    const float weight = static_cast<float>(random() % (1u << 30));
    GuardedMemory memory(lengths.size());
    const PostingTerms terms{weight, norms.data(), memory.end_with(lengths, 0), first};
    std::vector<std::int32_t> want;
    tables()[0]->text.score(documents.data(), extra.data(), n, terms,
                            (want.resize(n), want.data()));
    for (std::size_t i = 0; i < n; ++i) {
      const double f = extra[i] + 1;
      const double exact = 1 + weight * f / (f + norms[lengths[documents[i] - first]]);
      CHECK(want[i] == doctest::Approx(exact).epsilon(1e-6));
      CHECK(want[i] >= 1);
    }
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      std::vector<std::int32_t> got(n);
      kernels->text.score(documents.data(), extra.data(), n, terms, got.data());
      CHECK(got == want);
    }
  }
}

TEST_CASE("the documents above a limit, from a list and from sums") {
  std::mt19937 random(4);
  for (std::size_t n = 0; n <= kNumbers; ++n) {
    std::vector<std::uint32_t> documents(n);
    std::vector<std::int32_t> scores(n);
    std::vector<ScoredDocument> want;
    const std::int32_t limit = static_cast<std::int32_t>(random() % 100);
    for (std::size_t i = 0; i < n; ++i) {
      documents[i] = static_cast<std::uint32_t>(3 * i + 1);
      scores[i] = static_cast<std::int32_t>(random() % 100);
      if (scores[i] > limit) {
        want.push_back({documents[i], scores[i]});
      }
    }
    GuardedMemory memory(n * sizeof(std::int32_t) + 1);
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      std::vector<ScoredDocument> got(n);
      got.resize(kernels->text.keep_above(documents.data(), memory.end_with(scores, 0), n, limit,
                                          got.data()));
      CHECK(got == want);
    }
  }
  for (int turn = 0; turn < 50; ++turn) {
    const std::size_t groups = random() % 20;
    const bool has_mask = turn % 2 == 0;
    std::vector<std::int32_t> sums(64 * groups);
    std::vector<std::uint8_t> touched(groups);
    std::vector<std::uint64_t> allowed(groups);
    std::vector<ScoredDocument> want;
    for (std::size_t g = 0; g < groups; ++g) {
      allowed[g] = random() | std::uint64_t{random()} << 32;
      touched[g] = random() % 3 != 0;
      for (std::size_t i = 64 * g; touched[g] != 0 && i < 64 * g + 64; ++i) {
        sums[i] = static_cast<std::int32_t>(random() % 50);
        if (sums[i] > 40 && (!has_mask || (allowed[g] >> i % 64 & 1) != 0)) {
          want.push_back({static_cast<std::uint32_t>(1000 + i), sums[i]});
        }
      }
    }
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      auto left_sums = sums;
      auto left_touched = touched;
      std::vector<ScoredDocument> got(sums.size());
      got.resize(kernels->text.collect(left_sums.data(), left_touched.data(),
                                       has_mask ? allowed.data() : nullptr, groups, 1000, 40,
                                       got.data()));
      CHECK(got == want);
      CHECK(left_sums == std::vector<std::int32_t>(sums.size()));
      CHECK(left_touched == std::vector<std::uint8_t>(groups));
    }
  }
}

TEST_CASE("bits at the places of masks are moved together, into a string of bits") {
  std::mt19937_64 random(5);
  for (int turn = 0; turn < 300; ++turn) {
    std::vector<std::uint64_t> words;
    std::vector<std::uint64_t> masks;
    std::vector<std::uint32_t> places;
    std::vector<bool> bits;
    const auto count = random() % 20;
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(random());
      const std::uint64_t run = (~0ull >> random() % 64) << random() % 64;
      masks.push_back(random() % 4 == 0   ? 0
                      : random() % 4 == 0 ? ~0ull
                      : random() % 2 == 0 ? run
                                          : random() & random());
      bits.resize(bits.size() + random() % 3);
      places.push_back(static_cast<std::uint32_t>(bits.size()));
      for (unsigned at = 0; at < 64; ++at) {
        if ((masks[i] >> at & 1) != 0) {
          bits.push_back((words[i] >> at & 1) != 0);
        }
      }
    }
    std::vector<std::uint64_t> want(bits.size() / 64 + 2);
    for (std::size_t i = 0; i < bits.size(); ++i) {
      want[i / 64] |= std::uint64_t{bits[i]} << i % 64;
    }
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      std::vector<std::uint64_t> got(want.size());
      kernels->text.extract(words.data(), masks.data(), places.data(), count, got.data());
      CHECK(got == want);
    }
  }
}

TEST_CASE("hashes that are looked for are found") {
  std::mt19937 random(6);
  for (std::size_t n = 0; n <= 100; ++n) {
    std::vector<std::uint32_t> hashes(n);
    std::vector<std::uint32_t> wanted(random() % 6);
    for (std::uint32_t& x : hashes) {
      x = static_cast<std::uint32_t>(random()) % 20;
    }
    for (std::uint32_t& x : wanted) {
      x = static_cast<std::uint32_t>(random()) % 20;
    }
    std::vector<std::uint16_t> want;
    for (std::size_t i = 0; i < n; ++i) {
      if (std::find(wanted.begin(), wanted.end(), hashes[i]) != wanted.end()) {
        want.push_back(static_cast<std::uint16_t>(i));
      }
    }
    GuardedMemory memory(n * sizeof(std::uint32_t) + 1);
    for (const Kernels* kernels : tables()) {
      CAPTURE(kernels->name);
      std::vector<std::uint16_t> got(n);
      got.resize(kernels->text.find_hashes(memory.end_with(hashes, 0), n, wanted.data(),
                                           wanted.size(), got.data()));
      CHECK(got == want);
    }
  }
}

}  // namespace
}  // namespace vecext::kernel::text_test

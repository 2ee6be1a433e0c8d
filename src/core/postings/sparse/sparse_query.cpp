#include "core/postings/sparse/sparse_query.h"

namespace vecext::sparse {

namespace {

/// The greatest rounding error of a score, in units for each of its postings. The units of a
/// posting are rounded up or down by one.
constexpr double kRounding = 3;

/// Returns the greatest code that postings of a term have, in segments and in pending documents.
std::uint32_t greatest_code(const SparseQuery& query, const postings::TermEntry* entries,
                            std::uint32_t segments, std::uint32_t term) {
  const postings::Query& of = query.query;
  std::uint32_t greatest = of.terms[term].greatest;
  for (std::uint32_t i = 0; i < segments; ++i) {
    const postings::TermEntry& entry = entries[std::size_t{i} * of.count + term];
    greatest = std::max(greatest, entry.df > 0 && entry.bound > 0 ? entry.bound - 1u : 0u);
  }
  return std::min(greatest, kGreatestCode);
}

/// Sets the units of all codes. Codes above `greatest`, which no sound page has, get the units of
/// `greatest`.
void fill_units(const WeightRange& range, float weight, std::uint32_t greatest, double unit,
                std::int32_t* units) {
  const double amount = std::abs(static_cast<double>(weight)) / unit;
  for (std::uint32_t code = 0; code < postings::kUnitCodes; ++code) {
    const std::uint32_t as = std::min(code, greatest);
    units[code] = weight > 0 ? 1 + static_cast<std::int32_t>(std::ceil(amount * most_of(range, as)))
                             : -static_cast<std::int32_t>(std::floor(amount * least_of(range, as)));
  }
}

/// Returns the greatest error of a sum of `n` products in single precision, in four lanes or more.
double rounding_of(double total, std::uint32_t n) {
  return total * (n / 4.0 + 8) * 0x1p-24 + n * static_cast<double>(FLT_MIN);
}

}  // namespace

bool make_query(const SparsevecView& vector, bool has_negative, Arena arena, SparseQuery* query) {
  const auto most = 2 * static_cast<std::size_t>(vector.nnz);
  auto* bytes = arena.array<char>(most * kMostTermBytes + 1);
  auto* terms = arena.array<postings::Term>(most + 1);
  auto* weights = arena.array<float>(most + 1);
  if (bytes == nullptr || terms == nullptr || weights == nullptr) {
    return false;
  }
  std::uint32_t count = 0;
  for (std::int32_t i = 0; i < vector.nnz; ++i) {
    const float weight = weight_at(vector, i);
    for (const bool is_negative : {false, true}) {
      if (weight != 0 && (has_negative || !is_negative)) {
        weights[count] = is_negative ? -weight : weight;
        terms[count] =
            put_term(dimension_at(vector, i), is_negative, bytes + kMostTermBytes * count);
        ++count;
      }
    }
  }
  // The terms ascend, and each is there once, so they stay in this order.
  *query = {};
  query->weights = weights;
  query->query = {};
  return postings::make_query(terms, count, arena, &query->query);
}

bool set_units(const WeightRange& range, const postings::TermEntry* entries, std::uint32_t segments,
               Arena arena, SparseQuery* query) {
  postings::Query& of = query->query;
  auto* greatest = arena.array<std::uint32_t>(of.count + std::size_t{1});
  if (greatest == nullptr) {
    return false;
  }
  double total = 0;
  for (std::uint32_t i = 0; i < of.count; ++i) {
    greatest[i] = greatest_code(*query, entries, segments, i);
    if (of.terms[i].df > 0) {
      total += std::abs(static_cast<double>(query->weights[i])) * most_of(range, greatest[i]);
      query->is_mixed = query->is_mixed || query->weights[i] < 0;
    }
  }
  of.unit = total > 0 ? total / postings::kWeightSum : 1;
  of.has_weights = true;
  query->may_overflow = total > static_cast<double>(FLT_MAX) / 2;
  // This is for terms that raise the product. `share` and `rest` become such that share * most -
  // rest <= least holds for all codes, where `most` and `least` are the ends of a code's interval.
  double share = 1;
  for (std::uint32_t i = 0; i < of.count; ++i) {
    if (of.terms[i].df > 0 && query->weights[i] > 0 && greatest[i] >= kExactSteps) {
      const double most = most_of(range, greatest[i]);
      share = std::min({share, static_cast<double>(kExactSteps) / (kExactSteps + 1),
                        least_of(range, greatest[i]) / most});
    }
  }
  postings::ScoreSlack slack{
      .share = share, .rest = 0, .most = 0, .margin = rounding_of(total, of.count)};
  for (std::uint32_t i = 0; i < of.count; ++i) {
    postings::QueryTerm& term = of.terms[i];
    const float weight = query->weights[i];
    if (term.df == 0) {
      continue;
    }
    auto* units = arena.array<std::int32_t>(postings::kUnitCodes);
    if (units == nullptr) {
      return false;
    }
    fill_units(range, weight, greatest[i], of.unit, units);
    term.units = units;
    const double amount = std::abs(static_cast<double>(weight)) / of.unit;
    const double most = most_of(range, greatest[i]);
    const double width = amount * (most - least_of(range, greatest[i])) + kRounding;
    slack.most += width;
    slack.rest += weight > 0 ? amount * static_cast<double>(range.step) + kRounding
                             : width + (1 - share) * amount * most;
  }
  const double margin = 2 * std::ceil(slack.margin / of.unit);
  // Rounding errors of subnormal products may be greater than all weights together, but no score is
  // farther from its product than the sum of all weights. So this limit is safe, and what is
  // subtracted from a score stays within an int32.
  slack.most = std::min(slack.most + margin + 1, postings::kWeightSum + kRounding * of.count);
  slack.rest += margin + 1;
  of.slack = slack;
  return true;
}

}  // namespace vecext::sparse

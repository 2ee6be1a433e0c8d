#include "core/postings/search/pending_documents.h"

#include <algorithm>

#include "core/kernel/kernel.h"

namespace vecext::postings {

namespace {

constexpr std::size_t kMostHashes = kPendingTextRoom / sizeof(std::uint32_t);

/// The greatest number of a query's hashes for which comparing each with all hashes of a page takes
/// less time than a search in their order.
constexpr std::uint32_t kMostCompared = 512;

/// Finds which hashes of a page are among the `count` hashes at `wanted`, which ascend. It must be
/// fast, since the page is locked meanwhile, and a query may have as many terms as a value can
/// have.
std::size_t find_hashes(const std::byte* page, const std::uint32_t* wanted, std::uint32_t count,
                        std::uint16_t* places) {
  const std::uint32_t* hashes = pending_hashes(page);
  const std::uint32_t n = page_head(page)->hashes;
  if (count <= kMostCompared) {
    return kernel::active().text.find_hashes(hashes, n, wanted, count, places);
  }
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (std::binary_search(wanted, wanted + count, hashes[i])) {
      places[found++] = static_cast<std::uint16_t>(i);
    }
  }
  return found;
}

}  // namespace

bool PendingScan::begin() {
  hashes_ = arena_.array<std::uint32_t>(query_->all);
  places_ = arena_.array<std::uint16_t>(kMostHashes);
  df_ = arena_.array<std::uint64_t>(query_->all);
  greatest_ = arena_.array<std::uint8_t>(query_->all);
  has_ = arena_.array<std::uint8_t>(query_->all);
  if (hashes_ == nullptr || places_ == nullptr || df_ == nullptr || has_ == nullptr ||
      greatest_ == nullptr) {
    return false;
  }
  std::fill_n(df_, query_->all, std::uint64_t{0});
  std::fill_n(has_, query_->all, std::uint8_t{0});
  std::fill_n(greatest_, query_->all, std::uint8_t{0});
  for (std::uint32_t i = 0; i < query_->all; ++i) {
    if (!query_->terms[i].is_prefix) {
      hashes_[hash_count_++] = query_->terms[i].hash;
    }
  }
  std::sort(hashes_, hashes_ + hash_count_);
  keeps_all_ = query_->tree != nullptr && is_true(*query_->tree, has_);
  return true;
}

Status PendingScan::compare_page(const std::byte* page) {
  const std::size_t found = find_hashes(page, hashes_, hash_count_, places_);
  std::size_t at = 0;
  for (PendingTexts text(page); text.next();) {
    const PendingText& head = text.head();
    if ((head.part & kFirstPartOfText) != 0) {
      ++statistics_.documents;
      statistics_.tokens += decoded_length(head.length);
      is_open_ = false;
      if (keeps_all_ && !open_document(text)) {
        return out_of_memory();
      }
    }
    const std::size_t first = at;
    while (at < found && places_[at] < text.first_hash() + head.terms) {
      ++at;
    }
    if (at > first || query_->has_prefix) {
      VECEXT_TRY(compare_part(text, places_ + first, at - first));
    }
  }
  return {};
}

Status PendingScan::compare_part(const PendingTexts& text, const std::uint16_t* places,
                                 std::size_t count) {
  const std::uint8_t* at = text.terms();
  std::size_t hit = 0;
  for (std::uint32_t i = 0; i < text.head().terms && (hit < count || query_->has_prefix); ++i) {
    std::uint64_t length;
    at = get_number(at, text.terms_end(), &length);
    if (at == nullptr || length > static_cast<std::uint64_t>(text.terms_end() - at)) {
      return corrupt();
    }
    const Term term{reinterpret_cast<const char*>(at), static_cast<std::uint32_t>(length)};
    at += length;
    const bool is_hit = hit < count && places[hit] == text.first_hash() + i;
    hit += is_hit ? 1 : 0;
    if ((is_hit || query_->has_prefix) && !compare_term(text, term, i, is_hit)) {
      return out_of_memory();
    }
  }
  return {};
}

bool PendingScan::compare_term(const PendingTexts& text, const Term& term, std::uint32_t place,
                               bool is_hit) {
  const std::uint32_t frequency = text.extra()[place] + 1u;
  const std::uint32_t number = is_hit ? number_of(*query_, term) : query_->all;
  if (number < query_->all && !add_match(text, number, frequency)) {
    return false;
  }
  PrefixesOf prefixes(*query_, term);
  for (std::uint32_t prefix; query_->has_prefix && prefixes.next(&prefix);) {
    if (!add_match(text, prefix, frequency)) {
      return false;
    }
  }
  return true;
}

bool PendingScan::open_document(const PendingTexts& text) {
  if (!reserve(arena_, count_, count_ + 1, 128u, &room_, &documents_)) {
    return false;
  }
  documents_[count_++] = {text.head().row, text.head().length, match_count_, 0};
  is_open_ = true;
  return true;
}

bool PendingScan::add_match(const PendingTexts& text, std::uint32_t term, std::uint32_t frequency) {
  ++df_[term];
  greatest_[term] = std::max(greatest_[term], static_cast<std::uint8_t>(frequency - 1));
  if (!is_open_ && !open_document(text)) {
    return false;
  }
  PendingDocument* document = documents_ + count_ - 1;
  if (query_->terms[term].is_prefix) {
    for (std::uint32_t i = document->first; i < match_count_; ++i) {
      if (matches_[i].term == term) {
        matches_[i].frequency = std::min(matches_[i].frequency + frequency, kMostFrequency);
        return true;
      }
    }
  }
  if (!reserve(arena_, match_count_, match_count_ + 1, 256u, &match_room_, &matches_)) {
    return false;
  }
  matches_[match_count_++] = {term, frequency};
  ++document->count;
  return true;
}

void PendingScan::add_counts(Query* query) const {
  for (std::uint32_t i = 0; i < query->all; ++i) {
    query->terms[i].df += df_[i];
    query->terms[i].greatest = std::max(query->terms[i].greatest, greatest_[i]);
  }
}

bool PendingScan::is_match(const PendingDocument& document) const {
  if (document.row == kNoRow) {
    return false;
  }
  if (query_->tree == nullptr) {
    return document.count > 0;
  }
  const PendingMatch* matches = matches_ + document.first;
  for (std::uint32_t i = 0; i < document.count; ++i) {
    has_[matches[i].term] = 1;
  }
  const bool is_found = is_true(*query_->tree, has_);
  for (std::uint32_t i = 0; i < document.count; ++i) {
    has_[matches[i].term] = 0;
  }
  return is_found;
}

bool PendingScan::score(const RowFilter& filter, TopDocuments* top) const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    const PendingDocument& document = documents_[i];
    std::int32_t score = 0;
    for (std::uint32_t j = document.first; j < document.first + document.count; ++j) {
      const PendingMatch& match = matches_[j];
      if (match.term < query_->count) {
        const QueryTerm& term = query_->terms[match.term];
        const std::uint32_t extra = match.frequency - 1;
        score += term.units != nullptr
                     ? term.units[extra]
                     : units_of(term.weight, query_->norms, document.length, extra);
      }
    }
    if (score > top->limit() && is_match(document) && filter.may_match(document.row)) {
      if (!top->push({score, kPendingSegment, i})) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace vecext::postings

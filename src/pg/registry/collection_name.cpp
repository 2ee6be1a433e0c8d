#include "pg/registry/collection_name.h"

#include "pg/sys/error.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/namespace.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

/// Reads a part of a name from `*at` on, and moves `*at` behind it. Returns null if there is no
/// part, or if its closing quote is missing.
const char* read_part(std::string_view text, std::size_t* at) {
  std::size_t i = *at;
  char part[kMostNameBytes + 1];
  std::size_t length = 0;
  const bool is_quoted = i < text.size() && text[i] == '"';
  i += is_quoted ? 1 : 0;
  for (;; ++i) {
    const bool is_at_end = i >= text.size();
    if (is_quoted && is_at_end) {
      return nullptr;
    }
    if (is_quoted && text[i] == '"') {
      ++i;
      if (i >= text.size() || text[i] != '"') {
        break;
      }
    } else if (!is_quoted && (is_at_end || text[i] == '.' || text[i] == '"')) {
      break;
    }
    if (text[i] == '\0' || length == kMostNameBytes) {
      return nullptr;
    }
    part[length++] = text[i];
  }
  *at = i;
  return length == 0 ? nullptr : pnstrdup(part, length);
}

}  // namespace

std::optional<CollectionName> split_name(std::string_view text) {
  std::size_t at = 0;
  CollectionName name{.schema = nullptr, .name = read_part(text, &at)};
  if (name.name != nullptr && at < text.size() && text[at] == '.') {
    ++at;
    name.schema = name.name;
    name.name = read_part(text, &at);
  }
  const bool is_whole = name.name != nullptr && at == text.size();
  const bool fits = name.schema == nullptr || strlen(name.schema) < NAMEDATALEN;
  return is_whole && fits ? std::optional{name} : std::nullopt;
}

const char* unquoted(std::string_view written) {
  const std::optional<CollectionName> parts = split_name(written);
  return parts.has_value() && parts->schema == nullptr ? parts->name : cstring_of(written);
}

int of_taken(const char* name, bool by_alias) {
  return about(
      {.rule = by_alias ? "collection_aliases_pkey" : "collections_name_key", .collection = name});
}

WrittenRelation relation_of_written_name(std::string_view text) {
  const std::optional<CollectionName> parts = split_name(text);
  const bool is_quoted = parts.has_value() && text.front() == '"';
  if (!is_quoted && !text.empty() && text.size() <= kMostNameBytes &&
      text.find('\0') == std::string_view::npos) {
    const char* name = cstring_of(text);
    const NamedRelation found = relation_of_name(name);
    if (OidIsValid(found.table)) {
      return {.found = found, .name = name, .has_schema = false};
    }
  }
  if (text.find_first_of(".\"") == std::string_view::npos) {
    return {};
  }
  const NamedRelation found = parts.has_value() ? relation_of_name(parts->name) : NamedRelation{};
  if (!OidIsValid(found.table)) {
    return {};
  }
  if (parts->schema != nullptr) {
    const char* schema = get_namespace_name(get_rel_namespace(found.relation));
    // A relation that another transaction has just dropped has no schema any more.
    if (schema != nullptr && strcmp(schema, parts->schema) != 0) {
      return {};
    }
  }
  return {.found = found, .name = parts->name, .has_schema = parts->schema != nullptr};
}

bool is_in_search_path(Oid relation) {
  List* path = fetch_search_path(true);
  const bool is_there = list_member_oid(path, get_rel_namespace(relation));
  list_free(path);
  return is_there;
}

}  // namespace vecext::pg

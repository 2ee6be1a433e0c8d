#include "pg/condition/filter_argument.h"

extern "C" {
#include "utils/memutils.h"
}

namespace vecext::pg {

namespace {

FilterSite* site_of(FunctionCallInfo fcinfo) {
  auto* site = static_cast<FilterSite*>(fcinfo->flinfo->fn_extra);
  if (site == nullptr) {
    const MemoryContext owner = fcinfo->flinfo->fn_mcxt;
    site = new (MemoryContextAllocZero(owner, sizeof(FilterSite))) FilterSite{};
    site->context = AllocSetContextCreate(owner, "vecext filter", ALLOCSET_SMALL_SIZES);
    site->scratch = AllocSetContextCreate(owner, "vecext filter work", ALLOCSET_DEFAULT_SIZES);
    fcinfo->flinfo->fn_extra = site;
  }
  return site;
}

std::string_view bytes_of(const void* varlena) {
  return {VARDATA_ANY(varlena), VARSIZE_ANY_EXHDR(varlena)};
}

bool has(const FilterSite* site, std::string_view bytes) {
  return site->is_parsed && bytes == site->bytes;
}

/// Forgets the filter that the site has; an error leaves it without one.
MemoryContext empty_context(FilterSite* site) {
  site->is_parsed = false;
  MemoryContextReset(site->context);
  return site->context;
}

void keep(FilterSite* site, std::string_view bytes, const Filter& filter) {
  site->bytes = bytes;
  site->filter = filter;
  site->is_parsed = true;
  site->is_checked = false;
}

}  // namespace

FilterSite* jsonb_filter_argument(FunctionCallInfo fcinfo, int argument) {
  FilterSite* site = site_of(fcinfo);
  Jsonb* given = PG_GETARG_JSONB_P(argument);
  if (!has(site, bytes_of(given))) {
    const MemoryContext context = empty_context(site);
    auto* copy = static_cast<Jsonb*>(MemoryContextAlloc(context, VARSIZE(given)));
    memcpy(copy, given, VARSIZE(given));
    keep(site, bytes_of(copy), parse_filter(copy, context));
  }
  PG_FREE_IF_COPY(given, argument);
  return site;
}

FilterSite* text_filter_argument(FunctionCallInfo fcinfo, int argument) {
  FilterSite* site = site_of(fcinfo);
  text* given = PG_GETARG_TEXT_PP(argument);
  if (!has(site, bytes_of(given))) {
    const MemoryContext context = empty_context(site);
    const std::string_view bytes = bytes_of(given);
    auto* copy = static_cast<char*>(MemoryContextAlloc(context, bytes.size() + 1));
    memcpy(copy, bytes.data(), bytes.size());
    keep(site, {copy, bytes.size()}, parse_filter({copy, bytes.size()}, context));
  }
  PG_FREE_IF_COPY(given, argument);
  return site;
}

}  // namespace vecext::pg

#include "pg/collection/common/statement_log.h"

#include "pg/sys/memory.h"
#include "pg/sys/version_plan.h"

extern "C" {
#include "catalog/pg_type.h"
#include "commands/explain.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/resowner.h"
}

namespace vecext::pg {

StatementLog* statement_log = nullptr;

namespace {

/// Returns the values of parameters as an array of texts.
Datum texts_of(ParamListInfo parameters) {
  const int count = parameters == nullptr ? 0 : parameters->numParams;
  auto* texts = palloc_array<Datum>(count + 1);
  auto* nulls = palloc_array<bool>(count + 1);
  for (int i = 0; i < count; ++i) {
    const ParamExternData& parameter = parameters->params[i];
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(parameter.ptype, &output, &is_varlena);
    nulls[i] = parameter.isnull;
    texts[i] =
        nulls[i] ? Datum{0} : CStringGetTextDatum(OidOutputFunctionCall(output, parameter.value));
  }
  int dims[] = {count};
  int lower[] = {1};
  return PointerGetDatum(
      construct_md_array(texts, nulls, 1, dims, lower, TEXTOID, -1, false, TYPALIGN_INT));
}

/// Returns the plan of a statement as EXPLAIN shows it.
const char* explain(CachedPlanSource* source, ParamListInfo parameters) {
  // Only saved plans are counted by a resource owner.
  const ResourceOwner owner = source->is_saved ? CurrentResourceOwner : nullptr;
  CachedPlan* plan = GetCachedPlan(source, parameters, owner, nullptr);
  ExplainState* state = NewExplainState();
  ExplainBeginOutput(state);
  explain_plan(linitial_node(PlannedStmt, plan->stmt_list), state, source->query_string,
               parameters);
  ExplainEndOutput(state);
  ReleaseCachedPlan(plan, owner);
  StringInfo text = state->str;
  if (text->len > 0 && text->data[text->len - 1] == '\n') {
    text->data[--text->len] = '\0';
  }
  return text->data;
}

}  // namespace

void note_statement(StatementLog* log, SPIPlanPtr plan, ParamListInfo parameters, uint64 rows) {
  auto* source = static_cast<CachedPlanSource*>(linitial(SPI_plan_get_plan_sources(plan)));
  const MemoryContext before = MemoryContextSwitchTo(log->context);
  log->statements.push({.text = pstrdup(source->query_string),
                        .parameters = texts_of(parameters),
                        .rows = rows,
                        .plan = explain(source, parameters)},
                       log->context);
  MemoryContextSwitchTo(before);
}

}  // namespace vecext::pg

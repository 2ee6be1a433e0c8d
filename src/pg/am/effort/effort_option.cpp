#include "pg/am/effort/effort_option.h"

extern "C" {
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "commands/tablecmds.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"
}

namespace vecext::pg {

namespace {

void check_text(const char* text) {
  CalibratedEffort effort;
  if (text != nullptr && !parse_effort(text, &effort)) {
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("invalid value for option \"%s\": \"%s\"", kEffortOption, text),
                    errhint("vecext.calibrate() sets the option.")));
  }
}

}  // namespace

void add_effort_option(relopt_kind kind) {
  add_string_reloption(kind, kEffortOption, "What vecext.calibrate() has measured", nullptr,
                       check_text, ShareUpdateExclusiveLock);
}

const char* effort_text(Relation index) {
  const auto* options = reinterpret_cast<const EffortOptions*>(index->rd_options);
  return options == nullptr || options->query_effort == 0
             ? nullptr
             : reinterpret_cast<const char*>(options) + options->query_effort;
}

void set_effort_option(Relation index, const char* text) {
  auto* command = makeNode(AlterTableCmd);
  command->subtype = text == nullptr ? AT_ResetRelOptions : AT_SetRelOptions;
  command->behavior = DROP_RESTRICT;
  Node* value = text == nullptr ? nullptr : reinterpret_cast<Node*>(makeString(pstrdup(text)));
  command->def =
      reinterpret_cast<Node*>(list_make1(makeDefElem(pstrdup(kEffortOption), value, -1)));
  // The caller may be in a statement that collects commands for event triggers.
  auto* statement = makeNode(AlterTableStmt);
  statement->relation = makeRangeVar(get_namespace_name(RelationGetNamespace(index)),
                                     pstrdup(RelationGetRelationName(index)), -1);
  statement->cmds = list_make1(command);
  statement->objtype = OBJECT_INDEX;
  EventTriggerAlterTableStart(reinterpret_cast<Node*>(statement));
  AlterTableInternal(RelationGetRelid(index), statement->cmds, false);
  EventTriggerAlterTableEnd();
}

}  // namespace vecext::pg

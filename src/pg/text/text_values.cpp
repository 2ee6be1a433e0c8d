#include "pg/text/text_values.h"

#include "pg/sys/varlena.h"

extern "C" {
#include "catalog/pg_type.h"
#include "utils/builtins.h"
}

namespace vecext::pg {

TextKind text_kind_of(Relation index) {
  switch (index->rd_opcintype[0]) {
    case TEXTOID:
      return TextKind::kText;
    case TEXTARRAYOID:
      return TextKind::kArray;
    case TSVECTOROID:
      return TextKind::kVector;
    default:
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("operator class of index \"%s\" is for no type of text",
                             RelationGetRelationName(index)),
                      errhint("Use an operator class that comes with the extension.")));
  }
}

postings::DocumentTerms terms_of_value(TextKind kind, const TextOptions& options, Datum value) {
  switch (kind) {
    case TextKind::kText:
      return terms_of_text(options, view_of(DatumGetTextPP(value)));
    case TextKind::kArray:
      return terms_of_array(options, DatumGetArrayTypeP(value));
    case TextKind::kVector:
      break;
  }
  return terms_of_vector(DatumGetTSVector(value));
}

}  // namespace vecext::pg

// Scores by formulas as SQL: an expression over the scores of prefetches and the payload.
#include <limits>

#include "pg/collection/query_sql/sql_writer.h"

extern "C" {
#include "catalog/pg_type.h"
}

namespace vecext::pg {

namespace {

/// The SQL function, or operator, of an operation on one operand; null: it is none of these.
const char* function_of(FormulaKind kind) {
  switch (kind) {
    case FormulaKind::kNegative:
      return "- ";
    case FormulaKind::kAbsolute:
      return "abs";
    case FormulaKind::kSquareRoot:
      return "sqrt";
    case FormulaKind::kExponential:
      return "exp";
    case FormulaKind::kNaturalLog:
      return "ln";
    case FormulaKind::kLog10:
      return "log";
    default:
      return nullptr;
  }
}

}  // namespace

void SqlWriter::write_operands(const FormulaNode& node, const Formula& formula,
                               const char* between) {
  for (int i = 0; i < node.operand_count; ++i) {
    draft << (i > 0 ? between : "(");
    write_node(*node.operands[i], formula);
  }
  draft << (node.operand_count > 0 ? ")" : "0::float8");
}

void SqlWriter::write_call(const char* function, const FormulaNode& node, const Formula& formula) {
  draft << function << "(";
  write_node(*node.operands[0], formula);
  draft << ")";
}

void SqlWriter::write_decay(const FormulaNode& node, const Formula& formula) {
  // The difference is within bounds in which no part is out of range, and beyond which the decay
  // does not change.
  constexpr double kMost = 1e100;
  const auto share = [&] {
    draft << "greatest(least(abs(";
    write_operands(node, formula, " - ");
    draft << "), ";
    write_number(Min(node.number * kMost, std::numeric_limits<double>::max()));
    draft << "), ";
    write_number(Max(node.number / kMost, std::numeric_limits<double>::min()));
    draft << ") / ";
    write_number(node.number);
  };
  if (node.decay == DecayKind::kLinear) {
    draft << "greatest(0, 1 - ";
    write_number(1 - node.midpoint);
    draft << " * ";
    share();
    draft << ")";
    return;
  }
  draft << "exp(greatest(ln(";
  write_number(node.midpoint);
  draft << ") * ";
  if (node.decay == DecayKind::kGaussian) {
    draft << "power(";
    share();
    draft << ", 2)";
  } else {
    share();
  }
  draft << ", -700))";
}

/// Zero by anything is 0, and then the right side is not evaluated. Both sides are written once:
/// what quotients of quotients hold would double with each level.
void SqlWriter::write_quotient(const FormulaNode& node, const Formula& formula) {
  draft << "(SELECT CASE WHEN q.l = 0 THEN 0 ELSE ";
  if (node.has_default) {
    draft << "coalesce(q.l / nullif(";
    write_node(*node.operands[1], formula);
    draft << ", 0), ";
    write_number(node.default_number);
    draft << ")";
  } else {
    draft << "q.l / ";
    write_node(*node.operands[1], formula);
  }
  draft << " END FROM (SELECT ";
  write_node(*node.operands[0], formula);
  draft << " AS l OFFSET 0) AS q)";  // OFFSET: else the planner would double it
}

/// A value of the payload: a number, or a time as seconds.
void SqlWriter::write_value(const FormulaNode& node) {
  draft << (node.has_default ? "coalesce(" : "");
  if (node.kind == FormulaKind::kVariable) {
    write_payload("vecext.payload_float", node.path);
  } else {
    draft << "extract(epoch FROM ";
    write_payload("vecext.payload_ts", node.path);
    draft << ")::float8";
  }
  if (node.has_default) {
    draft << ", ";
    write_number(node.default_number);
    draft << ")";
  }
}

/// A node without operands.
void SqlWriter::write_leaf(const FormulaNode& node, const Formula& formula) {
  switch (node.kind) {
    case FormulaKind::kConstant:
      write_number(node.number);
      break;
    case FormulaKind::kScore:
      draft << "coalesce(p" << node.index << ".score, ";
      write_number(node.has_default ? node.default_number : 0);
      draft << ")";
      break;
    case FormulaKind::kCondition:
      draft << "vecext.matches(t.*, ";
      write_literal(formula.conditions.at[node.index], JSONBOID);
      draft << ")::int::float8";
      break;
    case FormulaKind::kGeoDistance:
      ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                      errmsg("geo_distance of a formula has no form in SQL")));
      break;
    default:
      write_value(node);
  }
}

void SqlWriter::write_node(const FormulaNode& node, const Formula& formula) {
  if (const char* function = function_of(node.kind); function != nullptr) {
    write_call(function, node, formula);
    return;
  }
  switch (node.kind) {
    case FormulaKind::kSum:
      write_operands(node, formula, " + ");
      break;
    case FormulaKind::kProduct:
      if (node.operand_count == 0) {
        draft << "1::float8";
      } else {
        write_operands(node, formula, " * ");
      }
      break;
    case FormulaKind::kQuotient:
      write_quotient(node, formula);
      break;
    case FormulaKind::kPower:
      draft << "power";
      write_operands(node, formula, ", ");
      break;
    case FormulaKind::kDecay:
      write_decay(node, formula);
      break;
    default:
      write_leaf(node, formula);
  }
}

void SqlWriter::write_formula(const Query& query) {
  draft << "SELECT ";
  write_id();
  draft << " AS id, ";
  write_node(*query.formula->root, *query.formula);
  draft << " AS score";
  write_table();
  for (int i = 0; i < query.prefetch_count; ++i) {
    draft << " LEFT JOIN (";
    write(query.prefetch[i], 0);
    draft << ") AS p" << i << " ON p" << i << ".id = ";
    write_id();
  }
  for (int i = 0; i < query.prefetch_count; ++i) {
    draft << (i > 0 ? " OR p" : " WHERE (p") << i << ".id IS NOT NULL";
  }
  draft << ") ORDER BY score DESC, id";
}

}  // namespace vecext::pg

// Formulas of queries: from messages to JSON.
#include "base/failure.h"
#include "base/json.h"
#include "wire/messages/filter_json.h"
#include "wire/messages/query_json.h"

namespace vecext::gateway::grpc {

namespace {

using qdrant::Expression;

void write_one(JsonWriter& out, std::string_view name, const Expression& expression) {
  append_expression(out.key(name), expression);
}

template <class Expressions>
void write_list(JsonWriter& out, std::string_view name, const Expressions& expressions) {
  out.list(name, [&](JsonList& list) {
    for (const Expression& expression : expressions) {
      append_expression(list.element(), expression);
    }
  });
}

void write_decay(JsonWriter& out, std::string_view name,
                 const qdrant::DecayParamsExpression& decay) {
  out.object(name, [&](JsonWriter& object) {
    write_one(object, "x", decay.x());
    if (decay.has_target()) {
      write_one(object, "target", decay.target());
    }
    if (decay.has_scale()) {
      append_float(object.key("scale"), decay.scale());
    }
    if (decay.has_midpoint()) {
      append_float(object.key("midpoint"), decay.midpoint());
    }
  });
}

void write_division(JsonWriter& out, const qdrant::DivExpression& division) {
  out.object("div", [&](JsonWriter& object) {
    write_one(object, "left", division.left());
    write_one(object, "right", division.right());
    if (division.has_by_zero_default()) {
      append_float(object.key("by_zero_default"), division.by_zero_default());
    }
  });
}

void write_power(JsonWriter& out, const qdrant::PowExpression& power) {
  out.object("pow", [&](JsonWriter& object) {
    write_one(object, "base", power.base());
    write_one(object, "exponent", power.exponent());
  });
}

void write_distance(JsonWriter& out, const qdrant::GeoDistance& distance) {
  out.object("geo_distance", [&](JsonWriter& object) {
    append_geo(object.key("origin"), distance.origin());
    object.string("to", distance.to());
  });
}

void write_operation(JsonWriter& out, const Expression& expression) {
  switch (expression.variant_case()) {
    case Expression::kGeoDistance:
      return write_distance(out, expression.geo_distance());
    case Expression::kDatetime:
      return out.string("datetime", expression.datetime());
    case Expression::kDatetimeKey:
      return out.string("datetime_key", expression.datetime_key());
    case Expression::kMult:
      return write_list(out, "mult", expression.mult().mult());
    case Expression::kSum:
      return write_list(out, "sum", expression.sum().sum());
    case Expression::kMax:
      return write_list(out, "max", expression.max().max());
    case Expression::kMin:
      return write_list(out, "min", expression.min().min());
    case Expression::kDiv:
      return write_division(out, expression.div());
    case Expression::kPow:
      return write_power(out, expression.pow());
    case Expression::kNeg:
      return write_one(out, "neg", expression.neg());
    case Expression::kAbs:
      return write_one(out, "abs", expression.abs());
    case Expression::kSqrt:
      return write_one(out, "sqrt", expression.sqrt());
    case Expression::kExp:
      return write_one(out, "exp", expression.exp());
    case Expression::kLog10:
      return write_one(out, "log10", expression.log10());
    case Expression::kLn:
      return write_one(out, "ln", expression.ln());
    case Expression::kAcosh:
      return write_one(out, "acosh", expression.acosh());
    case Expression::kExpDecay:
      return write_decay(out, "exp_decay", expression.exp_decay());
    case Expression::kGaussDecay:
      return write_decay(out, "gauss_decay", expression.gauss_decay());
    case Expression::kLinDecay:
      return write_decay(out, "lin_decay", expression.lin_decay());
    default:
      throw Failure(FailureKind::kBadJson, "Expression variant is missing");
  }
}

}  // namespace

void append_expression(std::string& out, const Expression& expression) {
  switch (expression.variant_case()) {
    case Expression::kConstant:
      append_float(out, expression.constant());
      break;
    case Expression::kVariable:
      append_string(out, expression.variable());
      break;
    case Expression::kCondition:
      append_condition(out, expression.condition());
      break;
    default:
      append_object(out, [&](JsonWriter& object) { write_operation(object, expression); });
  }
}

}  // namespace vecext::gateway::grpc

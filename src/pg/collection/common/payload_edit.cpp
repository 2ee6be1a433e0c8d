#include "pg/collection/common/payload_edit.h"

#include <algorithm>

#include "core/condition/parse/parse_filter.h"
#include "pg/collection/common/request.h"
#include "pg/payload/raise_parse_error.h"
#include "pg/sys/jsonb_writer.h"
#include "pg/sys/memory.h"
#include "pg/sys/varlena.h"

extern "C" {
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

using Steps = std::span<const PathStep>;

/// What is left of several paths behind a value on their way.
using Rests = std::span<const Steps>;

bool leads_to(const PathStep& step, std::string_view key) {
  return step.kind == PathStep::Kind::kKey && step.key == key;
}
bool leads_to(const PathStep& step, std::int64_t index) {
  return step.kind == PathStep::Kind::kAllElements ||
         (step.kind == PathStep::Kind::kIndex && step.index == index);
}

/// Returns what is left of the paths that lead through the member or element at `place`, written to
/// `room`. Sets *ends if a path ends there.
template <class Place>
Rests rests_at(const Rests& paths, const Place& place, Steps* room, bool* ends) {
  Steps* end = room;
  *ends = false;
  for (const Steps& path : paths) {
    if (leads_to(path.front(), place)) {
      *end++ = path.subspan(1);
      *ends = *ends || path.size() == 1;
    }
  }
  return {room, end};
}

/// Copies documents with or without what paths reach.
struct Projection {
  JsonbWriter writer;
  bool keeps;  // keeps what the paths reach; if false, keeps the rest
};

void project(Projection* to, JsonbIteratorToken token, const JsonbValue& value, const Rests& paths);

/// Copies one member or element, or a part of it. The key has not been pushed yet.
template <class Place>
void project_part(Projection* to, const Place& place, const JsonbValue& value, const Rests& paths,
                  Steps* room) {
  constexpr bool is_member = std::is_same_v<Place, std::string_view>;
  constexpr JsonbIteratorToken token = is_member ? WJB_VALUE : WJB_ELEM;
  bool ends = false;
  const Rests rests = rests_at(paths, place, room, &ends);
  const bool is_whole = to->keeps ? ends : rests.empty();
  const bool goes_on = !ends && !rests.empty() && (!to->keeps || value.type == jbvBinary);
  if (!is_whole && !goes_on) {
    return;
  }
  if constexpr (is_member) {
    to->writer.key(place);
  }
  if (is_whole) {
    to->writer.add(token, value);
  } else {
    project(to, token, value, rests);
  }
}

void project(Projection* to, JsonbIteratorToken token, const JsonbValue& value,
             const Rests& paths) {
  check_stack_depth();
  if (value.type != jbvBinary) {
    to->writer.add(token, value);
    return;
  }
  auto* room = palloc_array<Steps>(paths.size());
  if (is_object(value)) {
    to->writer.begin_object();
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      project_part(to, key, member, paths, room);
    });
    to->writer.end_object();
  } else {
    to->writer.begin_array();
    each_element(value, [&](std::int64_t i, const JsonbValue& element) {
      project_part(to, i, element, paths, room);
    });
    to->writer.end_array();
  }
  pfree(room);
}

Jsonb* projected(Jsonb* document, const PayloadPaths& paths, bool keeps) {
  const JsonbValue value = value_of(document);
  if (value.type != jbvBinary) {
    return document;
  }
  auto* rests = palloc_array<Steps>(paths.size() + 1);
  std::transform(paths.begin(), paths.end(), rests,
                 [](const PayloadPath& path) { return Steps{path.steps}; });
  Projection to{.writer = {}, .keeps = keeps};
  project(&to, WJB_VALUE, value, {rests, paths.size()});
  return to.writer.jsonb();
}

/// Pushes an object with the members of `patch` that are not null and, if `value` is an object, the
/// members of it that `patch` does not have.
void push_merged(JsonbWriter* writer, const JsonbValue& value, const JsonbValue& patch) {
  writer->begin_object();
  if (is_object(value)) {
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      if (!find_member(patch, key).has_value()) {
        writer->key(key);
        writer->add(WJB_VALUE, member);
      }
    });
  }
  each_member(patch, [&](std::string_view key, const JsonbValue& member) {
    if (member.type != jbvNull) {
      writer->key(key);
      writer->add(WJB_VALUE, member);
    }
  });
  writer->end_object();
}

void merge(JsonbWriter* writer, const JsonbValue& value, const JsonbValue& patch,
           const Steps& steps);

/// Pushes the object `value` with `patch` merged into the member that steps.front() names. A value
/// that is not an object is replaced by one.
void merge_member(JsonbWriter* writer, const JsonbValue& value, const JsonbValue& patch,
                  const Steps& steps) {
  const std::string_view wanted = steps.front().key;
  bool is_there = false;
  writer->begin_object();
  if (is_object(value)) {
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      writer->key(key);
      if (key == wanted) {
        merge(writer, member, patch, steps.subspan(1));
        is_there = true;
      } else {
        writer->add(WJB_VALUE, member);
      }
    });
  }
  if (!is_there) {
    JsonbValue nothing;
    nothing.type = jbvNull;
    writer->key(wanted);
    merge(writer, nothing, patch, steps.subspan(1));
  }
  writer->end_object();
}

/// Pushes the array `value` with `patch` merged into the elements that steps.front() names. A value
/// that is not an array is replaced by an empty one.
void merge_elements(JsonbWriter* writer, const JsonbValue& value, const JsonbValue& patch,
                    const Steps& steps) {
  writer->begin_array();
  if (is_array(value)) {
    each_element(value, [&](std::int64_t i, const JsonbValue& element) {
      if (leads_to(steps.front(), i)) {
        merge(writer, element, patch, steps.subspan(1));
      } else {
        writer->add(WJB_ELEM, element);
      }
    });
  }
  writer->end_array();
}

void merge(JsonbWriter* writer, const JsonbValue& value, const JsonbValue& patch,
           const Steps& steps) {
  check_stack_depth();
  if (steps.empty()) {
    return push_merged(writer, value, patch);
  }
  if (steps.front().kind == PathStep::Kind::kKey) {
    merge_member(writer, value, patch, steps);
  } else {
    merge_elements(writer, value, patch, steps);
  }
}

}  // namespace

PayloadPath path_of_text(std::string_view text) {
  PayloadPath path;
  const ParseError error = parse_path(text, context_arena(CurrentMemoryContext), &path);
  if (!error.ok()) {
    raise_path_error(error, text);
  }
  return path;
}

PayloadPaths paths_of_array(ArrayType* keys) {
  auto* paths = palloc_array<PayloadPath>(ArrayGetNItems(ARR_NDIM(keys), ARR_DIMS(keys)) + 1);
  PayloadPath* end = paths;
  each_text(keys, [&](std::string_view key) { *end++ = path_of_text(key); });
  return {paths, end};
}

Jsonb* document_with(Jsonb* document, const PayloadPaths& paths) {
  if (!JB_ROOT_IS_OBJECT(document)) {
    // No path leads into a scalar.
    return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
  }
  return projected(document, paths, true);
}

Jsonb* document_without(Jsonb* document, const PayloadPaths& paths) {
  return projected(document, paths, false);
}

Jsonb* document_merged(Jsonb* document, Jsonb* patch, const PayloadPath* path) {
  JsonbWriter writer;
  const Steps steps = path == nullptr ? Steps{} : path->steps;
  if (!steps.empty() && steps.front().kind != PathStep::Kind::kKey) {
    return document;
  }
  merge(&writer, value_of(document), value_of(patch), steps);
  return writer.jsonb();
}

}  // namespace vecext::pg

#include "pg/collection/common/payload_edit.h"

#include "core/condition/parse/parse_filter.h"
#include "pg/collection/common/request.h"
#include "pg/payload/parse_error.h"
#include "pg/sys/memory.h"

extern "C" {
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
}

namespace vecext::pg {

namespace {

using Steps = std::span<const PathStep>;

/// The rests of paths that lead on from a value.
struct Rests {
  const Steps* at;
  int count;
};

bool leads_to(const PathStep& step, std::string_view key) {
  return step.kind == PathStep::Kind::kKey && step.key == key;
}
bool leads_to(const PathStep& step, std::int64_t index) {
  return step.kind == PathStep::Kind::kAllElements ||
         (step.kind == PathStep::Kind::kIndex && step.index == index);
}

/// The rests of those paths that lead to the member or element; *ends: one of them ends there.
template <class Place>
Rests rests_at(const Rests& paths, const Place& place, Steps* room, bool* ends) {
  int count = 0;
  *ends = false;
  for (int i = 0; i < paths.count; ++i) {
    if (leads_to(paths.at[i].front(), place)) {
      room[count++] = paths.at[i].subspan(1);
      *ends = *ends || paths.at[i].size() == 1;
    }
  }
  return {.at = room, .count = count};
}

void push_key(JsonbParseState** state, std::string_view key) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = const_cast<char*>(key.data());
  value.val.string.len = static_cast<int>(key.size());
  pushJsonbValue(state, WJB_KEY, &value);
}

void push_value(JsonbParseState** state, JsonbIteratorToken token, const JsonbValue& value) {
  JsonbValue copy = value;
  pushJsonbValue(state, token, &copy);
}

/// Copies documents with or without what paths reach.
struct Projection {
  JsonbParseState* state;
  bool keeps;  // what paths reach; else the rest
};

JsonbValue* project(Projection* to, JsonbIteratorToken token, const JsonbValue& value,
                    const Rests& paths);

/// One member or element, whose key was not pushed yet.
template <class Place>
void project_part(Projection* to, const Place& place, const JsonbValue& value, const Rests& paths,
                  Steps* room) {
  constexpr bool is_member = std::is_same_v<Place, std::string_view>;
  constexpr JsonbIteratorToken token = is_member ? WJB_VALUE : WJB_ELEM;
  bool ends = false;
  const Rests rests = rests_at(paths, place, room, &ends);
  const bool is_whole = to->keeps ? ends : rests.count == 0;
  const bool goes_on = !ends && rests.count > 0 && (!to->keeps || value.type == jbvBinary);
  if (!is_whole && !goes_on) {
    return;
  }
  if constexpr (is_member) {
    push_key(&to->state, place);
  }
  if (is_whole) {
    push_value(&to->state, token, value);
  } else {
    project(to, token, value, rests);
  }
}

JsonbValue* project(Projection* to, JsonbIteratorToken token, const JsonbValue& value,
                    const Rests& paths) {
  check_stack_depth();
  if (value.type != jbvBinary) {
    push_value(&to->state, token, value);
    return nullptr;
  }
  auto* room = static_cast<Steps*>(palloc(sizeof(Steps) * static_cast<Size>(paths.count)));
  JsonbValue* result = nullptr;
  if (is_object(value)) {
    pushJsonbValue(&to->state, WJB_BEGIN_OBJECT, nullptr);
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      project_part(to, key, member, paths, room);
    });
    result = pushJsonbValue(&to->state, WJB_END_OBJECT, nullptr);
  } else {
    pushJsonbValue(&to->state, WJB_BEGIN_ARRAY, nullptr);
    each_element(value, [&](std::int64_t i, const JsonbValue& element) {
      project_part(to, i, element, paths, room);
    });
    result = pushJsonbValue(&to->state, WJB_END_ARRAY, nullptr);
  }
  pfree(room);
  return result;
}

Jsonb* projected(Jsonb* document, const PayloadPaths& paths, bool keeps) {
  const JsonbValue value = value_of(document);
  if (value.type != jbvBinary) {
    return document;
  }
  auto* rests = static_cast<Steps*>(palloc(sizeof(Steps) * static_cast<Size>(paths.count + 1)));
  for (int i = 0; i < paths.count; ++i) {
    rests[i] = paths.at[i].steps;
  }
  Projection to{.state = nullptr, .keeps = keeps};
  return JsonbValueToJsonb(project(&to, WJB_VALUE, value, {.at = rests, .count = paths.count}));
}

/// Whether objects along the steps can be made where nothing is.
bool can_be_made(const Steps& steps) {
  for (const PathStep& step : steps) {
    if (step.kind != PathStep::Kind::kKey) {
      return false;
    }
  }
  return true;
}

/// The members of the object, if it is one, that `patch` does not have, and those of `patch` that
/// are not null.
JsonbValue* push_merged(JsonbParseState** state, const JsonbValue& value, const JsonbValue& patch) {
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  if (is_object(value)) {
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      JsonbValue of_patch;
      if (!find_member(patch, key, &of_patch)) {
        push_key(state, key);
        push_value(state, WJB_VALUE, member);
      }
    });
  }
  each_member(patch, [&](std::string_view key, const JsonbValue& member) {
    if (member.type != jbvNull) {
      push_key(state, key);
      push_value(state, WJB_VALUE, member);
    }
  });
  return pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

JsonbValue* merge(JsonbParseState** state, JsonbIteratorToken token, const JsonbValue& value,
                  const JsonbValue& patch, const Steps& steps);

/// The object with the member that steps.front() names merged; the object is made if it is none.
JsonbValue* merge_member(JsonbParseState** state, const JsonbValue& value, const JsonbValue& patch,
                         const Steps& steps) {
  const std::string_view wanted = steps.front().key;
  bool is_there = false;
  pushJsonbValue(state, WJB_BEGIN_OBJECT, nullptr);
  if (is_object(value)) {
    each_member(value, [&](std::string_view key, const JsonbValue& member) {
      push_key(state, key);
      if (key == wanted) {
        merge(state, WJB_VALUE, member, patch, steps.subspan(1));
        is_there = true;
      } else {
        push_value(state, WJB_VALUE, member);
      }
    });
  }
  if (!is_there) {
    JsonbValue nothing;
    nothing.type = jbvNull;
    push_key(state, wanted);
    merge(state, WJB_VALUE, nothing, patch, steps.subspan(1));
  }
  return pushJsonbValue(state, WJB_END_OBJECT, nullptr);
}

JsonbValue* merge_elements(JsonbParseState** state, const JsonbValue& array,
                           const JsonbValue& patch, const Steps& steps) {
  pushJsonbValue(state, WJB_BEGIN_ARRAY, nullptr);
  each_element(array, [&](std::int64_t i, const JsonbValue& element) {
    if (leads_to(steps.front(), i)) {
      merge(state, WJB_ELEM, element, patch, steps.subspan(1));
    } else {
      push_value(state, WJB_ELEM, element);
    }
  });
  return pushJsonbValue(state, WJB_END_ARRAY, nullptr);
}

JsonbValue* merge(JsonbParseState** state, JsonbIteratorToken token, const JsonbValue& value,
                  const JsonbValue& patch, const Steps& steps) {
  check_stack_depth();
  if (steps.empty()) {
    return push_merged(state, value, patch);
  }
  if (steps.front().kind != PathStep::Kind::kKey) {
    if (is_array(value)) {
      return merge_elements(state, value, patch, steps);
    }
  } else {
    JsonbValue member;
    if (can_be_made(steps) ||
        (is_object(value) && find_member(value, steps.front().key, &member))) {
      return merge_member(state, value, patch, steps);
    }
  }
  // The path does not lead on from here; of a whole document nothing was pushed.
  if (*state != nullptr) {
    push_value(state, token, value);
  }
  return nullptr;
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
  auto* paths = static_cast<PayloadPath*>(palloc(
      sizeof(PayloadPath) * static_cast<Size>(ArrayGetNItems(ARR_NDIM(keys), ARR_DIMS(keys)) + 1)));
  int count = 0;
  const ArrayIterator elements = array_create_iterator(keys, 0, nullptr);
  Datum element;
  bool is_null;
  while (array_iterate(elements, &element, &is_null)) {
    if (!is_null) {
      const text* key = DatumGetTextPP(element);
      paths[count++] = path_of_text({VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)});
    }
  }
  array_free_iterator(elements);
  return {.at = paths, .count = count};
}

Jsonb* document_with(Jsonb* document, const PayloadPaths& paths) {
  if (!JB_ROOT_IS_OBJECT(document)) {
    // No path leads into it.
    return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
  }
  return projected(document, paths, true);
}

Jsonb* document_without(Jsonb* document, const PayloadPaths& paths) {
  return projected(document, paths, false);
}

Jsonb* document_merged(Jsonb* document, Jsonb* patch, const PayloadPath* path) {
  JsonbParseState* state = nullptr;
  const Steps steps = path == nullptr ? Steps{} : path->steps;
  if (!steps.empty() && steps.front().kind != PathStep::Kind::kKey) {
    return document;
  }
  JsonbValue* merged = merge(&state, WJB_VALUE, value_of(document), value_of(patch), steps);
  return merged == nullptr ? document : JsonbValueToJsonb(merged);
}

}  // namespace vecext::pg

// The word that a misspelt one may mean.
#pragma once

#include <initializer_list>
#include <string_view>

#include "pg/sys/pg.h"

namespace vecext::pg {

/// The one of `words` that `word` is in other case or with few letters changed, as a hint; null if
/// none is near.
const char* closest_word(std::string_view word, std::initializer_list<const char*> words);

}  // namespace vecext::pg

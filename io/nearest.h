#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wattloop {

/// What to offer for a word that is not known: the nearest of `known` by edit distance (case aside) if it is near,
/// else all of them ("one of a, b, c"); empty if nothing is known.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

/// "one of a, b, c", the first sixteen.
std::string one_of(const std::vector<std::string>& words);

}  // namespace wattloop

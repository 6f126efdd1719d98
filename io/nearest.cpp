#include "io/nearest.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace wattloop {
namespace {

constexpr size_t longest_word = 64;  // no name is longer; keeps the distance cheap on hostile input
constexpr size_t longest_list = 16;

/// Levenshtein distance, upper and lower case taken as equal.
size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t substitution = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substitution, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string one_of(const std::vector<std::string>& words) {
  std::string text;
  for (size_t i = 0; i < std::min(words.size(), longest_list); ++i) text += (i > 0 ? ", " : "") + words[i];
  if (words.size() > longest_list) text += ", ...";
  return words.size() > 1 ? "one of " + text : text;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  word = word.substr(0, longest_word);
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  const std::string* nearest = nullptr;
  for (const std::string& candidate : known) {
    const size_t distance = edit_distance(word, std::string_view(candidate).substr(0, longest_word));
    if (distance < best) {
      best = distance;
      nearest = &candidate;
    }
  }
  return nearest != nullptr ? *nearest : one_of(known);
}

}  // namespace wattloop

#include "io/importers/inp_file.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "io/nearest.h"

namespace wattloop {

namespace {

/// Names of sections; four letters tell them apart.
constexpr std::array section_names = {"TITLE",     "JUNCTIONS", "RESERVOIRS", "TANKS",   "PIPES",     "PUMPS",
                                      "VALVES",    "CONTROLS",  "RULES",      "DEMANDS", "SOURCES",   "EMITTERS",
                                      "PATTERNS",  "CURVES",    "QUALITY",    "STATUS",  "ROUGHNESS", "ENERGY",
                                      "REACTIONS", "MIXING",    "REPORT",     "TIMES",   "OPTIONS",   "COORDINATES",
                                      "VERTICES",  "LABELS",    "BACKDROP",   "TAGS",    "END"};

const char* section_of(std::string_view word) {
  for (const char* name : section_names) {
    const std::string_view key = std::string_view(name).substr(0, 4);
    if (begins_with(word, key)) return name;
  }
  return nullptr;
}

bool separates(char c) {
  return c == ' ' || c == '\t' || c == ',' || c == '\r';
}

InpLine words_of(std::string_view text, int number) {
  InpLine line{number, {}};
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ';') break;
    if (separates(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    const bool quoted = text[i] == '"';
    if (quoted) {
      const std::size_t end = std::min(text.find('"', i + 1), text.size());
      line.words.push_back({std::string(text.substr(i + 1, end - i - 1)), static_cast<int>(begin + 1)});
      i = end + 1;
      continue;
    }
    while (i < text.size() && !separates(text[i]) && text[i] != ';') ++i;
    line.words.push_back({std::string(text.substr(begin, i - begin)), static_cast<int>(begin + 1)});
  }
  return line;
}

}  // namespace

bool begins_with(std::string_view word, std::string_view keyword) {
  const auto same = [](unsigned char a, unsigned char b) { return std::toupper(a) == std::toupper(b); };
  return word.size() >= keyword.size() && std::equal(keyword.begin(), keyword.end(), word.begin(), same);
}

const std::vector<InpLine>& InpFile::section(std::string_view section_name) const {
  static const std::vector<InpLine> none;
  const auto found = sections.find(section_name);
  return found == sections.end() ? none : found->second;
}

InpFile split_inp(const std::string& name, std::string_view text, std::vector<InputProblem>& problems) {
  InpFile file{name, {}};
  std::vector<InpLine>* section = nullptr;
  bool known = true;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    InpLine line = words_of(text.substr(0, end), number);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.words.empty()) continue;
    const std::string& first = line.words.front().text;
    if (first.front() == '[') {
      const char* found = section_of(std::string_view(first).substr(1));
      known = found != nullptr;
      if (!known) {
        problems.push_back({name, number, line.words.front().column, "", "unknown section", first,
                            suggestion(first, {section_names.begin(), section_names.end()})});
        continue;
      }
      if (std::string_view(found) == "END") break;
      section = &file.sections[found];
    } else if (section != nullptr && known) {
      section->push_back(std::move(line));
    } else if (known) {
      problems.push_back({name, number, line.words.front().column, "", "text before the first section", first, ""});
      known = false;
    }
  }
  return file;
}

}  // namespace wattloop

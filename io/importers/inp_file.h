#pragma once
// The lines of an EPANET input file, in words.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/errors.h"

namespace wattloop {

struct InpWord {
  std::string text;
  int column = 0;  ///< counted from 1
};

struct InpLine {
  int number = 0;  ///< counted from 1
  std::vector<InpWord> words;
};

/// Sections by their upper-case name without brackets ("PIPES"); their lines have at least one word each.
struct InpFile {
  std::string name;
  std::map<std::string, std::vector<InpLine>, std::less<>> sections;

  const std::vector<InpLine>& section(std::string_view section_name) const;
};

/// Splits a text at white space and commas; a word in double quotes may hold both. ';' begins a comment. Adds to
/// `problems` what is outside a section or in one that EPANET 2.2 does not have.
InpFile split_inp(const std::string& name, std::string_view text, std::vector<InputProblem>& problems);

/// Whether a word begins with a keyword, case aside: EPANET knows its keywords by their first letters.
bool begins_with(std::string_view word, std::string_view keyword);

}  // namespace wattloop

#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace wattloop {

/// One thing wrong with an input: where it is, what it is, what was found and what would have been right.
/// Empty strings and a line or column of 0 mean "does not apply".
struct InputProblem {
  std::string file;
  int line = 0;    ///< counted from 1
  int column = 0;  ///< counted from 1
  std::string path, what, got, allowed;
};

/// "file:line:column: path: what, got X, allowed Y", the parts that do not apply left out.
inline std::string to_string(const InputProblem& problem) {
  std::string place = problem.file;
  if (problem.line > 0) place += ':' + std::to_string(problem.line);
  if (problem.line > 0 && problem.column > 0) place += ':' + std::to_string(problem.column);
  std::string text;
  for (const std::string& part : {place, problem.path}) {
    if (!part.empty()) text += part + ": ";
  }
  text += problem.what;
  if (!problem.got.empty()) text += ", got " + problem.got;
  if (!problem.allowed.empty()) text += ", allowed " + problem.allowed;
  return text;
}

/// Everything wrong with an input at once; `what()` gives one problem a line.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<InputProblem> problems)
      : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}

  const std::vector<InputProblem>& problems() const { return problems_; }

 private:
  static std::string joined(const std::vector<InputProblem>& problems) {
    std::string text;
    for (const InputProblem& problem : problems) {
      if (!text.empty()) text += '\n';
      text += to_string(problem);
    }
    return text;
  }

  std::vector<InputProblem> problems_;
};

}  // namespace wattloop

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/errors.h"

namespace wattloop {

/// One field of a line of comma-separated text, without the blanks and the quotation marks around it.
struct TextField {
  std::string_view text;
  int column = 1;  ///< of its first character in the line, counted from 1
};

/// Splits a line at its commas; a comma between quotation marks parts nothing.
std::vector<TextField> split_fields(std::string_view line);

/// The whole field as a finite number, else nothing.
std::optional<double> parse_number(std::string_view text);

/// The text in quotation marks as a message can show it: printable and not long.
std::string shown(std::string_view text);

/// Collects what is wrong with one file. Of very many problems the first 100 are kept and the rest is counted.
class FileProblems {
 public:
  explicit FileProblems(std::string file) : file_(std::move(file)) {}

  void add(int line, int column, std::string what, std::string got = "", std::string allowed = "");
  /// Throws InputError where the names of a header are parted by semicolons or tabs: all else that would be said of
  /// such a file follows from it.
  void require_commas(int line, std::string_view header);
  bool empty() const { return problems_.empty(); }
  /// Throws InputError if anything was added.
  void throw_if_any() const;

 private:
  std::string file_;
  std::vector<InputProblem> problems_;
  int left_out_ = 0;
};

/// The lines of a text file without their ends (LF or CRLF) and without a byte order mark. Throws InputError if the
/// file cannot be read or has more than `max_bytes` bytes.
std::vector<std::string> read_lines(const std::string& path, std::size_t max_bytes = 256u << 20);

}  // namespace wattloop

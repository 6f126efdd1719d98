#include "io/importers/matpower_text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace wattloop {

namespace {

constexpr const char* data_alone = "mpc.NAME = a number, a 'text', a [matrix of numbers] or a {cell array}";

class Parser {
 public:
  Parser(const std::string& name, std::string_view text, std::vector<InputProblem>& problems)
      : text_(text), problems_(problems) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);  // a byte order mark
    file_.name = name;
  }

  MatpowerText parse() {
    for (skip_between(); !at_end(); skip_between()) statement();
    file_.last_line = line_;
    return std::move(file_);
  }

 private:
  bool at_end() const { return place_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0'; }
  int column() const { return static_cast<int>(place_ - line_begin_) + 1; }
  void advance() {
    if (text_[place_++] != '\n') return;
    ++line_;
    line_begin_ = place_;
  }
  static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  static bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
  static bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

  void problem(int line, int column, std::string path, std::string what, std::string got, std::string allowed) {
    problems_.push_back(
        {file_.name, line, column, std::move(path), std::move(what), std::move(got), std::move(allowed)});
  }

  void skip_line() {
    while (!at_end() && peek() != '\n') advance();
  }
  /// Blanks, comments, and "..." with the end of its line.
  void skip_blanks() {
    for (; !at_end(); advance()) {
      if (peek() == '%') return skip_comment();
      if (peek() == '.' && peek(1) == '.' && peek(2) == '.') {
        skip_line();
        if (at_end()) return;
      } else if (!is_blank(peek())) {
        return;
      }
    }
  }
  /// To the end of the line, or to the line "%}" if this one is "%{".
  void skip_comment() {
    const bool opens = rest_of_line() == "%{" && line_so_far_is_blank();
    skip_line();
    while (opens && !at_end()) {
      advance();
      const bool closes = rest_of_line() == "%}";
      skip_line();
      if (closes) return;
    }
  }
  bool line_so_far_is_blank() const {
    const std::string_view before = text_.substr(line_begin_, place_ - line_begin_);
    return std::all_of(before.begin(), before.end(), is_blank);
  }
  std::string_view rest_of_line() const {
    std::string_view rest = text_.substr(place_, std::min(text_.find('\n', place_), text_.size()) - place_);
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
    return rest;
  }
  /// What may stand between statements.
  void skip_between() {
    for (skip_blanks(); peek() == '\n' || peek() == ';' || peek() == ','; skip_blanks()) advance();
  }

  std::string name_here() {
    const std::size_t begin = place_;
    while (begins_name(peek()) || is_digit(peek()) || peek() == '.') advance();
    return std::string(text_.substr(begin, place_ - begin));
  }

  void refuse_code(std::size_t begin, int line, int column_of_it) {
    skip_line();
    std::string got(text_.substr(begin, std::min(place_, text_.find('\n', begin)) - begin));
    while (!got.empty() && is_blank(got.back())) got.pop_back();
    constexpr std::size_t longest = 60;
    if (got.size() > longest) got = got.substr(0, longest) + "...";
    const bool changes_tables = got.find("mpc.bus(") == 0 || got.find("mpc.branch(") == 0 || got.find("mpc.gen(") == 0;
    problem(line, column_of_it, "", "this is code: only data is read, nothing is run", "'" + got + "'",
            changes_tables ? "the numbers themselves in the matrices: MW, and r and x per unit (ohm / (kV^2 / MVA))"
                           : data_alone);
  }

  void statement() {
    const std::size_t begin = place_;
    const int line = line_, column_here = column();
    const std::string name = begins_name(peek()) ? name_here() : "";
    if (name == "function" && !named_) {
      named_ = true;
      return skip_line();
    }
    skip_blanks();
    const std::size_t dot = name.find('.');
    const bool sets_field = peek() == '=' && peek(1) != '=' && dot != std::string::npos && dot + 1 < name.size();
    if (!sets_field) return refuse_code(begin, line, column_here);
    advance();
    skip_blanks();
    MatpowerField field;
    field.line = line;
    const std::string path = name.substr(dot + 1);
    if (!value(field, path)) return refuse_code(begin, line, column_here);
    skip_blanks();
    if (!at_end() && peek() != '\n' && peek() != ';' && peek() != ',') return refuse_code(begin, line, column_here);
    if (!file_.fields.emplace(path, std::move(field)).second)
      problem(line, column_here, "", "this is set a second time", name, "once");
  }

  bool value(MatpowerField& field, const std::string& path) {
    if (peek() == '[') {
      matrix(field, path);
      return true;
    }
    if (peek() == '{') {
      cell(field, path);
      return true;
    }
    if (peek() == '\'' || peek() == '"') {
      field.is_text = true;
      return quoted(field.text);
    }
    MatpowerRow row{line_, {}, {column()}};
    const std::optional<double> one = number();
    if (!one) return false;
    row.values.push_back(*one);
    field.rows.push_back(std::move(row));
    return true;
  }

  /// False if it is not closed in its line.
  bool quoted(std::string& content) {
    const char quote = peek();
    for (advance(); !at_end() && peek() != '\n'; advance()) {
      if (peek() == quote) {
        if (peek(1) != quote) {
          advance();
          return true;
        }
        advance();
      }
      content += peek();
    }
    return false;
  }

  /// A number with its sign, or nothing, and then nothing is read.
  std::optional<double> number() {
    const std::string_view rest = text_.substr(place_);
    std::size_t length = rest.find_first_not_of("+-") == 1 ? 1 : 0;
    const double sign = length == 1 && rest.front() == '-' ? -1.0 : 1.0;
    const std::string_view word = rest.substr(length);
    const auto is = [&](std::string_view a) { return word.substr(0, 3) == a; };
    double result = 0.0;
    if (is("Inf") || is("inf")) {
      result = std::numeric_limits<double>::infinity();
      length += 3;
    } else if (is("NaN") || is("nan")) {
      result = std::numeric_limits<double>::quiet_NaN();
      length += 3;
    } else {
      if (word.empty() || !(is_digit(word.front()) || word.front() == '.')) return std::nullopt;
      const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), result);
      if (error != std::errc()) return std::nullopt;
      length += static_cast<std::size_t>(end - word.data());
    }
    place_ += length;
    return sign * result;
  }

  bool ends_number() const {
    const char c = peek();
    return at_end() || is_blank(c) || c == '\n' || c == ',' || c == ';' || c == ']' || c == '%' ||
           (c == '.' && peek(1) == '.');
  }

  void matrix(MatpowerField& field, const std::string& path) {
    const int begin = line_;
    advance();
    MatpowerRow row;
    const auto end_row = [&] {
      if (!row.values.empty()) field.rows.push_back(std::move(row));
      row = MatpowerRow();
    };
    for (skip_blanks(); !at_end(); skip_blanks()) {
      const char c = peek();
      if (c == ']') {
        advance();
        return end_row();
      }
      if (c == '\n' || c == ';') {
        end_row();
        advance();
      } else if (c == ',') {
        advance();
      } else {
        if (row.values.empty()) row.line = line_;
        row.columns.push_back(column());
        row.values.push_back(matrix_number(path));
      }
    }
    end_row();
    problem(line_, 0, path, fmt::format("the matrix that begins in line {} is not closed", begin),
            "the end of the file", "]");
  }

  double matrix_number(const std::string& path) {
    const std::size_t begin = place_;
    const int line = line_, column_here = column();
    const std::optional<double> result = number();
    if (result && ends_number()) return *result;
    while (!ends_number()) advance();
    if (place_ == begin) advance();  // a single dot
    problem(line, column_here, path, "only numbers are read, nothing is computed",
            "'" + std::string(text_.substr(begin, place_ - begin)) + "'", "a number");
    return 0.0;
  }

  void cell(MatpowerField& field, const std::string& path) {
    const int begin = line_;
    int depth = 0;
    while (!at_end()) {
      const char c = peek();
      if (c == '%') {
        skip_line();
      } else if (c == '\'' || c == '"') {
        std::string content;
        quoted(content);
      } else {
        if (c == '{') ++depth;
        if (c == '}') --depth;
        advance();
        if (depth == 0) return;
      }
    }
    field.is_text = true;
    problem(line_, 0, path, fmt::format("the cell array that begins in line {} is not closed", begin),
            "the end of the file", "}");
  }

  std::string_view text_;
  std::vector<InputProblem>& problems_;
  MatpowerText file_;
  std::size_t place_ = 0, line_begin_ = 0;
  int line_ = 1;
  bool named_ = false;
};

}  // namespace

const MatpowerField* MatpowerText::find(std::string_view field) const {
  const auto found = fields.find(field);
  return found == fields.end() ? nullptr : &found->second;
}

MatpowerText parse_matpower(const std::string& name, std::string_view text, std::vector<InputProblem>& problems) {
  return Parser(name, text, problems).parse();
}

}  // namespace wattloop

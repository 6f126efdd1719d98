#include "io/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <utility>

namespace wattloop {
namespace {

constexpr std::size_t kept_problems = 100;
constexpr std::size_t shown_length = 40;  // characters

bool is_padding(char c) {
  return c == ' ' || c == '\t' || c == '"';
}

TextField trimmed(std::string_view line, std::size_t begin, std::size_t end) {
  while (begin < end && is_padding(line[begin])) ++begin;
  while (end > begin && is_padding(line[end - 1])) --end;
  return {line.substr(begin, end - begin), static_cast<int>(begin) + 1};
}

}  // namespace

std::vector<TextField> split_fields(std::string_view line) {
  std::vector<TextField> fields;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] != ',' || quoted) continue;
    fields.push_back(trimmed(line, begin, i));
    begin = i + 1;
  }
  fields.push_back(trimmed(line, begin, line.size()));
  return fields;
}

std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string shown(std::string_view text) {
  std::string result = "\"";
  for (std::size_t i = 0; i < std::min(text.size(), shown_length); ++i) {
    const char c = text[i];
    if (text.substr(i).starts_with("°"))
      result += "°", ++i;
    else
      result += c >= ' ' && c <= '~' ? c : '?';
  }
  return result + (text.size() > shown_length ? "...\"" : "\"");
}

void FileProblems::add(int line, int column, std::string what, std::string got, std::string allowed) {
  if (problems_.size() == kept_problems) {
    ++left_out_;
    return;
  }
  problems_.push_back({file_, line, column, "", std::move(what), std::move(got), std::move(allowed)});
}

void FileProblems::require_commas(int line, std::string_view header) {
  const auto count = [&](char c) { return std::count(header.begin(), header.end(), c); };
  for (const auto& [separator, name] : {std::pair{';', "\";\""}, std::pair{'\t', "a tab"}})
    if (count(separator) > count(',')) {
      add(line, static_cast<int>(header.find(separator)) + 1, "another separator of columns", name,
          "\",\", and a point in decimal numbers");
      throw_if_any();
    }
}

void FileProblems::throw_if_any() const {
  if (problems_.empty()) return;
  std::vector<InputProblem> all = problems_;
  if (left_out_ > 0) all.push_back({file_, 0, 0, "", fmt::format("{} further problems", left_out_), "", ""});
  throw InputError(std::move(all));
}

std::vector<std::string> read_lines(const std::string& path, std::size_t max_bytes) {
  FileProblems problems(path);
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  const std::uintmax_t size = is_file ? std::filesystem::file_size(path, error) : 0;
  std::ifstream stream(path, std::ios::binary);
  if (!is_file || error || !stream) {
    problems.add(0, 0, std::filesystem::exists(path, error) ? "cannot be read" : "no such file");
  } else if (size > max_bytes) {
    problems.add(0, 0, "file is too large", fmt::format("{} bytes", size), fmt::format("{} bytes", max_bytes));
  }
  problems.throw_if_any();

  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(std::move(line));
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (!lines.empty() && lines.front().starts_with(byte_order_mark)) lines.front().erase(0, byte_order_mark.size());
  return lines;
}

}  // namespace wattloop

// The members of a study as a table.

#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>

#include "io/study.h"

namespace wattloop {

namespace {

struct Field {
  std::string text;
  int column = 1;
};

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The fields of a line; quotes are doubled within quotes. Throws InputError where one does not end.
std::vector<Field> fields_of(const std::string& line, const std::string& file, int number) {
  std::vector<Field> fields(1);
  bool quoted = false;
  int opened = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const int column = static_cast<int>(i) + 1;
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back().text += line[i++];
    } else if (line[i] == '"') {
      quoted = !quoted;
      opened = column;
    } else if (line[i] == ',' && !quoted) {
      fields.push_back({"", column + 1});
    } else {
      fields.back().text += line[i];
    }
  }
  if (quoted) throw InputError({{file, number, opened, "", "a quote that does not end on its line", "", ""}});
  for (Field& field : fields) field.text = trimmed(field.text);
  return fields;
}

void check_header(const std::vector<Field>& header, const std::string& file, int number,
                  std::vector<InputProblem>& problems) {
  std::set<std::string> names;
  for (const Field& field : header) {
    if (field.text.empty())
      problems.push_back({file, number, field.column, "", "a column without a path", "", "run.resolution, name, ..."});
    else if (!names.insert(field.text).second)
      problems.push_back({file, number, field.column, field.text, "duplicate column", "", ""});
  }
}

/// A column a parameter, a row a member.
MemberTable table_of(const std::vector<Field>& header, const std::vector<std::vector<Field>>& rows,
                     const std::vector<int>& lines, const std::string& file) {
  MemberTable table;
  for (std::size_t c = 0; c < header.size(); ++c) {
    const std::string& path = header[c].text;
    if (path == "name") {
      for (std::size_t r = 0; r < rows.size(); ++r)
        table.names.push_back(rows[r][c].text.empty() ? std::to_string(r + 1) : rows[r][c].text);
      continue;
    }
    StudyParameter p;
    p.name = path;
    p.paths = {path};
    for (std::size_t r = 0; r < rows.size(); ++r) {
      p.values.push_back(rows[r][c].text);
      p.origins.push_back({file, lines[r], rows[r][c].column, path});
    }
    find_numbers(p);
    table.parameters.push_back(std::move(p));
  }
  return table;
}

}  // namespace

MemberTable read_member_table(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::ifstream in(path);
  if (!in || std::filesystem::is_directory(path))
    throw InputError({{file, 0, 0, "", "cannot read this file", in ? "a directory" : std::strerror(errno), ""}});
  std::vector<InputProblem> problems;
  std::vector<Field> header;
  std::vector<std::vector<Field>> rows;
  std::vector<int> lines;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    if (++number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // a byte order mark
    if (const std::string text = trimmed(line); text.empty() || text.front() == '#') continue;
    std::vector<Field> fields = fields_of(line, file, number);
    if (header.empty()) {
      header = std::move(fields);
      check_header(header, file, number, problems);
    } else if (fields.size() != header.size()) {
      problems.push_back({file, number, fields.back().column, "", "another number of fields than the header",
                          std::to_string(fields.size()), std::to_string(header.size())});
    } else {
      rows.push_back(std::move(fields));
      lines.push_back(number);
    }
  }
  if (problems.empty() && rows.empty())
    problems.push_back({file, 0, 0, "", "no members", "", "a header of paths and a row for each member"});
  if (!problems.empty()) throw InputError(std::move(problems));
  return table_of(header, rows, lines, file);
}

}  // namespace wattloop

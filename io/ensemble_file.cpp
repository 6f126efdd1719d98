// The members of an ensemble as a table.

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "io/ensemble.h"

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

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (char c : text) {
    if (c == '"') result += c;
    result += c == '\n' ? ' ' : c;
  }
  return result + '"';
}

const char* status(const MemberResult& result) {
  return !result.was_run ? "not run" : result.error.empty() ? "fine" : "failed";
}

/// Paths that any member sets, in the order in which they come.
std::vector<std::string> paths_of(const Ensemble& ensemble) {
  std::vector<std::string> paths;
  std::set<std::string> known;
  for (const EnsembleMember& member : ensemble.members())
    for (const auto& [path, value] : member.settings)
      if (known.insert(path).second) paths.push_back(path);
  return paths;
}

std::string value_of(const EnsembleMember& member, const std::string& path) {
  std::string value;  // the last of a path counts
  for (const auto& [key, text] : member.settings)
    if (key == path) value = text;
  return value;
}

}  // namespace

std::vector<EnsembleMember> read_members(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::ifstream in(path);
  if (!in || std::filesystem::is_directory(path))
    throw InputError({{file, 0, 0, "", "cannot read this file", in ? "a directory" : std::strerror(errno), ""}});
  std::vector<InputProblem> problems;
  std::vector<Field> header;
  std::vector<EnsembleMember> members;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (const std::string text = trimmed(line); text.empty() || text.front() == '#') continue;
    std::vector<Field> fields = fields_of(line, file, number);
    if (header.empty()) {
      header = std::move(fields);
      check_header(header, file, number, problems);
      continue;
    }
    if (fields.size() != header.size()) {
      problems.push_back({file, number, fields.back().column, "", "another number of fields than the header",
                          std::to_string(fields.size()), std::to_string(header.size())});
      continue;
    }
    EnsembleMember member{std::to_string(members.size() + 1), {}, {}};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].text.empty()) continue;
      if (header[i].text == "name") {
        member.name = fields[i].text;
        continue;
      }
      member.settings.emplace_back(header[i].text, fields[i].text);
      member.origins.push_back({file, number, fields[i].column, header[i].text});
    }
    members.push_back(std::move(member));
  }
  if (problems.empty() && members.empty())
    problems.push_back({file, 0, 0, "", "no members", "", "a header of paths and a row for each member"});
  if (!problems.empty()) throw InputError(std::move(problems));
  return members;
}

std::string to_csv(const Ensemble& ensemble, const std::vector<MemberResult>& results) {
  const std::vector<std::string> paths = paths_of(ensemble);
  std::string text = "name";
  for (const std::string& path : paths) text += "," + quoted(path);
  text += ",status";
  for (const std::string& name : ensemble.metric_names()) text += "," + name;
  text += ",error\n";
  for (std::size_t i = 0; i < results.size(); ++i) {
    const EnsembleMember& member = ensemble.members()[i];
    text += quoted(member.name);
    for (const std::string& path : paths) text += "," + quoted(value_of(member, path));
    text += fmt::format(",{}", status(results[i]));
    for (const double value : results[i].metrics) text += std::isfinite(value) ? fmt::format(",{}", value) : ",";
    text += "," + quoted(results[i].error) + "\n";
  }
  return text;
}

std::string to_json(const Ensemble& ensemble, const std::vector<MemberResult>& results) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < results.size(); ++i) {
    nlohmann::ordered_json entry;
    entry["name"] = ensemble.members()[i].name;
    entry["settings"] = nlohmann::ordered_json::object();
    for (const auto& [path, value] : ensemble.members()[i].settings) entry["settings"][path] = value;
    entry["status"] = status(results[i]);
    if (!results[i].error.empty()) entry["error"] = results[i].error;
    for (std::size_t m = 0; m < results[i].metrics.size(); ++m) {
      const double value = results[i].metrics[m];
      entry["metrics"][ensemble.metric_names()[m]] = std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
    }
    list.push_back(std::move(entry));
  }
  return list.dump(2) + "\n";
}

}  // namespace wattloop

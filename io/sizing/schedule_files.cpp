// Schedules as CSV files and as one workbook.

#include <filesystem>
#include <fstream>
#include <memory>

#include <fmt/format.h>
#include <xlsxwriter.h>

#include "io/errors.h"
#include "io/sizing/schedules.h"

namespace wattloop::sizing {

namespace {

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string to_csv(const Schedule& s) {
  std::string text;
  for (std::size_t i = 0; i < s.header.size(); ++i) text += (i > 0 ? "," : "") + quoted(s.header[i]);
  text += '\n';
  for (const auto& row : s.rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      text += (i > 0 ? "," : "") + (row[i].is_number ? fmt::format("{:.8g}", row[i].number) : quoted(row[i].text));
    text += '\n';
  }
  return text;
}

[[noreturn]] void throw_not_writable(const std::string& file, const std::string& why) {
  throw InputError({{file, 0, 0, "", "cannot write this file", why, "a file that can be written"}});
}

void add_sheet(lxw_workbook* book, lxw_format* bold, const Schedule& s) {
  constexpr double width = 22.0;  // characters
  lxw_worksheet* sheet = workbook_add_worksheet(book, s.name.c_str());
  worksheet_set_column(sheet, 0, static_cast<lxw_col_t>(s.header.size()), width, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
  for (std::size_t i = 0; i < s.header.size(); ++i)
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i), s.header[i].c_str(), bold);
  for (std::size_t row = 0; row < s.rows.size(); ++row)
    for (std::size_t i = 0; i < s.rows[row].size(); ++i) {
      const Schedule::Cell& cell = s.rows[row][i];
      const auto at = static_cast<lxw_row_t>(row + 1);
      if (cell.is_number)
        worksheet_write_number(sheet, at, static_cast<lxw_col_t>(i), cell.number, nullptr);
      else
        worksheet_write_string(sheet, at, static_cast<lxw_col_t>(i), cell.text.c_str(), nullptr);
    }
}

}  // namespace

void remove_schedules(const std::string& directory) {
  const std::filesystem::path folder = directory;
  for (const char* name : {"design_basis", "equipment", "cdus", "pumps", "pipes", "valves", "vessels", "coolers",
                           "electrical", "instruments", "water", "heat_balance", "annual", "sensitivities", "proof"})
    std::filesystem::remove(folder / (std::string(name) + ".csv"));
  std::filesystem::remove(folder / "schedules.xlsx");
}

void write_schedules(const std::vector<Schedule>& schedules, const std::string& directory) {
  const std::filesystem::path folder = directory;
  for (const Schedule& s : schedules) {
    const std::string file = (folder / (s.name + ".csv")).string();
    std::ofstream out(file);
    if (!(out << to_csv(s)).flush()) throw_not_writable(file, "");
  }
  const std::string file = (folder / "schedules.xlsx").string();
  lxw_workbook* book = workbook_new(file.c_str());
  lxw_format* bold = workbook_add_format(book);
  format_set_bold(bold);
  for (const Schedule& s : schedules) add_sheet(book, bold, s);
  if (const lxw_error error = workbook_close(book)) throw_not_writable(file, lxw_strerror(error));
}

}  // namespace wattloop::sizing

#include "io/power_options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

#include "io/document.h"

namespace wattloop {

namespace {

/// A finite number and nothing else.
std::optional<double> number_of(std::string_view word) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!word.empty() && blank(word.front())) word.remove_prefix(1);
  while (!word.empty() && blank(word.back())) word.remove_suffix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

int find_bus(const PowerNetwork& net, long id) {
  const auto found =
      std::find_if(net.buses.begin(), net.buses.end(), [&](const PowerBus& bus) { return bus.id == id; });
  return found == net.buses.end() ? -1 : static_cast<int>(found - net.buses.begin());
}

int read_bus(Reader& reader, const char* key, const PowerNetwork& net) {
  const long id = reader.integer(key, 1, std::numeric_limits<int>::max());
  const int bus = find_bus(net, id);
  if (bus < 0) reader.report("no bus has this number", std::to_string(id), "the number of a bus of the case", key);
  return bus;
}

void read_loads(Reader reader, PowerNetwork& net) {
  const bool all = reader.text("bus", "all") == "all";
  const int bus = all ? -1 : read_bus(reader, "bus", net);
  LoadShares shares;
  shares.impedance = reader.quantity("impedance", "1", fraction, 0.0);
  shares.current = reader.quantity("current", "1", fraction, 0.0);
  shares.power = 1.0 - shares.impedance - shares.current;
  if (shares.power < -1e-12)
    reader.report("the shares of impedance and current sum to more than the load",
                  fmt::format("{}", shares.impedance + shares.current), "at most 1", "impedance");
  shares.power = std::max(0.0, shares.power);
  reader.finish();
  for (int i = 0; i < static_cast<int>(net.buses.size()); ++i)
    if (all || i == bus) net.buses[i].shares = shares;
}

void read_tap(Reader reader, PowerNetwork& net) {
  TapControl control;
  const int from = read_bus(reader, "from", net), to = read_bus(reader, "to", net);
  control.bus = read_bus(reader, "holds", net);
  control.V = reader.quantity("voltage", "1", Range{0.5, 1.5}, 1.0);
  control.step = reader.quantity("step", "1", Range{1e-4, 0.2}, 0.0125);
  control.band = reader.quantity("band", "1", Range{0.0, 0.5}, 0.6 * control.step);
  control.lowest = reader.quantity("lowest", "1", Range{0.5, 1.5}, 0.9);
  control.highest = reader.quantity("highest", "1", Range{0.5, 1.5}, 1.1);
  if (control.lowest > control.highest)
    reader.report("the range of the tap", fmt::format("{}", control.lowest),
                  fmt::format("at most highest, {}", control.highest), "lowest");
  const auto found = std::find_if(net.branches.begin(), net.branches.end(),
                                  [&](const PowerBranch& branch) { return branch.from == from && branch.to == to; });
  if (found == net.branches.end() && from >= 0 && to >= 0)
    reader.report("no branch of the case has these buses in this order", "", "from and to as in mpc.branch", "from");
  control.branch = static_cast<int>(found - net.branches.begin());
  const bool taken = std::any_of(net.taps.begin(), net.taps.end(),
                                 [&](const TapControl& other) { return other.branch == control.branch; });
  if (found != net.branches.end() && taken)
    reader.report("a second control of this branch's tap", net.branch_name(control.branch), "one a branch", "from");
  reader.finish();
  const bool is_good = control.bus >= 0 && found != net.branches.end() && control.lowest <= control.highest;
  if (!is_good) return;
  if (found->tap < control.lowest || found->tap > control.highest)
    net.notes.push_back(fmt::format("the tap of branch {} begins at {:g}: the {:g} of the case is outside of its range",
                                    net.branch_name(control.branch),
                                    std::clamp(found->tap, control.lowest, control.highest), found->tap));
  net.taps.push_back(control);
}

void read_source(Reader reader, PowerNetwork& net) {
  PowerFaultSource source;
  source.bus = read_bus(reader, "bus", net);
  source.S_k = reader.quantity("short_circuit_power", "VA", positive);
  source.x_over_r = reader.quantity("x_over_r", "1", positive, source.x_over_r);
  reader.finish();
  if (source.bus >= 0) net.fault_sources.push_back(source);
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

/// What a column of a table of loads sets.
struct LoadColumn {
  enum { scale, active, reactive, unknown } kind = unknown;
  int bus = -1;
  bool operator==(const LoadColumn&) const = default;
};

LoadColumn column_of(std::string_view name, const std::unordered_map<int, int>& buses) {
  while (!name.empty() && (name.back() == '\r' || name.back() == ' ')) name.remove_suffix(1);
  while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
  if (name == "scale") return {LoadColumn::scale, -1};
  const bool active = name.substr(0, 2) == "p_";
  if (!active && name.substr(0, 2) != "q_") return {};
  int id = 0;
  const auto [end, error] = std::from_chars(name.data() + 2, name.data() + name.size(), id);
  const auto found = buses.find(id);
  if (error != std::errc() || end != name.data() + name.size() || found == buses.end()) return {};
  return {active ? LoadColumn::active : LoadColumn::reactive, found->second};
}

}  // namespace

void read_power_options(const std::string& file, PowerNetwork& net) {
  Document document = Document::parse_file(file);
  Reader reader = document.read();
  if (reader.has("loads"))
    for (Reader& item : reader.items("loads")) read_loads(std::move(item), net);
  if (reader.has("taps"))
    for (Reader& item : reader.items("taps")) read_tap(std::move(item), net);
  if (reader.has("sources"))
    for (Reader& item : reader.items("sources")) read_source(std::move(item), net);
  reader.finish();
  document.throw_if_problems();
}

std::vector<std::vector<Phasor<double>>> read_load_table(const std::string& name, const PowerNetwork& net) {
  std::ifstream file(name);
  if (!file) throw InputError({{name, 0, 0, "", "cannot read this file", "", ""}});
  std::vector<InputProblem> problems;
  std::vector<LoadColumn> columns;
  std::vector<std::vector<Phasor<double>>> demands;
  std::vector<Phasor<double>> as_in_case;
  std::unordered_map<int, int> buses;
  for (const PowerBus& bus : net.buses) {
    buses.emplace(bus.id, static_cast<int>(as_in_case.size()));
    as_in_case.push_back(bus.demand);
  }
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // a byte order mark
    if (line.empty() || line == "\r" || line.front() == '#') continue;
    const std::vector<std::string_view> cells = cells_of(line);
    if (columns.empty()) {
      for (const std::string_view cell : cells) {
        const LoadColumn column = column_of(cell, buses);
        const auto refuse = [&](const char* what, const char* allowed) {
          problems.push_back({name, number, static_cast<int>(cell.data() - line.data()) + 1, "", what,
                              "'" + std::string(cell) + "'", allowed});
        };
        if (column.kind == LoadColumn::unknown)
          refuse("no such column", "scale, p_ID or q_ID with the number of a bus");
        else if (std::find(columns.begin(), columns.end(), column) != columns.end())
          refuse("a second column of this", "each column once");
        columns.push_back(column);
      }
      continue;
    }
    if (cells.size() != columns.size()) {
      problems.push_back({name, number, 0, "", "number of columns", std::to_string(cells.size()),
                          std::to_string(columns.size()) + " as in the first line"});
      continue;
    }
    std::vector<Phasor<double>>& demand = demands.emplace_back(as_in_case);
    std::vector<double> values;
    for (const std::string_view cell : cells) {
      const std::optional<double> value = number_of(cell);
      if (!value)
        problems.push_back({name, number, static_cast<int>(cell.data() - line.data()) + 1, "", "a value",
                            "'" + std::string(cell) + "'", "a number"});
      values.push_back(value.value_or(1.0));
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (columns[c].kind != LoadColumn::scale) continue;
      for (Phasor<double>& S : demand) S = {S.re * values[c], S.im * values[c]};
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (columns[c].kind == LoadColumn::active) demand[columns[c].bus].re = values[c] / net.base_mva;
      if (columns[c].kind == LoadColumn::reactive) demand[columns[c].bus].im = values[c] / net.base_mva;
    }
  }
  if (demands.empty() && problems.empty())
    problems.push_back({name, number, 0, "", "no variants", "nothing", "a line of column names, then one line each"});
  if (!problems.empty()) throw InputError(std::move(problems));
  return demands;
}

}  // namespace wattloop

#include "io/importers/matpower_reader.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>

#include <fmt/format.h>

namespace wattloop {

namespace {

constexpr double degree = std::numbers::pi / 180.0;
// Per unit, of a branch: below it the rounding of voltages (1e-16) hides more of the flow than a solution may leave.
constexpr double least_impedance = 1e-6;
// Columns of the tables, from 0 (MATPOWER User's Manual 2020, appendix B).
enum BusColumn {
  bus_i,
  bus_type,
  bus_pd,
  bus_qd,
  bus_gs,
  bus_bs,
  bus_area,
  bus_vm,
  bus_va,
  bus_base_kv,
  bus_columns = 13
};
enum GenColumn { gen_bus, gen_pg, gen_qg, gen_qmax, gen_qmin, gen_vg, gen_mbase, gen_status, gen_columns = 10 };
enum BranchColumn {
  branch_from,
  branch_to,
  branch_r,
  branch_x,
  branch_b,
  branch_rate,
  branch_ratio = 8,
  branch_angle,
  branch_status,
  branch_columns = 11
};

}  // namespace

MatpowerReader::MatpowerReader(MatpowerText text, std::vector<InputProblem> problems)
    : text_(std::move(text)), problems_(std::move(problems)) {}

PowerNetwork MatpowerReader::read() {
  net_.title = text_.name;
  read_version();
  read_base();
  read_buses();
  read_generators();
  read_branches();
  if (problems_.empty()) {  // what follows looks at the whole, which would only repeat what is wrong with a part
    check_held_voltages();
    check_slacks();
    check_reach();
  }
  if (!problems_.empty()) throw InputError(std::move(problems_));
  return std::move(net_);
}

void MatpowerReader::problem(const MatpowerRow& row, std::size_t column, const std::string& path,
                             const std::string& what, const std::string& allowed) {
  problems_.push_back(
      {text_.name, row.line, row.columns[column], path, what, fmt::format("{}", row.values[column]), allowed});
}

void MatpowerReader::problem_at_line(int line, const std::string& path, const std::string& what, const std::string& got,
                                     const std::string& allowed) {
  problems_.push_back({text_.name, line, 0, path, what, got, allowed});
}

double MatpowerReader::number(const MatpowerRow& row, std::size_t column, const std::string& path, const char* what,
                              Sign sign) {
  const double value = row.values[column];
  const bool fits = sign == Sign::any || (sign == Sign::positive ? value > 0.0 : value >= 0.0);
  if (std::isfinite(value) && fits) return value;
  problem(row, column, path, what,
          sign == Sign::any        ? "a finite number"
          : sign == Sign::positive ? "a number above 0"
                                   : "a number of at least 0");
  return 1.0;
}

double MatpowerReader::limit(const MatpowerRow& row, std::size_t column, const std::string& path, const char* what) {
  if (std::isnan(row.values[column])) problem(row, column, path, what, "a number, Inf or -Inf");
  return row.values[column] / net_.base_mva;
}

bool MatpowerReader::status(const MatpowerRow& row, std::size_t column, const std::string& path) {
  const double value = row.values[column];
  if (value != 0.0 && value != 1.0) problem(row, column, path, "status", "1 (in service) or 0");
  return value == 1.0;
}

int MatpowerReader::bus_at(const MatpowerRow& row, std::size_t column, const std::string& path) {
  const double value = row.values[column];
  if (value >= 1.0 && value <= std::numeric_limits<int>::max() && value == std::floor(value)) {
    const auto found = index_.find(static_cast<int>(value));
    if (found != index_.end()) return found->second;
  }
  problem(row, column, path, "no bus has this number", "the number of a bus in mpc.bus");
  return -1;
}

const std::vector<MatpowerRow>* MatpowerReader::table(std::string_view name, std::size_t least, const char* columns) {
  const MatpowerField* field = text_.find(name);
  if (field == nullptr || field->is_text) {
    problem_at_line(text_.last_line, "", fmt::format("mpc.{} is missing", name), "the end of the file",
                    fmt::format("mpc.{} = [{} ...]", name, columns));
    return nullptr;
  }
  bool good = true;
  const std::size_t width = field->rows.empty() ? 0 : field->rows.front().values.size();
  std::size_t number = 0;
  for (const MatpowerRow& row : field->rows) {
    ++number;
    const bool narrow = row.values.size() < least;
    if (!narrow && row.values.size() == width) continue;
    good = false;
    problem_at_line(row.line, fmt::format("{} row {}", name, number), "number of columns",
                    std::to_string(row.values.size()),
                    narrow ? fmt::format("at least {}", least) : fmt::format("{} as in the first row", width));
  }
  return good ? &field->rows : nullptr;
}

void MatpowerReader::read_version() {
  const MatpowerField* version = text_.find("version");
  const bool is_text = version != nullptr && version->is_text;
  const bool is_two = version != nullptr &&
                      (is_text ? version->text == "2" : version->rows.size() == 1 && version->rows[0].values[0] == 2.0);
  if (is_two) return;
  const std::string got = version == nullptr ? "nothing" : is_text ? "'" + version->text + "'" : "another one";
  problem_at_line(version == nullptr ? 1 : version->line, "version", "version of the case format", got,
                  "mpc.version = '2'");
}

void MatpowerReader::read_base() {
  const MatpowerField* base = text_.find("baseMVA");
  if (base == nullptr || base->rows.size() != 1 || base->rows[0].values.size() != 1) {
    problem_at_line(base == nullptr ? text_.last_line : base->line, "baseMVA", "base power",
                    base == nullptr ? "nothing" : "something else", "mpc.baseMVA = a number above 0");
    return;
  }
  net_.base_mva = number(base->rows[0], 0, "baseMVA", "base power [MVA]", Sign::positive);
}

void MatpowerReader::read_buses() {
  const auto* rows = table("bus", bus_columns, "number type Pd Qd Gs Bs area Vm Va baseKV zone Vmax Vmin");
  if (rows == nullptr) return;
  if (rows->empty()) problem_at_line(text_.find("bus")->line, "bus", "buses", "none", "at least one");
  for (const MatpowerRow& row : *rows) read_bus(row);
}

void MatpowerReader::read_bus(const MatpowerRow& row) {
  PowerBus bus;
  bus.line = row.line;
  const double id = row.values[bus_i];
  std::string path = fmt::format("bus {}", id);
  if (id >= 1.0 && id <= std::numeric_limits<int>::max() && id == std::floor(id)) {
    bus.id = static_cast<int>(id);
    const auto [found, is_new] = index_.emplace(bus.id, static_cast<int>(net_.buses.size()));
    if (!is_new) {
      problem(row, bus_i, path, "this number is already that of a bus",
              fmt::format("each number once; line {} has it", net_.buses[found->second].line));
    }
  } else {
    problem(row, bus_i, path, "number of a bus", "a whole number above 0");
  }
  const double type = row.values[bus_type];
  if (type == 1.0 || type == 2.0 || type == 3.0 || type == 4.0)
    bus.type = static_cast<BusType>(static_cast<int>(type));
  else
    problem(row, bus_type, path, "type", "1 (load), 2 (holds its voltage), 3 (slack) or 4 (isolated)");
  const double base = net_.base_mva;
  bus.demand = {number(row, bus_pd, path, "active load [MW]") / base,
                number(row, bus_qd, path, "reactive load [Mvar]") / base};
  bus.shunt = {number(row, bus_gs, path, "shunt conductance [MW at 1 pu]") / base,
               number(row, bus_bs, path, "shunt susceptance [Mvar at 1 pu]") / base};
  bus.angle = number(row, bus_va, path, "angle [degrees]") * degree;
  bus.base_kv = number(row, bus_base_kv, path, "base voltage [kV]", Sign::not_negative);
  net_.buses.push_back(bus);
}

void MatpowerReader::read_generators() {
  const auto* rows = table("gen", gen_columns, "bus Pg Qg Qmax Qmin Vg mBase status Pmax Pmin");
  if (rows == nullptr) return;
  for (std::size_t k = 0; k < rows->size(); ++k) {
    const MatpowerRow& row = (*rows)[k];
    const std::string path = fmt::format("generator {} at bus {}", k + 1, row.values[gen_bus]);
    PowerGenerator generator;
    generator.line = row.line;
    generator.bus = bus_at(row, gen_bus, path);
    generator.P = number(row, gen_pg, path, "active power [MW]") / net_.base_mva;
    generator.Q = number(row, gen_qg, path, "reactive power [Mvar]") / net_.base_mva;
    generator.Q_max = limit(row, gen_qmax, path, "highest reactive power [Mvar]");
    generator.Q_min = limit(row, gen_qmin, path, "lowest reactive power [Mvar]");
    generator.V = number(row, gen_vg, path, "voltage that is held [pu]", Sign::positive);
    const double status_value = number(row, gen_status, path, "status");
    generator.on = status_value > 0.0;
    if (generator.Q_min > generator.Q_max)
      problem(row, gen_qmin, path, "lowest reactive power [Mvar]",
              fmt::format("at most the highest, {}", row.values[gen_qmax]));
    if (generator.bus >= 0) net_.generators.push_back(generator);
  }
}

void MatpowerReader::read_branches() {
  const auto* rows = table("branch", branch_columns, "from to r x b rateA rateB rateC ratio angle status");
  if (rows == nullptr) return;
  for (const MatpowerRow& row : *rows) read_branch(row);
}

void MatpowerReader::read_branch(const MatpowerRow& row) {
  const std::string path = fmt::format("branch {}-{}", row.values[branch_from], row.values[branch_to]);
  PowerBranch branch;
  branch.line = row.line;
  branch.from = bus_at(row, branch_from, path);
  branch.to = bus_at(row, branch_to, path);
  branch.R = number(row, branch_r, path, "resistance [pu]", Sign::not_negative);
  branch.X = number(row, branch_x, path, "reactance [pu]");
  branch.B = number(row, branch_b, path, "charging susceptance [pu]");
  branch.rating = number(row, branch_rate, path, "rating [MVA], 0 for none", Sign::not_negative) / net_.base_mva;
  const double ratio = number(row, branch_ratio, path, "tap ratio, 0 for a line", Sign::not_negative);
  branch.tap = ratio == 0.0 ? 1.0 : ratio;
  branch.shift = number(row, branch_angle, path, "phase shift [degrees]") * degree;
  branch.on = status(row, branch_status, path);
  if (branch.from >= 0 && branch.from == branch.to)
    problem(row, branch_to, path, "both ends are the same bus", "two buses");
  if (branch.on && std::hypot(branch.R, branch.X) < least_impedance)
    problem(row, branch_x, path, "r and x are as good as zero: this is one bus, not a branch",
            fmt::format("r or x of {:g} pu or more, or status 0", least_impedance));
  if (ratio == 0.0 && branch.from >= 0 && branch.to >= 0) note_base_voltages(branch);
  net_.branches.push_back(branch);
}

/// A line has one voltage; what is told is the first and how many there are.
void MatpowerReader::note_base_voltages(const PowerBranch& line) {
  constexpr double most = 1.05;  // of one over the other
  const auto [low, high] = std::minmax(net_.buses[line.from].base_kv, net_.buses[line.to].base_kv);
  if (low <= 0.0 || high <= most * low) return;
  if (++unequal_lines_ == 1)
    first_unequal_line_ =
        fmt::format("branch {}-{} in line {} ({:g} and {:g} kV)", net_.buses[line.from].id, net_.buses[line.to].id,
                    line.line, net_.buses[line.from].base_kv, net_.buses[line.to].base_kv);
}

void MatpowerReader::check_held_voltages() {
  std::unordered_map<int, double> held;
  for (const PowerGenerator& generator : net_.generators) {
    const PowerBus& bus = net_.buses[generator.bus];
    if (!generator.on || bus.type == BusType::load || bus.type == BusType::isolated) continue;
    const auto [found, is_new] = held.emplace(generator.bus, generator.V);
    if (!is_new && found->second != generator.V)
      net_.notes.push_back(
          fmt::format("generators at bus {} ask for different voltages: the last one's holds", bus.id));
  }
  for (const PowerBus& bus : net_.buses) {
    const bool holds = bus.type == BusType::voltage || bus.type == BusType::slack;
    if (holds && !held.contains(index_.at(bus.id)))
      net_.notes.push_back(fmt::format("bus {} has no generator in service and is taken as a load bus", bus.id));
  }
  if (unequal_lines_ > 0)
    net_.notes.push_back(
        fmt::format("{} {} of tap ratio 0, as of a line, between buses of different base voltages: "
                    "taken as a transformer of ratio 1; {}",
                    unequal_lines_, unequal_lines_ > 1 ? "branches" : "branch", first_unequal_line_));
  for (const char* field : {"dcline", "if"}) {
    const MatpowerField* more = text_.find(field);
    if (more != nullptr && !more->rows.empty()) net_.notes.push_back(fmt::format("mpc.{} is read past", field));
  }
}

void MatpowerReader::check_slacks() {
  const PowerIslands islands = find_islands(net_, branches_on(net_));
  std::vector<int> slack(islands.slack.size(), -1);
  std::vector<char> has_source(net_.buses.size(), 0);
  for (const PowerGenerator& generator : net_.generators) has_source[generator.bus] |= generator.on ? 1 : 0;
  bool any = false;
  for (std::size_t i = 0; i < net_.buses.size(); ++i) {
    const PowerBus& bus = net_.buses[i];
    if (bus.type != BusType::slack || has_source[i] == 0) continue;
    any = true;
    int& first = slack[islands.of_bus[i]];
    if (first < 0) {
      first = static_cast<int>(i);
      continue;
    }
    problem_at_line(bus.line, fmt::format("bus {}", bus.id), "a second slack bus (type 3) in one island",
                    fmt::format("bus {} too, in line {}", net_.buses[first].id, net_.buses[first].line),
                    "one slack bus an island; type 2 holds a voltage");
  }
  if (any) return;
  const auto is_slack = [](const PowerBus& bus) { return bus.type == BusType::slack; };
  const auto found = std::find_if(net_.buses.begin(), net_.buses.end(), is_slack);
  if (found != net_.buses.end())
    problem_at_line(found->line, fmt::format("bus {}", found->id), "no bus has a source",
                    "a slack bus without generator", "a generator in service at the slack bus");
  else
    problem_at_line(text_.find("bus")->line, "bus", "no bus has a source", "no slack bus",
                    "a bus of type 3 with a generator in service");
}

void MatpowerReader::check_reach() {
  // Whatever is switched on: what no branch could ever supply is a mistake, what is switched off is a dead island.
  PowerNetwork all = net_;
  for (PowerGenerator& generator : all.generators) generator.on = true;
  const PowerIslands islands = find_islands(all, std::vector<char>(net_.branches.size(), 1));
  std::vector<int> buses(islands.slack.size(), 0);
  for (std::size_t i = 0; i < net_.buses.size(); ++i)
    if (islands.of_bus[i] >= 0) ++buses[islands.of_bus[i]];
  std::vector<char> told(islands.slack.size(), 0);
  for (std::size_t i = 0; i < net_.buses.size(); ++i) {
    const int island = islands.of_bus[i];
    if (island < 0 || islands.slack[island] >= 0 || told[island] != 0) continue;
    told[island] = 1;
    const PowerBus& bus = net_.buses[i];
    const std::string others = buses[island] > 1 ? fmt::format(" and {} more with it", buses[island] - 1) : "";
    problem_at_line(bus.line, fmt::format("bus {}", bus.id), "this bus has no source" + others,
                    "no branch from a slack bus", "a branch (its status may be 0), or type 4 for a bus out of service");
  }
}

PowerNetwork read_matpower_text(const std::string& name, std::string_view text) {
  std::vector<InputProblem> problems;
  MatpowerText parsed = parse_matpower(name, text, problems);
  return MatpowerReader(std::move(parsed), std::move(problems)).read();
}

PowerNetwork read_matpower(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) throw InputError({{name, 0, 0, "", "cannot read this file", "", ""}});
  return read_matpower_text(name, text.str());
}

}  // namespace wattloop

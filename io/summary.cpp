#include "io/summary.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <sstream>

#include <fmt/format.h>

#include "io/civil_time.h"

namespace wattloop {

namespace {

/// "building_1.block_2.cdu_3.pump" -> "cdu.pump": the part and what holds it, without numbers.
std::string part_kind(const std::string& path) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    std::string name = path.substr(begin, end - begin);
    const std::size_t digits = name.find_last_not_of("0123456789");
    if (digits != std::string::npos && name[digits] == '_' && digits + 1 < name.size()) name.resize(digits);
    names.push_back(std::move(name));
    begin = end + 1;
  }
  const std::size_t n = names.size();
  return n == 1 ? names[0] : names[n - 2] + "." + names[n - 1];
}

/// The lowest die temperature at which a GPU of the case begins to lose power.
double lowest_throttle(Twin& twin) {
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t rack = 0; rack < twin.network().racks().size(); ++rack)
    lowest = std::min(lowest, twin.gpus(rack).T_throttle);
  return lowest;
}

/// What the electrical power of a component is for, told from its ports.
std::string power_class(const GroupBase& group, int i) {
  const ComponentType& type = group.type();
  const auto has = [&](Connector c) {
    return std::any_of(type.ports.begin(), type.ports.end(), [c](const Port& port) { return port.connector == c; });
  };
  if (const int it = type.parameter_index("it"); it >= 0) return group.parameter(i, it) > 0.5 ? "IT" : "other";
  if (has(Connector::dc)) return "IT";  // behind the inputs of the power shelves
  return has(Connector::liquid) || has(Connector::air) ? "cooling" : "distribution";
}

/// Balances of all components from meters [J or W, kg or kg/s] and changes of storage.
void close_balances(Twin& twin, const std::vector<double>& y, const std::vector<std::vector<double>>& energy_before,
                    const std::vector<std::vector<double>>& mass_before, double duration, Summary& summary) {
  System& system = twin.system();
  double in = 0.0, residue = 0.0, electrical = 0.0, mass_through = 0.0, mass_residue = 0.0, stored = 0.0;
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    for (int i = 0; i < group.size(); ++i) {
      const System::Meter m = system.meter_of({g, i});
      in += group.multiplicity(i) * std::max(m.energy_outside, 0.0);
      if (group.type().stores_electricity)  // an island may live on its batteries alone
        in += group.multiplicity(i) * std::max(energy_before[g][i] - group.stored_energy(i, y.data()), 0.0);
      mass_through += group.multiplicity(i) * m.mass_gross;
    }
  }
  const double energy_floor = 1e-6 * std::max(in, 1.0), mass_floor = 1e-6 * std::max(mass_through, 1.0);
  Closure& closure = summary.closure;
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    const std::string meter(group.type().outside);
    for (int i = 0; i < group.size(); ++i) {
      const System::Meter m = system.meter_of({g, i});
      const double n = group.multiplicity(i);
      const double dE = group.stored_energy(i, y.data()) - energy_before[g][i];
      const double dM = group.stored_mass(i, y.data()) - mass_before[g][i];
      residue += n * (m.energy_outside - dE);
      stored += n * dE;
      if (group.type().stores_electricity) summary.P_batteries -= n * dE / duration;
      electrical += n * m.electrical_ports;
      if (!meter.empty()) summary.outside[meter] += n * m.energy_outside / duration;
      const double energy = std::abs(m.energy_ports + m.energy_outside - dE) / std::max(m.energy_gross, energy_floor);
      if (energy > closure.energy_component) closure.energy_component = energy, closure.worst_component = group.path(i);
      const double mass = std::abs(m.mass_ports + m.mass_outside - dM) / std::max(m.mass_gross, mass_floor);
      if (mass > closure.mass_component) closure.mass_component = mass, closure.worst_in_mass = group.path(i);
      mass_residue += n * (m.mass_outside - dM);
      // What a battery keeps, or gives of its own, is no loss: batteries stand among the sources.
      const double spent = m.electrical_ports - (group.type().stores_electricity ? dE : 0.0);
      if (spent <= 0.0) continue;
      const std::string kind = part_kind(group.path(i)), what_for = power_class(group, i);
      summary.power_by_part[kind] += n * spent / duration;
      summary.power_by_class[what_for] += n * spent / duration;
      summary.parts_by_class[what_for][kind] += n * spent / duration;
      const bool is_on_the_way = what_for == "distribution" || group.type().name == "power_shelf";
      if (is_on_the_way) summary.losses[std::string(group.type().name)] += n * spent / duration;
    }
  }
  closure.energy = std::abs(residue) / std::max(in, 1.0);
  closure.mass = std::abs(mass_residue) / std::max(mass_through, 1e-6);
  closure.electrical = std::abs(electrical) / std::max(in, 1.0);
  summary.stored = stored / duration;
}

/// What racks and IT loads have drawn, J by their electrical meters: records are too far apart to see every swing.
double it_energy(Twin& twin) {
  System& system = twin.system();
  double energy = 0.0;
  const auto add = [&](const ComponentRef& c, double share) {
    energy += share * system.group(c.group).multiplicity(c.index) * system.meter_of(c).electrical_ports;
  };
  for (const RackInstance& rack : twin.network().racks()) {
    add(rack.shelf, 1.0);
    for (const RackDevice& device : rack.devices) add(device.component, 1.0);
  }
  for (int g = 0; g < system.groups(); ++g) {
    const GroupBase& group = system.group(g);
    if (group.type().name != "ac_load") continue;
    const int it = group.type().parameter_index("it");
    for (int i = 0; i < group.size(); ++i) add({g, i}, group.parameter(i, it));
  }
  return energy;
}

std::vector<std::vector<double>> stored(const System& system, const std::vector<double>& y, bool mass) {
  std::vector<std::vector<double>> all(system.groups());
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i)
      all[g].push_back(mass ? system.group(g).stored_mass(i, y.data()) : system.group(g).stored_energy(i, y.data()));
  return all;
}

/// "T_die" in K -> "T_die_degC" and -273.15; "P" in W -> "P_w"; the unit stands in the name of every number.
std::pair<std::string, double> name_with_unit(const Variable& variable) {
  if (variable.units == "1") return {variable.name, 0.0};
  if (variable.units == "K" && variable.name.front() == 'T') return {variable.name + "_degC", -273.15};
  std::string unit;
  for (char c : variable.units) {
    if (c == '/')
      unit += "_per_";
    else if (std::isalnum(static_cast<unsigned char>(c)))
      unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else
      unit += '_';
  }
  return {variable.name + "_" + unit, 0.0};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Unknowns of the temperatures of all nodes with a liquid.
std::vector<int> temperatures_of(const Network& network, const std::string& liquid) {
  std::vector<int> unknowns;
  if (network.liquid(liquid) == nullptr) return unknowns;
  for (int node = 0; node < network.system().nodes(); ++node)
    if (network.system().node_connector(node) == Connector::liquid && network.liquid_of(node) == network.liquid(liquid))
      unknowns.push_back(network.system().node_unknown(node) + 1);
  return unknowns;
}

}  // namespace

Summariser::Summariser(Twin& twin, const std::vector<double>& y_start)
    : twin_(twin),
      stored_energy_(stored(twin.system(), y_start, false)),
      stored_mass_(stored(twin.system(), y_start, true)),
      year_(twin),
      accountant_(twin.description().tariff, twin.description().carbon, twin.description().run.start,
                  twin.description().site.utc_offset),
      authorities_(twin.network()) {
  const Case& c = twin.description();
  summary_.case_name = c.name;
  if (c.weather) summary_.weather = c.weather->description();
  if (twin.workload()) summary_.workload = lines_of(twin.workload()->describe());
  summary_.gpus = twin.gpus();
  summary_.unknowns = twin.system().size();
  summary_.start_epoch = c.run.start;
  summary_.utc_offset = c.site.utc_offset;
  summary_.T_throttle = lowest_throttle(twin);
  for (const auto& [name, spec] : c.network.liquids) liquids_.emplace_back(name, temperatures_of(twin.network(), name));
  twin.system().reset_meters();
}

void Summariser::look(double t, Recorder& recorder, const std::vector<double>& y) {
  authorities_.look(y.data());
  add_alarms(has_looked_ ? t - last_look_ : 0.0, t, recorder.alarms(y));
  add_hottest(t, y);
  add_liquids(y);
  last_look_ = t;
  has_looked_ = true;
}

void Summariser::add_liquids(const std::vector<double>& y) {
  for (const auto& [name, unknowns] : liquids_) {
    if (unknowns.empty()) continue;
    double& highest = summary_.T_max_by_liquid[name];
    for (const int u : unknowns) highest = std::max(highest, y[u]);
  }
}

void Summariser::add_hottest(double t, const std::vector<double>& y) {
  T_die_.resize(twin_.network().racks().size());
  twin_.system().pool().parallel_for(static_cast<int>(T_die_.size()), 32, [&](int begin, int end) {
    for (int rack = begin; rack < end; ++rack) T_die_[rack] = twin_.gpus(rack).hottest(y);
  });
  for (std::size_t rack = 0; rack < T_die_.size(); ++rack) {
    const double T_die = T_die_[rack];
    if (!(T_die > summary_.T_die_max)) continue;
    const ComponentRef plate = twin_.gpus(rack).plate_at(T_die, y);
    summary_.T_die_max = T_die;
    summary_.hottest = twin_.system().group(plate.group).path(plate.index);
    summary_.hottest_time = t;
    summary_.throttle_max = std::max(summary_.throttle_max, throttle_of(twin_.system(), plate, y));
  }
}

/// Water by trapezoids between records.
void Summariser::add(double t, const Recorder& recorder) {
  const SiteTotals& totals = recorder.totals();
  year_.add(t, totals);
  accountant_.add(t, totals.P_grid);
  if (any_) {
    const double h = t - last_time_;
    summary_.water += 0.5 * h * (last_.m_make_up + totals.m_make_up);
  }
  summary_.peak_make_up = std::max(summary_.peak_make_up, totals.m_make_up);
  summary_.extremes.include(totals.power);
  last_ = totals;
  last_time_ = t;
  any_ = true;
}

/// A look stands for the time since the one before.
void Summariser::add_alarms(double interval, double t, const std::vector<RaisedAlarm>& raised) {
  std::set<std::size_t> now;
  for (const RaisedAlarm& alarm : raised) {
    const std::string& path = *alarm.path;
    const std::string name(alarm.name), part = part_kind(path);
    const auto [at, is_new] = alarm_index_.try_emplace({part, name}, summary_.alarms.size());
    if (is_new) summary_.alarms.push_back({part, name, std::string(alarm.meaning), 0, path, t, 0.0});
    summary_.alarms[at->second].components += alarmed_.insert({path, name}).second;
    now.insert(at->second);
  }
  for (std::size_t i : now) summary_.alarms[i].duration += interval;
}

/// A warning for each kind of part whose valves have too little.
void Summariser::add_valves() {
  std::map<std::string, const ValveAuthorities::Valve*> least;
  std::map<std::string, int> counts;
  const auto path = [&](const ValveAuthorities::Valve& valve) {
    const ComponentRef c = valve.opening.input.component;
    return twin_.system().group(c.group).path(c.index);
  };
  for (const ValveAuthorities::Valve& valve : authorities_.valves()) {
    if (valve.m_flow == 0.0) continue;
    const std::string part = part_kind(path(valve));
    ++counts[part];
    const ValveAuthorities::Valve*& lowest = least[part];
    if (lowest == nullptr || valve.authority < lowest->authority) lowest = &valve;
  }
  for (const auto& [part, valve] : least) {
    summary_.valves.push_back({part, counts[part], valve->authority, path(*valve), valve->m_flow / valve->m_nominal});
    if (valve->authority >= least_authority) continue;
    summary_.warnings.push_back(
        to_string(problem_of(valve->opening.origin, fmt::format("a control valve without authority: {}", path(*valve)),
                             fmt::format("{:.2f} of the pressure loss of its branch", valve->authority),
                             fmt::format("at least {}", least_authority))));
  }
}

void Summariser::add_components(const Recorder& recorder, const std::vector<std::vector<double>>& values) {
  constexpr std::size_t most = 300;
  const auto& groups = recorder.groups();
  std::size_t elements = 0;
  for (const RecordGroup& group : groups) elements += group.elements.size();
  if (elements > most) return;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (std::size_t i = 0; i < groups[g].elements.size(); ++i)
      for (std::size_t v = 0; v < groups[g].variables.size(); ++v) {
        const auto [name, offset] = name_with_unit(groups[g].variables[v]);
        summary_.components[groups[g].elements[i]][name] = values[g][v * groups[g].size() + i] + offset;
      }
}

void Summariser::archive(Archive& archive) {
  archive.expect("summary");
  archive.fixed(stored_energy_);
  archive.fixed(stored_mass_);
  Summary& s = summary_;
  archive(s.water, s.peak_make_up, s.T_die_max, s.hottest, s.hottest_time, s.throttle_max, s.components, s.alarms,
          s.extremes, s.T_max_by_liquid);
  archive(last_time_, last_, year_, accountant_, authorities_, any_, alarm_index_, alarmed_, last_look_, has_looked_);
}

Summary Summariser::finish(const std::vector<double>& y_end, double duration) {
  summary_.duration = duration;
  if (duration > 0.0) {
    close_balances(twin_, y_end, stored_energy_, stored_mass_, duration, summary_);
    summary_.P_it = it_energy(twin_) / duration;
    const auto from = [&](const char* meter) {
      const auto found = summary_.outside.find(meter);
      return found != summary_.outside.end() ? found->second : 0.0;
    };
    summary_.P_grid = from("grid");
    summary_.P_generators = from("generators");
  }
  summary_.accounts = accountant_.finish(summary_.P_grid * duration, summary_.water);
  if (summary_.P_it < least_it_power) summary_.P_it = 0.0;
  const double P_site = summary_.P_site();
  summary_.pue = summary_.P_it > 0.0 ? P_site / summary_.P_it : std::numeric_limits<double>::quiet_NaN();
  summary_.log = twin_.log();
  summary_.warnings = twin_.warnings();
  add_valves();
  if (const RunSmoothing* smoothing = twin_.smoothing(); smoothing && duration > 0.0) {
    summary_.is_smoothed = true;
    summary_.burned = smoothing->burned();
    summary_.held_back = smoothing->held_back();
  }
  for (const auto& sequence : twin_.network().sequences())
    if (const auto count = sequence->switch_count()) summary_.switching[sequence->label] = *count;
  constexpr double long_run = 7.0 * seconds_per_day;
  if (duration >= long_run && year_.records() > 1) {
    summary_.year = year_.report();
    summary_.year_text = to_text(summary_.year, twin_.description());
  }
  return summary_;
}

Summary summarise_steady(Twin& twin, const std::vector<double>& y) {
  Summariser summariser(twin, y);
  Recorder recorder(twin);
  System& system = twin.system();
  const std::vector<double> still(y.size(), 0.0);
  std::vector<double> residual(y.size());
  system.residual(0.0, y.data(), still.data(), residual.data());
  system.meter(y.data(), 1.0);
  summariser.add_components(recorder, recorder.record(y));
  // One second of standing still: energies are powers.
  summariser.look(0.0, recorder, y);
  summariser.add(0.0, recorder);
  summariser.add(1.0, recorder);
  Summary summary = summariser.finish(y, 1.0);
  summary.duration = 0.0;
  summary.hottest_time = 0.0;
  return summary;
}

}  // namespace wattloop

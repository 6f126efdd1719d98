#include "io/sizing/proof.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>

#include <fmt/format.h>

#include "io/case_run.h"
#include "io/sizing/design_case.h"
#include "io/sizing/design_run.h"
#include "io/sizing/weather_bins.h"
#include "solver/errors.h"

namespace wattloop::sizing {

namespace {

constexpr double event_time = 60.0;         // s from the start of a run
constexpr double allowed_drift = 1.0;       // K of the FWS supply, where there is a standby
constexpr double allowed_room_drift = 3.0;  // K of hall and gallery
constexpr double allowed_it_error = 0.005;  // of the IT power that was asked for

/// A test: settings of the case, and what is asked of it.
struct Test {
  std::string event;
  Settings settings;
  bool is_steady = false;
  bool holds_supply = true;  ///< the FWS stays near its set point, halls too
  double P_it = 0.0;         ///< W of IT at its beginning; 0: whatever it is
};

/// What a run shows, looked at record by record.
class Watch {
 public:
  Watch(const Recorder& recorder, ProofEvent& event) : event_(event) {
    const auto& groups = recorder.groups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
      if (groups[g].name == "racks") racks_ = {g, &groups[g]};
      if (groups[g].name == "pi_controller") controllers_ = {g, &groups[g]};
      if (groups[g].name == "liquid_nodes") nodes_ = {g, &groups[g]};
      if (groups[g].name == "air_zone") rooms_ = {g, &groups[g]};
      if (groups[g].name == "site") site_ = {g, &groups[g]};
    }
  }

  void look(double t, const std::vector<std::vector<double>>& values) {
    if (racks_.group) look_at_racks(t, values);
    const double P = P_it(values);
    if (P_it_first_ == 0.0) P_it_first_ = P_it_least_ = P;
    P_it_least_ = std::min(P_it_least_, P);
    if (nodes_.group)
      look_at(nodes_, values, "T", "fws_supply", [&](double T, const std::string&) {
        event_.T_fws = std::max(event_.T_fws, T);
        T_fws_last_ = std::max(T_fws_last_, T);
      });
    if (rooms_.group)
      look_at(rooms_, values, "T", "hall_air",
              [&](double T, const std::string&) { T_hall_last_ = std::max(T_hall_last_, T); });
    if (controllers_.group && t > event_time)
      look_at(controllers_, values, "output", "", [&](double u, const std::string& path) {
        if (u <= highest_) return;
        highest_ = u;
        event_.binding = fmt::format("{} at {:.0f} %", path, 100.0 * u);
      });
  }
  /// Before each record.
  void begin() { T_fws_last_ = T_hall_last_ = 0.0; }
  double T_fws_last() const { return T_fws_last_; }
  double T_hall_last() const { return T_hall_last_; }
  double P_it_first() const { return P_it_first_; }
  double P_it_least() const { return P_it_least_; }

 private:
  struct Place {
    std::size_t index = 0;
    const RecordGroup* group = nullptr;
  };

  template <class Use>
  static void look_at(const Place& place, const std::vector<std::vector<double>>& values, const char* variable,
                      const std::string& name, const Use& use) {
    const std::size_t n = place.group->elements.size();
    for (std::size_t v = 0; v < place.group->variables.size(); ++v) {
      if (place.group->variables[v].name != variable) continue;
      for (std::size_t i = 0; i < n; ++i)
        if (name.empty() || place.group->elements[i].ends_with(name))
          use(values[place.index][v * n + i], place.group->elements[i]);
    }
  }

  double P_it(const std::vector<std::vector<double>>& values) const {
    const auto& variables = site_.group->variables;
    const auto at =
        std::find_if(variables.begin(), variables.end(), [](const Variable& v) { return v.name == "P_it"; });
    return values[site_.index][static_cast<std::size_t>(at - variables.begin())];
  }

  void look_at_racks(double, const std::vector<std::vector<double>>& values) {
    std::size_t i = 0;
    look_at(racks_, values, "m_flow", "", [&](double m, const std::string&) {
      if (flow_before_.size() <= i) flow_before_.push_back(m);
      if (std::isfinite(m)) event_.lowest_flow = std::min(event_.lowest_flow, m / flow_before_[i]);
      ++i;
    });
  }

  ProofEvent& event_;
  Place racks_, controllers_, nodes_, rooms_, site_;
  std::vector<double> flow_before_;
  double highest_ = 0.0, T_fws_last_ = 0.0, T_hall_last_ = 0.0, P_it_first_ = 0.0, P_it_least_ = 0.0;
};

/// Alarms that a design must not raise.
bool is_serious(const AlarmSummary& alarm) {
  for (const char* name : {"cavitation", "boiling", "freeze_alarm", "suction_low", "overloaded"})
    if (alarm.name == name) return true;
  return false;
}

class Proof {
 public:
  Proof(const Request& request, const Design& design, const std::string& text) : r_(request), d_(design), text_(text) {}

  std::vector<Test> tests() const {
    std::vector<Test> list;
    const auto steady_at = [&](const char* name, const WeatherPoint& air, bool holds_supply, double share = 1.0) {
      Test t{name, {{"weather", weather_text(air)}}, true, holds_supply, share < 1.0 ? 0.0 : r_.it_power};
      if (share < 1.0) t.settings = with_part_load(t.settings, share);
      list.push_back(std::move(t));
    };
    steady_at("worst hour", r_.design, true);
    if (r_.record) steady_at("record day, hottest hour", point_at_high(*r_.record), false);
    steady_at("coldest hour", point_at_low(*r_.annual), true);
    steady_at("coldest hour, 5 % load", point_at_low(*r_.annual), true, 0.05);
    steady_at("part load of 5 %", r_.design, true, 0.05);
    const std::string building = numbered("building", d_.loads.buildings);
    const std::string block = building + "." + numbered("block", d_.loads.blocks);
    const auto fails = [&](const std::string& event, const std::string& path, bool holds_supply = true) {
      list.push_back(
          {event, {{"events", fmt::format("[{{at: {} s, fail: {}}}]", event_time, path)}}, false, holds_supply});
    };
    fails("a CDU fails", block + "." + numbered("cdu", d_.cdu.installed));
    fails("an FWS pump fails", building + "." + numbered("fws_pump", d_.fws_pump.installed));
    fails("a dry cooler fails", building + "." + numbered("cooler", d_.cooler.installed));
    fails("a chiller fails", building + "." + numbered("chiller", d_.chiller.installed));
    fails("a CHW pump fails", building + "." + numbered("chw_pump", d_.chw_pump.installed));
    fails("a fan wall of a hall fails", block + "." + numbered("hall_fans", d_.hall_fans.installed));
    fails("a fan wall of a gallery fails", block + "." + numbered("gallery_fans", d_.gallery_fans.installed));
    fails("feed A of a block is lost", block + ".ups_a", false);
    fails("feed B of a block is lost", block + ".ups_b", false);
    if (d_.mech_transformer.installed > 1)
      list.push_back({"a transformer of the plant fails",
                      {{"templates.building.parts.mech_transformer.in_parallel",
                        std::to_string(d_.mech_transformer.installed - 1)}},
                      true,
                      true});
    list.push_back(loss_of_plant("transformer A of the grid is lost", "building", "building.block.ups_a"));
    fails("transformer B of the grid is lost", "building.block.ups_b", false);
    list.push_back(loss_of_plant("restart after a blackout", building));
    if (r_.record) {
      fails("transformer B is lost on the record day", "building.block.ups_b", false);
      list.back().settings.emplace_back("weather", weather_text(point_at_high(*r_.record)));
    }
    return list;
  }

  ProofEvent run(const Test& test) const {
    ProofEvent e;
    e.event = test.event, e.settings = test.settings, e.time_to_throttle = std::numeric_limits<double>::quiet_NaN();
    try {
      run_through(test, e);
    } catch (const SolverError& error) {
      e.verdict = std::string("no answer: ") + error.what();
    }
    return e;
  }

 private:
  static std::string numbered(const std::string& name, int count) { return count > 1 ? name + "_1" : name; }

  /// Devices that draw this share of their full power, idle ones included.
  Settings with_part_load(Settings settings, double share) const {
    int racks = 0;
    for (const int n : d_.loads.racks) racks += n;
    racks *= d_.loads.buildings * d_.loads.blocks;
    settings.emplace_back(
        "workload",
        fmt::format("{{jobs: {{all: {{kind: constant, racks: [1-{}], activity: {:.4g}}}}}}}", racks, share));
    for (std::size_t kind = 0; kind < d_.loads.racks.size(); ++kind)
      for (const char* device : {"gpu", "cpu", "switch", "tray_rest"})
        settings.emplace_back(fmt::format("templates.block.parts.{}.{}.idle_power", rack_part(d_, kind), device),
                              "0 W");
    for (const char side : {'a', 'b'})
      settings.emplace_back(fmt::format("templates.block.parts.network_racks_{}.power", side),
                            fmt::format("{:.8g} kW", share * d_.loads.network / 2e3));
    return settings;
  }

  /// The mechanical feed of a building is lost; racks and their feeds are on UPS. Its TCS pumps and controls too, as in
  /// usual practice. Generators are on the bus after 15 s, the plant returns in blocks. `feed` is lost when its
  /// batteries are empty.
  Test loss_of_plant(const std::string& event, const std::string& building, const std::string& feed = {}) const {
    std::string events = "[";
    const auto add = [&](double t, const char* what, const std::string& path) {
      events += fmt::format("{}{{at: {:.6g} s, {}: {}}}", events.size() > 1 ? ", " : "", event_time + t, what, path);
    };
    const std::string fans = building + ".block";
    for (const char* part : {".fws_pump", ".chw_pump", ".cooler", ".chiller"}) add(0.0, "fail", building + part);
    for (const char* part : {".hall_fans", ".gallery_fans"}) add(0.0, "fail", fans + part);
    add(25.0, "repair", building + ".fws_pump");
    add(32.0, "repair", building + ".cooler");
    for (const char* part : {".hall_fans", ".gallery_fans"}) add(39.0, "repair", fans + part);
    add(46.0, "repair", building + ".chw_pump");
    add(240.0, "repair", building + ".chiller");
    if (!feed.empty()) add(r_.battery_time, "fail", feed);
    const std::string duration = fmt::format("{:.6g} s", std::max(1200.0, event_time + r_.battery_time + 600.0));
    return {event, {{"events", events + "]"}, {"run.duration", duration}}, false, false};
  }

  void run_through(const Test& test, ProofEvent& e) const {
    Settings settings{{"run.resolution", "plant"},
                      {"run.record_interval", "1 s"},  // a standby is there within seconds
                      {"run.duration", test.is_steady ? "1 s" : "10 min"}};
    settings.insert(settings.end(), test.settings.begin(), test.settings.end());
    Twin twin(design_case(text_, settings), 1);
    CaseRun run(twin, false);
    run.start();
    Watch watch(run.recorder(), e);
    run.on_record([&](int series, double t, const CaseRun::Values& values) {
      if (series != 0) return;
      watch.begin();
      watch.look(t, values);
    });
    run.run(twin.description().run.duration);
    const Summary s = run.finish();
    e.T_gpu_max = s.T_die_max;
    judge(test, s, watch, e);
  }

  void judge(const Test& test, const Summary& s, const Watch& watch, ProofEvent& e) const {
    int off = 0;
    for (const AreaConsequence& area : s.consequences.areas) {
      if (area.path != "site") continue;
      if (area.first_throttled == area.first_throttled) e.time_to_throttle = area.first_throttled - event_time;
      off = area.off;
    }
    const double warm = watch.T_fws_last() - r_.T_fws, hall_warm = watch.T_hall_last() - T_hall;
    const double P_it = watch.P_it_first();
    const auto serious = std::find_if(s.alarms.begin(), s.alarms.end(), is_serious);
    if (off > 0)
      e.verdict = fmt::format("{} rack(s) go off", off);
    else if (s.throttle_max > 0.0)
      e.verdict = "GPUs throttle";
    else if (serious != s.alarms.end())
      e.verdict = fmt::format("alarm {} of {}", serious->name, serious->first);
    else if (test.P_it > 0.0 && std::abs(P_it / test.P_it - 1.0) > allowed_it_error)
      e.verdict = fmt::format("IT draws {:.4g} MW, {:.4g} MW were asked for", P_it / 1e6, test.P_it / 1e6);
    else if (watch.P_it_least() < (1.0 - allowed_it_error) * P_it)
      e.verdict = fmt::format("IT falls from {:.4g} to {:.4g} MW", P_it / 1e6, watch.P_it_least() / 1e6);
    else if (test.holds_supply && warm > allowed_drift)
      e.verdict = fmt::format("the FWS supply is {:.1f} K too warm", warm);
    else if (test.holds_supply && hall_warm > allowed_room_drift)
      e.verdict = fmt::format("a hall is {:.1f} K too warm", hall_warm);
    else
      e.verdict = "holds";
  }

  const Request& r_;
  const Design& d_;
  const std::string& text_;
};

}  // namespace

std::vector<ProofEvent> prove(const Request& request, const Design& design, const std::string& case_text,
                              const ProofOptions& options) {
  const Proof proof(request, design, case_text);
  const std::vector<Test> tests = proof.tests();
  std::vector<ProofEvent> events;
  const auto at_once = static_cast<std::size_t>(std::max(1, options.threads));
  for (std::size_t begin = 0; begin < tests.size(); begin += at_once) {
    if (options.interrupted && options.interrupted()) break;
    std::vector<std::future<ProofEvent>> running;
    for (std::size_t i = begin; i < std::min(tests.size(), begin + at_once); ++i)
      running.push_back(std::async(std::launch::async, [&proof, &test = tests[i]] { return proof.run(test); }));
    for (auto& result : running) events.push_back(result.get());
    if (options.progress) options.progress(events.size(), tests.size(), events.back().event);
  }
  return events;
}

}  // namespace wattloop::sizing

#include "io/sizing/proof_tests.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "io/sizing/design_case.h"
#include "io/sizing/laws.h"
#include "io/sizing/weather_bins.h"

namespace wattloop::sizing {

namespace {

/// The k-th of so many copies of a part, from 1.
std::string numbered(const std::string& name, int count, int k = 1) {
  return count > 1 ? fmt::format("{}_{}", name, k) : name;
}

/// Events of a case, in seconds from `event_time`.
class Events {
 public:
  void add(double t, const char* what, const std::string& path) { add(t, what, path, ""); }
  void add(double t, const char* what, const std::string& path, const std::string& more) {
    text_ +=
        fmt::format("{}{{at: {:.6g} s, {}: {}{}}}", text_.size() > 1 ? ", " : "", event_time + t, what, path, more);
  }
  std::string text() const { return text_ + "]"; }

 private:
  std::string text_ = "[";
};

class ProofTests {
 public:
  ProofTests(const Request& request, const Design& design)
      : r_(request),
        d_(design),
        building_(numbered("building", design.loads.buildings)),
        block_(building_ + "." + numbered("block", design.loads.blocks)) {}

  std::vector<ProofTest> all() {
    add_steady();
    add_failures();
    add_feeds();
    add_blackouts();
    return std::move(list_);
  }

  ProofTest restart() const {
    ProofTest test = return_of_plant("restart after a blackout", blackout(), 0);
    test.P_generators = P_generators(d_.genset.installed);
    return test;
  }

 private:
  void add_steady() {
    const auto steady_at = [&](const char* name, const WeatherPoint& air, bool holds_supply, double share = 1.0) {
      ProofTest t{.event = name,
                  .settings = {{"weather", weather_text(air)}},
                  .is_steady = true,
                  .holds_supply = holds_supply,
                  .P_it = share < 1.0 ? 0.0 : r_.it_power};
      if (share < 1.0) t.settings = with_part_load(t.settings, share);
      list_.push_back(std::move(t));
    };
    steady_at("worst hour", r_.design, true);
    if (r_.record) steady_at("record day, hottest hour", point_at_high(*r_.record), false);
    steady_at("coldest hour", point_at_low(*r_.annual), true);
    steady_at("coldest hour, 5 % load", point_at_low(*r_.annual), true, 0.05);
    steady_at("part load of 5 %", r_.design, true, 0.05);
  }

  void add_failures() {
    fails("a CDU fails", block_ + "." + numbered("cdu", d_.cdu.installed), "cdu");
    fails("an FWS pump fails", building_ + "." + numbered("fws_pump", d_.fws_pump.installed), "fws_pump");
    fails("a dry cooler fails", building_ + "." + numbered("cooler", d_.cooler.installed), "cooler");
    fails("a chiller fails", building_ + "." + numbered("chiller", d_.chiller.installed), "chiller");
    fails("a CHW pump fails", building_ + "." + numbered("chw_pump", d_.chw_pump.installed), "chw_pump");
    fails("a fan wall of a hall fails", block_ + "." + numbered("hall_fans", d_.hall_fans.installed), "fan_wall");
    fails("a fan wall of a gallery fails", block_ + "." + numbered("gallery_fans", d_.gallery_fans.installed),
          "fan_wall");
    if (r_.pads && r_.design.T_db > r_.pads_on_above) add_dry_pads();
  }

  void add_feeds() {
    fails("feed A of a block is lost", block_ + ".ups_a");
    fails("feed B of a block is lost", block_ + ".ups_b");
    if (d_.mech_transformer.installed > 1)
      list_.push_back({.event = "a transformer of the plant fails",
                       .settings = {{"templates.building.parts.mech_transformer.in_parallel",
                                     std::to_string(d_.mech_transformer.installed - 1)}},
                       .is_steady = true,
                       .not_asked = without("mech_transformer")});
    list_.push_back(loss_of_side_b("transformer B of the grid is lost", r_.design, d_));
    if (!r_.record) return;
    list_.push_back(loss_of_side_b("transformer B is lost on the record day", point_at_high(*r_.record), d_));
  }

  void add_blackouts() {
    add_loss_of_side_a();
    list_.push_back(restart());
    add_missing_generator();
  }

  /// A unit of a class of the request, whose standby takes over, or a feed, which the other one carries.
  void fails(const std::string& event, const std::string& path, const std::string& standby = {}) {
    Events events;
    events.add(0.0, "fail", path);
    list_.push_back({.event = event,
                     .settings = {{"events", events.text()}},
                     .holds_supply = !standby.empty(),
                     .holds_rooms = !standby.empty(),
                     .not_asked = without(standby)});
  }

  /// Why the failure of a unit of a class need not hold; empty where it has a standby, or is of no class.
  std::string without(const std::string& standby) const {
    if (standby.empty() || r_.redundancy.at(standby).has_standby()) return {};
    return fmt::format("redundancy.{} is {}", standby, r_.redundancy.at(standby).text());
  }

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

  /// Make-up water of the whole site fails in the worst hour: the pads dry out, and the coolers are dry ones. The
  /// sequence that wets the pads is left out, so that the event decides.
  void add_dry_pads() {
    Events events;
    events.add(0.0, "set", "building.cooler.pads", ", to: 0");
    list_.push_back({.event = "make-up water fails, pads run dry",
                     .settings = {{"templates.building.sequences.pads", "null"},
                                  {"templates.building.parts.cooler.pads", "1"},
                                  {"events", events.text()},
                                  {"run.duration", "1 h"}},
                     .holds_supply = false,
                     .holds_rooms = false,
                     .not_asked = "make-up water has no standby"});
  }

  /// The grid is gone until generators are on the bus in its place: what hangs on it is dead, racks and TCS pumps are
  /// on the batteries.
  Events blackout() const {
    Events events;
    events.add(0.0, "set", "grid.V", fmt::format(", to: 0 V, for: {:.6g} s", r_.generator_time));
    return events;
  }

  /// The plant of all buildings comes back in blocks when the generators are on the bus: controls hold it off until
  /// then, and chillers that are shed for good.
  ProofTest return_of_plant(const std::string& event, Events events, int shed_chillers) const {
    const std::string plant = "building", rooms = "building.block";
    const auto holds = [&](const std::string& path, double until) {
      events.add(0.0, "fail", path);
      events.add(r_.generator_time + until, "repair", path);
    };
    holds(plant + ".fws_pump", 10.0);
    holds(plant + ".cooler", 17.0);
    for (const char* fans : {".hall_fans", ".gallery_fans"}) holds(rooms + fans, 24.0);
    holds(plant + ".chw_pump", 31.0);
    constexpr double restart = 225.0;  // s of a chiller
    if (shed_chillers == 0) {
      holds(plant + ".chiller", restart);
    } else {
      events.add(0.0, "fail", plant + ".chiller");
      for (int k = shed_chillers + 1; k <= d_.chiller.installed; ++k)
        events.add(r_.generator_time + restart, "repair", plant + "." + numbered("chiller", d_.chiller.installed, k));
    }
    return {.event = event,
            .settings = {{"events", events.text()}, {"run.duration", "20 min"}},
            .holds_supply = false,
            .holds_rooms = false};
  }

  double P_generators(int running) const { return d_.loads.buildings * running * d_.genset.item.rating; }

  /// Side A stays without its transformer. Generators carry the plant; UPS A of all blocks, which they leave out, run
  /// on their batteries until these are empty.
  void add_loss_of_side_a() {
    Events events;
    events.add(0.0, "set", "main_a.closed", fmt::format(", to: 0, for: {:.6g} s", r_.generator_time));
    events.add(0.0, "set", "building.block.ups_a.rectifier", ", to: 0");
    list_.push_back(return_of_plant("transformer A of the grid is lost", events, 0));
    list_.back().settings.back().second = until_batteries_are_empty();
  }

  /// Of a run from the worst hour with one side or both on batteries, and ten minutes more.
  std::string until_batteries_are_empty() const {
    const double loading = 0.5 * d_.loads.P_ups / (d_.ups.installed * d_.ups.item.rating);
    constexpr double more = 1.1, after = 600.0;  // s
    return fmt::format("{:.6g} s", std::max(1200.0, event_time + more * r_.battery_time / loading + after));
  }

  /// In each building a generator does not start. What the others cannot carry stays off: chillers first, one by one,
  /// then whole blocks, whose batteries run empty.
  void add_missing_generator() {
    const Loads& l = d_.loads;
    double missing = std::max(l.P_building, 1.0) - (d_.genset.installed - 1) * d_.genset.item.rating;
    const double Q = l.blocks * (l.Q_hall + l.Q_gallery) / d_.chiller.installed;
    const double P_chiller = chiller_power(d_.chiller.item, Q, r_.T_chw, r_.design.T_db, r_.design.p);
    int chillers = 0;
    for (; missing > 0.0 && chillers < d_.chiller.installed; ++chillers) missing -= P_chiller;
    Events events = blackout();
    const bool sheds_blocks = missing > 0.0;
    for (int k = 1; missing > 0.0 && k <= l.blocks; ++k, missing -= l.P_building / l.blocks)
      for (const char* ups : {".ups_a", ".ups_b"})
        events.add(0.0, "set", "building." + numbered("block", l.blocks, k) + ups + ".rectifier", ", to: 0");
    list_.push_back(return_of_plant("a generator does not start", events, chillers));
    if (sheds_blocks) list_.back().settings.back().second = until_batteries_are_empty();
    list_.back().P_generators = P_generators(d_.genset.installed - 1);
    list_.back().not_asked = without("genset");
  }

  const Request& r_;
  const Design& d_;
  const std::string building_, block_;  ///< the first of each
  std::vector<ProofTest> list_;
};

}  // namespace

Settings run_settings(const ProofTest& test) {
  Settings settings{{"run.resolution", "plant"},
                    {"run.record_interval", "1 s"},  // a standby is there within seconds
                    {"run.duration", test.is_steady ? "1 s" : "10 min"}};
  settings.insert(settings.end(), test.settings.begin(), test.settings.end());
  return settings;
}

ProofTest loss_of_side_b(const std::string& event, const WeatherPoint& air, const Design& d) {
  Events events;
  events.add(0.0, "fail", "building.block.ups_b");
  // Rooms warm by what UPS and busways at full load lose more, fan walls speed up, and what the rooms have stored comes
  // back: chillers draw the most 8 to 10 min after the loss, more than they settle to.
  ProofTest test{.event = event,
                 .settings = {{"events", events.text()}, {"run.duration", "20 min"}, {"weather", weather_text(air)}},
                 .holds_supply = false,
                 .holds_rooms = false};
  bool has_spares = d.hv_transformer.installed > d.hv_transformer.duty;  // which stand by in the case
  for (const auto& [part, units] : {std::pair{"transformer_a", &d.transformer}, std::pair{"ups_a", &d.ups}})
    if (units->installed > units->duty) {
      has_spares = true;
      test.settings.emplace_back(fmt::format("templates.block.parts.{}.in_parallel", part),
                                 std::to_string(units->duty));
    }
  if (has_spares) test.event += ", A at N";
  return test;
}

ProofTest restart_after_blackout(const Request& request, const Design& design) {
  return ProofTests(request, design).restart();
}

std::vector<ProofTest> proof_tests(const Request& request, const Design& design) {
  return ProofTests(request, design).all();
}

}  // namespace wattloop::sizing

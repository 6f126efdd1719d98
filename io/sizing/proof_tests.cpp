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

 private:
  void add_steady() {
    const auto steady_at = [&](const char* name, const WeatherPoint& air, bool holds_supply, double share = 1.0) {
      ProofTest t{name, {{"weather", weather_text(air)}}, true, holds_supply, share < 1.0 ? 0.0 : r_.it_power};
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
      list_.push_back({"a transformer of the plant fails",
                       {{"templates.building.parts.mech_transformer.in_parallel",
                         std::to_string(d_.mech_transformer.installed - 1)}},
                       true,
                       true,
                       0.0,
                       without("mech_transformer")});
    list_.push_back(loss_of_side_b("transformer B of the grid is lost", r_.design));
    if (!r_.record) return;
    list_.push_back(loss_of_side_b("transformer B is lost on the record day", point_at_high(*r_.record)));
  }

  void add_blackouts() {
    list_.push_back(loss_of_plant("transformer A of the grid is lost", "building", 0, {"building.block.ups_a"}));
    list_.push_back(loss_of_plant("restart after a blackout", building_, 0, {}));
    add_generator();
  }

  /// A unit of a class of the request, whose standby takes over, or a feed, which the other one carries.
  void fails(const std::string& event, const std::string& path, const std::string& standby = {}) {
    Events events;
    events.add(0.0, "fail", path);
    list_.push_back({event, {{"events", events.text()}}, false, !standby.empty(), 0.0, without(standby)});
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
    list_.push_back({"make-up water fails, pads run dry",
                     {{"templates.building.sequences.pads", "null"},
                      {"templates.building.parts.cooler.pads", "1"},
                      {"events", events.text()},
                      {"run.duration", "1 h"}},
                     false,
                     false,
                     0.0,
                     "make-up water has no standby"});
  }

  /// The mechanical feed of a building is lost; racks and their feeds are on UPS. Its TCS pumps and controls too, as in
  /// usual practice. Generators are on the bus after 15 s, the plant returns in blocks, but for chillers that are shed.
  /// `feeds` are lost when their batteries are empty.
  ProofTest loss_of_plant(const std::string& event, const std::string& building, int shed_chillers,
                          const std::vector<std::string>& feeds) const {
    Events events;
    const std::string fans = building + ".block";
    for (const char* part : {".fws_pump", ".chw_pump", ".cooler", ".chiller"}) events.add(0.0, "fail", building + part);
    for (const char* part : {".hall_fans", ".gallery_fans"}) events.add(0.0, "fail", fans + part);
    events.add(25.0, "repair", building + ".fws_pump");
    events.add(32.0, "repair", building + ".cooler");
    for (const char* part : {".hall_fans", ".gallery_fans"}) events.add(39.0, "repair", fans + part);
    events.add(46.0, "repair", building + ".chw_pump");
    constexpr double restart = 240.0;  // s of a chiller
    if (shed_chillers == 0) events.add(restart, "repair", building + ".chiller");
    for (int k = shed_chillers + 1; shed_chillers > 0 && k <= d_.chiller.installed; ++k)
      events.add(restart, "repair", building + "." + numbered("chiller", d_.chiller.installed, k));
    for (const std::string& feed : feeds) events.add(r_.battery_time, "fail", feed);
    const std::string duration = fmt::format("{:.6g} s", std::max(1200.0, event_time + r_.battery_time + 600.0));
    return {event, {{"events", events.text()}, {"run.duration", duration}}, false, false};
  }

  /// One of a building's generators does not start. What the others cannot carry stays off: chillers first, one by one,
  /// then whole blocks when their batteries are empty.
  void add_generator() {
    const Loads& l = d_.loads;
    double missing = std::max(l.P_building, 1.0) - (d_.genset.installed - 1) * d_.genset.item.rating;
    const double Q = l.blocks * (l.Q_hall + l.Q_gallery) / d_.chiller.installed;
    const double P_chiller = chiller_power(d_.chiller.item, Q, r_.T_chw, r_.design.T_db, r_.design.p);
    int chillers = 0;
    for (; missing > 0.0 && chillers < d_.chiller.installed; ++chillers) missing -= P_chiller;
    std::vector<std::string> feeds;
    for (int k = 1; missing > 0.0 && k <= l.blocks; ++k, missing -= l.P_building / l.blocks)
      for (const char* ups : {".ups_a", ".ups_b"})
        feeds.push_back(building_ + "." + numbered("block", l.blocks, k) + ups);
    list_.push_back(loss_of_plant("a generator does not start", building_, chillers, feeds));
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

ProofTest loss_of_side_b(const std::string& event, const WeatherPoint& air) {
  Events events;
  events.add(0.0, "fail", "building.block.ups_b");
  // Rooms warm by what UPS and busways at full load lose more, fan walls speed up, and what the rooms have stored comes
  // back: chillers draw the most 8 to 10 min after the loss, more than they settle to.
  return {event, {{"events", events.text()}, {"run.duration", "20 min"}, {"weather", weather_text(air)}}, false, false};
}

std::vector<ProofTest> proof_tests(const Request& request, const Design& design) {
  return ProofTests(request, design).all();
}

}  // namespace wattloop::sizing

// The request as a table: a design is judged with what was asked for.

#include <fmt/format.h>

#include "io/results.h"
#include "io/sizing/schedules.h"
#include "io/units.h"

namespace wattloop::sizing {

namespace {

class Basis {
 public:
  explicit Basis(const Request& request) : r_(request) {}

  void text(const std::string& what, const std::string& value) { table_.rows.push_back({what, value}); }
  void number(const std::string& what, double value, const char* unit, int digits = 6) {
    text(what, fmt::format("{:.{}g} {}", value, digits, unit));
  }
  void temperature(const std::string& what, double kelvin) { text(what, fmt::format("{:.2f} degC", celsius(kelvin))); }
  void share(const std::string& what, double value) { number(what, 100.0 * value, "%", 4); }

  void site() {
    number("IT power", r_.it_power / 1e6, "MW");
    share("margin on all heat and power", r_.load_growth);
    for (const RackItem& rack : r_.racks)
      text("racks " + rack.name,
           fmt::format("{:.4g} % of the IT power, {:.4g} kW each, {:.4g} % to the liquid, {:.4g} L/min/kW, {:.4g} kPa",
                       100.0 * rack.share, rack.power / 1e3, 100.0 * rack.liquid, rack.flow * 6e7, rack.dp / 1e3));
    text("other racks", "air-cooled");
    number("building at most", r_.building / 1e6, "MW");
    number("block at most", r_.block / 1e6, "MW");
    text("TCS, FWS main and branch, CHW main and branch one way",
         fmt::format("{:.4g}, {:.4g}, {:.4g}, {:.4g}, {:.4g} m", r_.tcs_length, r_.fws_main, r_.fws_branch, r_.chw_main,
                     r_.chw_branch));
    text("fittings of TCS, FWS, CHW", fmt::format("K = {:.3g}, {:.3g}, {:.3g}", r_.tcs_K, r_.fws_K, r_.chw_K));
  }

  void weather() {
    text("worst hour", r_.design_text);
    temperature("dry bulb", r_.design.T_db);
    temperature("dew point", r_.design.T_dp);
    number("air pressure", r_.design.p / 1e3, "kPa", 4);
    text("year", r_.annual_name);
    temperature("coldest hour of the year", r_.T_coldest);
    text("record day", r_.record ? r_.record->description() : "none");
    text("pads", r_.pads ? "yes" : "no");
    text("recirculation of coolers", r_.recirculation ? fmt::format("{:.3g} K", *r_.recirculation) : "the catalogue's");
  }

  void liquids() {
    text("TCS, FWS, CHW supply",
         fmt::format("{:.4g}, {:.4g}, {:.4g} degC", celsius(r_.T_tcs), celsius(r_.T_fws), celsius(r_.T_chw)));
    for (const auto& [name, liquid] : r_.liquids) {
      const char* kind = liquid.kind == LiquidKind::propylene_glycol ? "propylene glycol" : "ethylene glycol";
      text("liquid of " + name, liquid.kind == LiquidKind::water
                                    ? "water"
                                    : fmt::format("{} {:.4g} % by {}", kind, 100.0 * liquid.fraction,
                                                  liquid.basis == FractionBasis::volume ? "volume" : "mass"));
    }
  }

  void limits() {
    const Limits& l = r_.limits;
    number("limit of TCS velocity", l.tcs_velocity, "m/s", 4);
    number("limit of FWS velocity", l.fws_velocity, "m/s", 4);
    number("limit of CHW velocity", l.chw_velocity, "m/s", 4);
    number("limit of TCS gradient", l.tcs_gradient, "Pa/m", 4);
    number("limit of FWS gradient", l.fws_gradient, "Pa/m", 4);
    number("limit of CHW gradient", l.chw_gradient, "Pa/m", 4);
    share("limit of CDU loading at N", l.cdu_loading);
    share("limit of pump speed at N", l.pump_speed);
    number("margin of NPSH", l.npsh_margin, "m", 4);
    share("limit of valve opening", l.valve_opening);
    share("least valve authority", l.valve_authority);
    share("limit of transformer loading, one side", l.transformer_loading);
    share("limit of UPS loading, one side", l.ups_loading);
    share("limit of busway loading, one side", l.busway_loading);
    number("margin to freezing", l.freeze_margin, "K", 4);
    number("time of the batteries", r_.battery_time / 60.0, "min", 4);
    number("time to generators on the bus", r_.generator_time, "s", 4);
    for (const auto& [name, redundancy] : r_.redundancy) text("redundancy of " + name, redundancy.text());
  }

  void objective() {
    const Objective& o = r_.objective;
    text("objective", fmt::format("{:.3g} a USD + {:.3g} a MWh/a + {:.3g} a m3/a + {:.3g} a m2", o.cost, o.energy,
                                  o.water, o.footprint));
    number("life", o.life, "years", 4);
    share("rate", o.rate);
    number("price of energy", o.energy_price, "USD/MWh", 4);
    number("price of water", o.water_price, "USD/m3", 4);
  }

  /// What could be chosen, with prices: those of pipes are per metre.
  void catalogue() {
    const Catalogue& c = r_.catalogue;
    list("CDUs", c.cdus);
    list("FWS pumps", c.fws_pumps);
    list("CHW pumps", c.chw_pumps);
    list("coolers", c.coolers);
    list("chillers", c.chillers);
    list("fan walls", c.fan_walls);
    list("TCS pipes", c.tcs_pipes, "USD/m");
    list("FWS pipes", c.fws_pipes, "USD/m");
    list("CHW pipes", c.chw_pipes, "USD/m");
    list("transformers", c.transformers);
    list("UPS", c.ups);
    list("batteries", c.batteries, "USD/kWh");
    list("main transformers", c.hv_transformers);
    list("gensets", c.gensets);
    list("busways", c.busways);
  }

  Schedule table() && { return std::move(table_); }

 private:
  template <class T>
  void list(const char* what, const std::vector<T>& items, const char* unit = "USD") {
    std::string names;
    for (const T& item : items)
      names += fmt::format("{}{} ({:.8g} {})", names.empty() ? "" : ", ", item.name, item.price, unit);
    text(std::string("catalogue: ") + what, names);
  }

  const Request& r_;
  Schedule table_{"design_basis", {"what", "value"}, {}};
};

}  // namespace

Schedule design_basis(const Request& r, const SizingResult& result) {
  Basis basis(r);
  basis.text("request", r.file);
  basis.text("hash of request and settings (FNV-1a)", r.id());
  basis.text("hash of designed.yaml (FNV-1a)", fnv1a_64(result.case_text));
  basis.text("program", "wattloop " WATTLOOP_VERSION);
  for (const auto& [path, value] : r.settings) basis.text("set " + path, value);
  basis.site();
  basis.weather();
  basis.liquids();
  basis.limits();
  basis.objective();
  basis.catalogue();
  basis.text("noise", "not looked at");
  return std::move(basis).table();
}

}  // namespace wattloop::sizing

#include "io/sizing/catalogue.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "io/nearest.h"

namespace wattloop::sizing {

namespace {

/// Reads the parameters of a component of the catalogue. Problems are those of the catalogue's own file; keys that
/// sizing does not use are left to the case.
class Component {
 public:
  Component(Reader& item, const std::string& key, const Catalog& entries, const std::string& default_name)
      : name(item.text(key, default_name)), log_(std::make_shared<ReadLog>()), item_(item), key_(key) {
    node_ = entries.find(name);
    if (node_ == nullptr)
      item.report("no such entry in the catalogue", name, suggestion(name, entries.names()),
                  item.has(key) ? key : std::string());
    reader_.emplace(node_, name, log_);
  }
  double operator()(std::string_view key, std::string_view unit, double default_value = required) {
    if (node_ == nullptr) return 1.0;
    const double value = reader_->quantity(key, unit, any_value, default_value);
    for (const InputProblem& p : log_->problems)
      item_.report(fmt::format("the entry {} of the catalogue: {}", name, p.what), p.got, p.allowed,
                   item_.has(key_) ? key_ : std::string());
    log_->problems.clear();
    return value;
  }
  Reader child(std::string_view key) { return reader_->child(key); }

  std::string name;

 private:
  const YamlNode* node_ = nullptr;
  std::shared_ptr<ReadLog> log_;
  Reader& item_;
  std::string key_;
  std::optional<Reader> reader_;
};

template <class T>
void read_item(Reader& reader, const std::string& name, T& item) {
  item.name = item.component = name;
  item.price = reader.quantity("price", "USD", not_negative);
  item.area = reader.quantity("area", "m2", not_negative, 0.0);
  reader.text("source", "");
  reader.text("confidence", "");
}

void read_pump_curve(Component& c, PumpItem& pump) {
  pump.m_flow = c("m_flow_nominal", "kg/s");
  pump.dp = c("dp_nominal", "Pa");
  pump.dp_shutoff = c("dp_shutoff", "Pa");
  pump.eta = c("eta_nominal", "1", pump.eta);
  pump.eta_drive = c("eta_drive", "1", pump.eta_drive);
  pump.NPSH = c("NPSH_nominal", "m", pump.NPSH);
}

void read(Reader& reader, const Catalog& entries, PumpItem& pump) {
  Component c(reader, "component", entries, pump.name);
  pump.component = c.name;
  read_pump_curve(c, pump);
  pump.rating = rated_power(pump);
}

void read(Reader& reader, const Catalog& entries, CduItem& cdu) {
  cdu.rating = reader.quantity("rating", "W", positive);
  Component exchanger(reader, "exchanger", entries, cdu.name + "_exchanger");
  cdu.exchanger = exchanger.name;
  cdu.UA = exchanger("UA_nominal", "W/K");
  cdu.wall_share = exchanger("wall_share", "1", cdu.wall_share);
  cdu.m_flow_a = exchanger("m_flow_nominal_a", "kg/s");
  cdu.m_flow_b = exchanger("m_flow_nominal_b", "kg/s");
  cdu.dp_a = exchanger("dp_nominal_a", "Pa");
  cdu.dp_b = exchanger("dp_nominal_b", "Pa");
  Component pump(reader, "pump", entries, cdu.name + "_pump");
  cdu.pump = pump.name;
  read_pump_curve(pump, cdu.tcs_pump);
  Component valve(reader, "valve", entries, cdu.name + "_valve");
  cdu.valve = valve.name;
  cdu.valve_m_flow = valve("m_flow_nominal", "kg/s");
  cdu.valve_dp = valve("dp_nominal", "Pa");
}

void read(Reader& reader, const Catalog& entries, CoolerItem& cooler) {
  Component c(reader, "component", entries, cooler.name);
  cooler.component = c.name;
  cooler.UA = c("UA_nominal", "W/K");
  cooler.liquid_share = c("liquid_share", "1", cooler.liquid_share);
  cooler.m_flow = c("m_flow_nominal", "kg/s");
  cooler.dp = c("dp_nominal", "Pa");
  cooler.m_air = c("m_air_nominal", "kg/s");
  cooler.P_fan = c("P_fan_nominal", "W");
  cooler.pad_effectiveness = c("pad_effectiveness", "1", cooler.pad_effectiveness);
  cooler.dT_recirculation = c("dT_recirculation", "delta_K", cooler.dT_recirculation);
  cooler.cycles = c("cycles", "1", cooler.cycles);
  cooler.rating = reader.quantity("rating", "W", positive);
}

void read(Reader& reader, const Catalog& entries, ChillerItem& chiller) {
  Component c(reader, "component", entries, chiller.name);
  chiller.component = c.name;
  chiller.rating = c("Q_nominal", "W");
  chiller.COP = c("COP_nominal", "1", chiller.COP);
  chiller.m_flow = c("m_flow_nominal", "kg/s");
  chiller.dp = c("dp_nominal", "Pa");
  chiller.T_air_maximum = c("T_air_maximum", "K", chiller.T_air_maximum);
  chiller.flow_minimum = reader.quantity("flow_minimum", "1", {0.05, 1.0}, chiller.flow_minimum);
  chiller.flow_maximum = reader.quantity("flow_maximum", "1", {1.0, 3.0}, chiller.flow_maximum);
}

void read(Reader& reader, const Catalog& entries, FanWallItem& wall) {
  wall.rating = reader.quantity("rating", "W", positive);
  Component c(reader, "component", entries, wall.name);
  wall.component = c.name;
  wall.UA = c("UA_nominal", "W/K");
  wall.liquid_share = c("liquid_share", "1", wall.liquid_share);
  wall.m_flow = c("m_flow_nominal", "kg/s");
  wall.dp = c("dp_nominal", "Pa");
  wall.m_air = c("m_air_nominal", "kg/s");
  wall.P_fan = c("P_fan_nominal", "W");
  wall.rho_nominal = c("rho_nominal", "kg/m3", wall.rho_nominal);
  wall.natural_draught = c("natural_draught", "1", wall.natural_draught);
  wall.W_room = c("W_room", "kg/kg", wall.W_room);
}

void read(Reader& reader, const Catalog&, PipeItem& pipe) {
  pipe.diameter = reader.quantity("diameter", "m", positive);
}

void read(Reader&, const Catalog&, BatteryItem&) {}

void read(Reader& reader, const Catalog&, Item& item) {
  item.rating = reader.quantity("rating", "W", positive);
  item.component = reader.text("component", item.name);
}

template <class T>
std::vector<T> read_class(Reader& catalogue, const std::string& name, const Catalog& entries) {
  std::vector<T> items;
  if (!catalogue.has(name)) {
    catalogue.report("the catalogue has no class " + name, "", "at least one entry with its price");
    return items;
  }
  Reader reader = catalogue.child(name);
  for (auto& [item_name, entry] : reader.entries()) {
    if (item_name == "source" || item_name == "confidence") {
      entry.as_text();
      continue;
    }
    T item;
    read_item(entry, item_name, item);
    read(entry, entries, item);
    entry.finish();
    items.push_back(std::move(item));
  }
  if (items.empty()) catalogue.report("the catalogue has nothing of this class", "", "at least one entry", name);
  return items;
}

}  // namespace

Catalogue read_catalogue(Reader& request, const Catalog& entries) {
  Catalogue c;
  Reader reader = request.child("catalogue");
  if (!reader.is_mapping()) return c;
  c.cdus = read_class<CduItem>(reader, "cdus", entries);
  c.fws_pumps = read_class<PumpItem>(reader, "fws_pumps", entries);
  c.chw_pumps = read_class<PumpItem>(reader, "chw_pumps", entries);
  c.coolers = read_class<CoolerItem>(reader, "coolers", entries);
  c.chillers = read_class<ChillerItem>(reader, "chillers", entries);
  c.tcs_pipes = read_class<PipeItem>(reader, "tcs_pipes", entries);
  c.fws_pipes = read_class<PipeItem>(reader, "fws_pipes", entries);
  c.chw_pipes = read_class<PipeItem>(reader, "chw_pipes", entries);
  c.fan_walls = read_class<FanWallItem>(reader, "fan_walls", entries);
  c.transformers = read_class<Item>(reader, "transformers", entries);
  c.ups = read_class<Item>(reader, "ups", entries);
  c.batteries = read_class<BatteryItem>(reader, "batteries", entries);
  c.busways = read_class<Item>(reader, "busways", entries);
  c.hv_transformers = read_class<Item>(reader, "hv_transformers", entries);
  c.gensets = read_class<Item>(reader, "gensets", entries);
  reader.text("source", "");
  reader.text("confidence", "");
  reader.finish();
  const auto by_diameter = [](const PipeItem& a, const PipeItem& b) { return a.diameter < b.diameter; };
  for (auto* pipes : {&c.tcs_pipes, &c.fws_pipes, &c.chw_pipes}) std::sort(pipes->begin(), pipes->end(), by_diameter);
  return c;
}

}  // namespace wattloop::sizing

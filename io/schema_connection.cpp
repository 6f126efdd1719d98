// The part of the JSON Schema that describes the connection to the grid.

#include "io/schema_json.h"

namespace wattloop::schema {

namespace {

Json smoothing_schema() {
  const Json storage = mapping({{"energy", quantity_of("J", "of a rack: 4.68 kJ")},
                                {"time_constant", quantity_of("s", "of what it evens out, default 2 s")},
                                {"recovery", quantity_of("s", "back to its middle, default 60 s")},
                                {"efficiency", quantity_of("1", "of charging, default 97 %")}},
                               {"energy"});
  return mapping({{"racks", list_of({{"type", {"string", "integer"}}})},
                  {"floor", quantity_of("1", "least power of a GPU that works, share of its cap, 0 to 90 %")},
                  {"ramp_up", quantity_of("W/s", "of a GPU, default unlimited")},
                  {"ramp_down", quantity_of("W/s", "of a GPU, default unlimited")},
                  {"hysteresis", quantity_of("s", "for which the floor holds after the work, default 0 s")},
                  {"engage_above", quantity_of("1", "activity that counts as work, default 10 %")},
                  {"storage", described(storage, "in the power shelves")}});
}

}  // namespace

Json connection_schema() {
  const Json quantities = list_of(reference("quantity"));
  const Json limits =
      mapping({{"ramp_up", quantity_of("W/s", "within each ramp window of a minute and more: 50 MW/min")},
               {"ramp_down", quantity_of("W/s", "within each ramp window of a minute and more")},
               {"peak_to_peak", quantity_of("W", "of the window")},
               {"band_share", quantity_of("1", "rms within the band over the mean power, not the share of energy")},
               {"flicker", quantity_of("1", "P_st")},
               {"power_factor", quantity_of("1", "least")}});
  return mapping(
      {{"short_circuit_power", described(quantities, "fault levels [VA], default that of the grid")},
       {"x_over_r", quantity_of("1", "of the grid's impedance, default 10")},
       {"lamp", one_of({"120 V", "230 V"}, "that flicker is seen with")},
       {"ramp_windows", described(quantities, "[s], default 1 s, 10 s, 1 min, 5 min")},
       {"band", described(quantities, "two frequencies [Hz], default 0.1 Hz, 20 Hz")},
       {"segment", quantity_of("s", "of the spectrum, default 60 s")},
       {"demand_interval", quantity_of("s", "default 15 min")},
       {"power_factor", quantity_of("1", "that capacitors are to hold, default 0.95")},
       {"capacitor_step", quantity_of("VA", "reactive power of a step: 10 Mvar")},
       {"taps", described(list_of(reference("number")), "of the main transformers, to be tried: [97.5 %, 100 %]")},
       {"smoothing", described(named(smoothing_schema()), "ways to even out racks; the first is in use")},
       {"smoothing_step", quantity_of("s", "the one in use acts in a run too, in steps of at most this: 20 ms")},
       {"limits", limits},
       {"ride_through", text("itic, large_load or a YAML table")},
       {"events", text("recorded dips: CSV with time_s or time, v_pu, f_hz")}});
}

Json carbon_schema() {
  return mapping({{"intensity", quantity_of("kg/J", "of the grid's energy: 400 g/kWh")},
                  {"file", text("CSV: time, gco2_per_kwh")}});
}

}  // namespace wattloop::schema

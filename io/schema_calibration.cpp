// The part of the JSON Schema that describes what was measured and what is fitted to it.

#include "io/schema_json.h"

namespace wattloop::schema {

Json calibration_schema() {
  const Json any = reference("number");  // a quantity whose dimension the path gives
  const Json boundary = mapping({{"path", text("of the input: parts.source.T, weather.T_db")},
                                 {"column", text("of the table, default the name")},
                                 {"unit", text("of the column, default that in the header")},
                                 {"may_be_constant", {{"type", "boolean"}}}},
                                {"path"});
  const Json sensor = mapping({{"path", text("of the reading: cdu.cooled.T, cdu.pump.P")},
                               {"column", text("of the table, default the name")},
                               {"unit", text("of the column, default that in the header")},
                               {"noise", described(any, "standard deviation: 0.1 K")},
                               {"offset", described(any, "of the reading, default none")},
                               {"drift", described(any, "of the reading from the first row: 0.1 K/d")}},
                              {"path", "noise"});
  const Json prior =
      mapping({{"mean", any}, {"deviation", described(any, "standard deviation")}}, {"mean", "deviation"});
  const Json parameter = mapping({{"path", text("of the value: parts.exchanger.UA_nominal")},
                                  {"min", any},
                                  {"max", any},
                                  {"start", described(any, "default the prior's mean, else the middle")},
                                  {"prior", described(prior, "a normal distribution that is known beforehand")}},
                                 {"path", "min", "max"});
  return mapping({{"data", text("the table (CSV), beside this file")},
                  {"time", text("column of time, default time")},
                  {"longest_gap", quantity_of("s", "between rows, default three times the median step")},
                  {"warm_up", quantity_of("s", "from the first row that are not compared, default 0 s")},
                  {"hold_out", quantity_of("1", "last share of the rows, which the fit does not see, default 30 %")},
                  {"boundaries", described(named(boundary), "columns that drive the model, by name")},
                  {"sensors", described(named(sensor), "columns that readings are compared with, by name")},
                  {"parameters", described(named(parameter), "what is fitted, by name")}});
}

}  // namespace wattloop::schema

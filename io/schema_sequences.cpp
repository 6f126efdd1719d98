// The part of the JSON Schema that describes sequences.

#include "io/schema_json.h"

namespace wattloop::schema {

namespace {

/// A path, or a reduction of the values at it.
Json measure_of(std::string description) {
  return described({{"anyOf", {Json{{"type", "string"}}, reference("reduction")}}}, std::move(description));
}

Json conditions(std::string description) {
  const Json condition = mapping({{"measure", measure_of("what is read")},
                                  {"minus", measure_of("what is taken off it")},
                                  {"above", described(reference("number"), "holds above this, with its unit")},
                                  {"below", described(reference("number"), "holds below this, with its unit")}},
                                 {"measure"});
  return described(list_of(condition), std::move(description));
}

Json staging() {
  return mapping(
      {{"type", {{"const", "staging"}}},
       {"unit", text("the part whose copies are staged")},
       {"enable", described(list_of({{"type", {"string", "boolean"}}}), "inputs that are 1 in a running unit")},
       {"duty", whole("units that run at full load", 1)},
       {"minimum", whole("units that always run, default duty", 0)},
       {"measure", measure_of("what is watched; without it `duty` units always run")},
       {"up_above", described(reference("number"), "a unit more above this, with its unit, default 0.9")},
       {"down_below", described(reference("number"), "a unit less below this, with its unit, default 0.4")},
       {"delay", quantity_of("s", "how long that must last [s], default 60")},
       {"min_run", quantity_of("s", "a unit runs at least so long [s], default 600")},
       {"between", quantity_of("s", "time between two changes [s], default min_run")},
       {"min_stop", quantity_of("s", "a unit stands at least so long [s], default 0")},
       {"stagger", quantity_of("s", "from one start to the next [s], default 0")},
       {"rotate", quantity_of("s", "lead changes every so often [s], default never")},
       {"starts_per_hour", whole("of one unit at most, default 1000", 1)},
       {"only_while", conditions("no unit runs while one of these does not hold")},
       {"changeover", quantity_of("s", "from a failure to the standby's start [s]")}},
      {"type", "unit", "enable", "duty"});
}

Json threshold() {
  return mapping({{"type", {{"const", "threshold"}}},
                  {"measure", measure_of("what is watched")},
                  {"unit", text("SI unit of what is watched, default 1")},
                  {"write", described(list_of({{"type", "string"}}), "inputs that are written")},
                  {"on_above", described(reference("number"), "on above this, in the unit")},
                  {"off_below", described(reference("number"), "off below this; above on_above: the other way round")},
                  {"on_value", quantity_of("1", "what is written when on, default 1")},
                  {"off_value", quantity_of("1", "what is written when off, default 0")},
                  {"min_hold", quantity_of("s", "time between two changes [s], default 300")}},
                 {"type", "measure", "write", "on_above", "off_below"});
}

Json modes() {
  const Json change =
      mapping({{"to", text("the mode that follows")},
               {"when", conditions("all of these have held")},
               {"for", quantity_of("s", "for so long; without conditions: since the mode began [s], default 0")},
               {"entered", whole("only when its mode has begun so many times, default 1", 1)},
               {"within", quantity_of("s", "in which these beginnings are counted [s]")}},
              {"to"});
  const Json mode = mapping({{"write", described(named(reference("number")), "inputs and what they get")},
                             {"hold", quantity_of("s", "the mode lasts at least [s], default 0")},
                             {"leave", described(list_of(change), "the first that is due is taken")}});
  return mapping(
      {{"type", {{"const", "modes"}}},
       {"at_once", described({{"type", "boolean"}}, "acts where conditions come true, not at the next sample")},
       {"modes", described(named(mode), "by name; it begins in the first")}},
      {"type", "modes"});
}

Json noise() {
  return mapping({{"type", {{"const", "noise"}}},
                  {"write", described(list_of({{"type", "string"}}), "inputs that are written")},
                  {"amplitude", described(reference("number"), "standard deviation, with its unit")},
                  {"interval", quantity_of("s", "between two numbers [s], default 15")}},
                 {"type", "write", "amplitude"});
}

}  // namespace

Json reduction_schema() {
  Json kinds = Json::array();
  for (const char* kind : {"max", "min", "mean", "sum"})
    kinds.push_back(
        mapping({{kind, text("path whose values of all copies are reduced to one: cdu.control.u")}}, {kind}));
  return {{"anyOf", kinds}};
}

Json sequence_schema() {
  return {{"anyOf", {staging(), threshold(), modes(), noise()}}};
}

}  // namespace wattloop::schema

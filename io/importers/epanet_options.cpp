// [OPTIONS] and [TIMES].

#include <algorithm>
#include <cmath>

#include "io/importers/epanet_reader.h"

namespace wattloop {

namespace {
const std::string options_path = "[OPTIONS]";
const std::string times_path = "[TIMES]";
}  // namespace

void EpanetReader::read_options() {
  for (const InpLine& line : file_.section("OPTIONS")) {
    if (!read_unit(line) && !read_choice(line)) read_value(line);
  }
}

// Units of flow and pressure. False if the line is none of them.
bool EpanetReader::read_unit(const InpLine& line) {
  const std::string& key = line.words.front().text;
  const bool missing = line.words.size() < 2;
  const std::string word = missing ? "" : line.words[1].text;
  if (begins_with(key, "UNITS")) {
    std::string unit = word;
    for (char& c : unit) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (unit == "SI") unit = "LPS";
    if (EpanetUnits().set_flow_unit(unit.c_str())) {
      flow_unit_ = unit;
    } else if (!missing) {
      problem(line, 1, options_path, "unknown flow unit", "CFS, GPM, MGD, IMGD, AFD, LPS, LPM, MLD, CMH, CMD");
    }
    return true;
  }
  if (!begins_with(key, "PRESS") || begins_with(word, "EXPO")) return false;
  kilopascals_ = begins_with(word, "KPA");
  if (!missing && !kilopascals_ && !begins_with(word, "PSI") && !begins_with(word, "METERS")) {
    problem(line, 1, options_path, "unknown pressure unit", "PSI, KPA, METERS");
  }
  return true;
}

// Options whose value is a word. False if the line is none of them.
bool EpanetReader::read_choice(const InpLine& line) {
  const std::string& key = line.words.front().text;
  const auto is = [&](const char* keyword) { return begins_with(key, keyword); };
  const auto value_is = [&](const char* keyword, std::size_t word = 1) {
    return line.words.size() > word && begins_with(line.words[word].text, keyword);
  };
  WaterOptions& options = net_.options;
  const bool missing = line.words.size() < 2;
  if (is("HEADL")) {
    if (value_is("H-W")) {
      options.friction = FrictionLaw::hazen_williams;
    } else if (value_is("D-W")) {
      options.friction = FrictionLaw::darcy_weisbach;
    } else if (value_is("C-M")) {
      options.friction = FrictionLaw::chezy_manning;
    } else if (!missing) {
      problem(line, 1, options_path, "unknown head loss formula", "H-W, D-W, C-M");
    }
  } else if (is("UNBA")) {
    options.stop_if_unbalanced = !value_is("CONT");
    if (!missing && !value_is("CONT") && !value_is("STOP")) {
      problem(line, 1, options_path, "what to do if unbalanced", "STOP, CONTINUE");
    }
  } else if (is("PATT")) {
    if (!missing) default_pattern_ = line.words[1].text;
  } else if (is("DEMA") && value_is("MODEL")) {
    options.pressure_driven = value_is("PDA", 2);
    if (!value_is("PDA", 2) && !value_is("DDA", 2)) problem(line, 2, options_path, "unknown demand model", "DDA, PDA");
  } else if (is("EMIT") && value_is("BACK")) {
    return true;
  } else {
    constexpr const char* ignored[] = {"HYDR", "QUAL", "MAP", "VERIFY", "SEGM", "TOLER", "DIFF"};
    return std::any_of(std::begin(ignored), std::end(ignored), is);
  }
  return true;
}

void EpanetReader::read_value(const InpLine& line) {
  struct Option {
    const char* keyword;
    std::size_t word;  // of the value
    double* target;
    InpRange range;
  };
  WaterOptions& options = net_.options;
  double trials = options.trials;
  double check_frequency = options.check_frequency;
  double max_check = options.max_check;
  double head_tolerance = 0.0;
  double flow_tolerance = 0.0;
  double least_slope = 0.0;
  double emitter = 0.0;
  double pressure_exponent = 0.0;
  const InpRange positive{0.0, true};
  const InpRange not_negative{0.0, false};
  const Option known[] = {{"VISC", 1, &viscosity_, positive},
                          {"SPEC", 2, &options.pressure_per_head, positive},
                          {"TRIAL", 1, &trials, positive},
                          {"ACCU", 1, &options.accuracy, positive},
                          {"HEADERR", 1, &options.head_error, not_negative},
                          {"FLOWCHA", 1, &options.flow_change, not_negative},
                          {"DAMPLIMIT", 1, &options.damp_limit, not_negative},
                          {"MINI", 2, &options.min_pressure, not_negative},
                          {"REQ", 2, &options.required_pressure, not_negative},
                          {"PRESS", 2, &pressure_exponent, positive},
                          {"EMIT", 2, &emitter, positive},
                          {"DEMA", 2, &options.demand_multiplier, positive},
                          {"CHECKFREQ", 1, &check_frequency, positive},
                          {"MAXCHECK", 1, &max_check, not_negative},
                          {"HTOL", 1, &head_tolerance, positive},
                          {"QTOL", 1, &flow_tolerance, positive},
                          {"RQTOL", 1, &least_slope, positive}};
  const std::string& key = line.words.front().text;
  const auto is_key = [&](const Option& option) { return begins_with(key, option.keyword); };
  const auto* option = std::find_if(std::begin(known), std::end(known), is_key);
  if (option == std::end(known)) return problem(line, 0, options_path, "unknown option");
  if (line.words.size() <= option->word) return;
  *option->target = number(line, option->word, options_path, "value", option->range);
  constexpr double most = 1e6;
  options.trials = static_cast<int>(std::clamp(trials, 1.0, most));
  options.check_frequency = static_cast<int>(std::clamp(check_frequency, 1.0, most));
  options.max_check = static_cast<int>(std::min(max_check, most));
  if (emitter > 0.0) options.emitter_exponent = 1.0 / emitter;
  if (pressure_exponent > 0.0) options.pressure_exponent = 1.0 / pressure_exponent;
  if (head_tolerance > 0.0) options.head_tolerance = head_tolerance * foot;
  if (flow_tolerance > 0.0) options.flow_tolerance = -flow_tolerance;  // in ft3/s until the units are known
}

// Once units and patterns are known.
void EpanetReader::finish_options() {
  WaterOptions& options = net_.options;
  units_.set_flow_unit(flow_unit_.c_str());
  units_.set_pressure(kilopascals_, options.pressure_per_head);
  options.cubic_foot = units_.cubic_foot;
  options.friction_exponent = options.friction == FrictionLaw::hazen_williams ? 1.852 : 2.0;
  constexpr double default_flow_tolerance = 1e-4;  // ft3/s
  const double flow_tolerance = options.flow_tolerance < 0.0 ? -options.flow_tolerance : default_flow_tolerance;
  options.flow_tolerance = flow_tolerance * units_.cubic_foot;
  options.head_error *= units_.length;
  options.flow_change *= units_.flow;
  options.min_pressure *= units_.pressure;
  options.required_pressure *= units_.pressure;
  if (options.pressure_driven && options.required_pressure < options.min_pressure) {
    problems_.push_back({file_.name, 0, 0, options_path, "REQUIRED PRESSURE is below MINIMUM PRESSURE", "", ""});
  }
  constexpr double water_viscosity = 1.1e-5;  // ft2/s
  constexpr double relative_above = 1e-3;     // larger numbers are relative to water
  if (viscosity_ == 0.0) {
    viscosity_ = water_viscosity;
  } else if (viscosity_ > relative_above) {
    viscosity_ *= water_viscosity;
  } else if (units_.metric) {
    viscosity_ /= foot * foot;
  }
}

void EpanetReader::read_times() {
  WaterTimes& times = net_.times;
  bool rule_step_given = false;
  for (const InpLine& line : file_.section("TIMES")) {
    const std::size_t words = line.words.size();
    const auto is = [&](std::size_t word, const char* keyword) {
      return word < words && begins_with(line.words[word].text, keyword);
    };
    if (is(0, "STAT") || !has_words(line, 2, times_path)) continue;
    // The value is the last word, or the last two.
    const bool alone = parse_number(line.words.back().text) || parse_hours(line.words.back().text, "");
    const long t = static_cast<long>(3600.0 * hours(line, alone ? words - 1 : words - 2, times_path) + 0.5);
    if (is(0, "DURA")) {
      times.duration = t;
    } else if (is(0, "HYDR")) {
      times.hydraulic_step = t;
    } else if (is(0, "RULE")) {
      times.rule_step = t;
      rule_step_given = t > 0;
    } else if (is(0, "PATT") && (is(1, "TIME") || is(1, "START"))) {
      (is(1, "TIME") ? times.pattern_step : times.pattern_start) = t;
    } else if (is(0, "REPO") && (is(1, "TIME") || is(1, "START"))) {
      (is(1, "TIME") ? times.report_step : times.report_start) = t;
    } else if (is(0, "START")) {
      times.clock_start = t % 86400;
    } else if (!is(0, "QUAL") && !is(0, "MINI")) {
      problem(line, 0, times_path, "unknown keyword");
    }
  }
  if (!rule_step_given) times.rule_step = 0;
  finish_times();
}

void EpanetReader::finish_times() {
  WaterTimes& times = net_.times;
  if (times.pattern_step <= 0) times.pattern_step = 3600;
  if (times.report_step <= 0) times.report_step = times.pattern_step;
  if (times.hydraulic_step <= 0) times.hydraulic_step = 3600;
  times.hydraulic_step = std::min({times.hydraulic_step, times.pattern_step, times.report_step});
  if (times.report_start > times.duration) times.report_start = 0;
  if (times.rule_step == 0) times.rule_step = times.hydraulic_step / 10;
  times.rule_step = std::clamp(times.rule_step, 1L, times.hydraulic_step);
}

}  // namespace wattloop

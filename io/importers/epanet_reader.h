#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/importers/epanet_units.h"
#include "io/importers/inp_file.h"
#include "meshes/water_network.h"

namespace wattloop {

/// What a number may be: at least `least`, or above it.
struct InpRange {
  double least = -std::numeric_limits<double>::infinity();
  bool open = false;  ///< least itself is not allowed
};

/// Turns the lines of an EPANET file into a network: one method a section, each in the file of its subject. Every
/// problem is kept with line, column and object; reading goes on with a harmless value.
class EpanetReader {
 public:
  explicit EpanetReader(InpFile file, std::vector<InputProblem> problems);

  /// Throws InputError with all problems.
  WaterNetwork read();

 private:
  struct Curve {
    PiecewiseLine points;  // in the file's units
    int line = 0;
  };
  using Index = std::unordered_map<std::string, int>;

  // epanet_options.cpp
  void read_options();
  bool read_unit(const InpLine& line);
  bool read_choice(const InpLine& line);
  void read_value(const InpLine& line);
  void read_times();
  void finish_options();
  void finish_times();
  // epanet_nodes.cpp
  void read_junctions();
  void read_reservoirs();
  void read_tanks();
  void read_reservoir(const InpLine& line, const std::string& section);
  void read_tank(const InpLine& line);
  double set_volume_curve(const InpLine& line, const std::string& path, double lowest, double highest, WaterTank& tank);
  void read_demands();
  void read_emitters();
  // epanet_links.cpp
  void read_pipes();
  void read_pumps();
  void read_pump_numbers(const InpLine& line, WaterPump& pump, const std::string& path);
  void read_pump_words(const InpLine& line, WaterLink& link, WaterPump& pump, const std::string& path);
  void read_valves();
  void set_pump_curve(const InpLine& line, std::size_t word, WaterPump& pump, const std::string& path);
  bool fit_pump(WaterPump& pump, double h0, double q1, double h1, double q2, double h2);
  void set_friction(WaterLink& link, double length, double roughness);
  double minor_loss(double coefficient, double diameter) const;
  WaterLink* start_link(const InpLine& line, const std::string& path);
  // epanet_curves.cpp
  void read_patterns();
  void read_curves();
  const Curve* find_curve(const InpLine& line, std::size_t word, const std::string& path);
  int find_pattern(const InpLine& line, std::size_t word, const std::string& path);
  // epanet_controls.cpp
  void read_status();
  void set_status(int link, std::optional<LinkStatus> status, double value);
  void read_controls();
  void read_control(const InpLine& line);
  bool read_control_setting(const InpLine& line, const std::string& path, WaterControl& control);
  void check_controls_agree();
  double setting_unit(const WaterLink& link) const;
  // epanet_rules.cpp
  void read_rules();
  void read_premise(const InpLine& line, WaterRule& rule);
  void read_action(const InpLine& line, std::vector<RuleAction>& actions, const std::string& path);
  bool premise_subject(const InpLine& line, RulePremise& premise, std::size_t& next, const std::string& path);
  bool premise_value(const InpLine& line, RulePremise& premise, std::size_t next, const std::string& path);
  // epanet_checks.cpp
  void check_valves();
  void check_reach();

  /// Adds a problem at a word of a line (or at the line where there is no such word).
  void problem(const InpLine& line, std::size_t word, const std::string& path, const std::string& what,
               const std::string& allowed = "");
  double number(const InpLine& line, std::size_t word, const std::string& path, const char* what,
                const InpRange& range = {});
  double number_or(const InpLine& line, std::size_t word, const std::string& path, const char* what, double missing,
                   const InpRange& range = {});
  bool has_words(const InpLine& line, std::size_t least, const std::string& path);
  /// Hours of "5", "5:30", "5 PM", "90 MIN" from the given word on; adds a problem and returns 0 if it is no time.
  double hours(const InpLine& line, std::size_t word, const std::string& path);
  int find(const Index& index, const InpLine& line, std::size_t word, const std::string& path, const char* kind);
  bool add_id(Index& index, const InpLine& line, int value, const std::string& path);

  InpFile file_;
  std::vector<InputProblem> problems_;
  WaterNetwork net_;
  EpanetUnits units_;
  Index nodes_, links_, patterns_, curves_;
  std::vector<Curve> curve_list_;
  std::vector<int> node_lines_, link_lines_, control_lines_;
  std::vector<char> junction_demand_;  // the first category is still that of [JUNCTIONS]
  std::string default_pattern_ = "1";
  std::string flow_unit_ = "GPM";
  double viscosity_ = 0.0;  // as in the file; 0: not given
  bool kilopascals_ = false;
};

/// Whether a word is a finite number and nothing else.
std::optional<double> parse_number(const std::string& word);

/// Hours of a time of day or a duration, as EPANET reads it: a number with a unit (SEC, MIN, HOURS, DAYS, AM, PM; none:
/// hours), or h:m[:s] with AM or PM.
std::optional<double> parse_hours(const std::string& time, const std::string& unit);

/// Reads an EPANET 2.2 input file. Throws InputError with every problem as file:line:column: [SECTION] object: what.
WaterNetwork read_epanet(const std::string& file);
/// The same from a text; `name` stands for the file in messages.
WaterNetwork read_epanet_text(const std::string& name, std::string_view text);

}  // namespace wattloop

// What the schedules say against laws and sums that are theirs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numbers>

#include "io/sizing/design_run.h"
#include "io/sizing/schedules.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

/// Rows by what stands in their first column, columns by their names.
class Table {
 public:
  explicit Table(const std::string& name) {
    for (const Schedule& s : schedules(one_building(), sized_building()))
      if (s.name == name) schedule_ = s;
  }
  double operator()(const std::string& row, const std::string& column) const {
    const auto c = std::find(schedule_.header.begin(), schedule_.header.end(), column) - schedule_.header.begin();
    for (const auto& cells : schedule_.rows)
      if (cells.front().text == row) {
        const Schedule::Cell& cell = cells.at(static_cast<std::size_t>(c));
        EXPECT_TRUE(cell.is_number) << schedule_.name << ", " << row << ", " << column;
        return cell.number;
      }
    ADD_FAILURE() << "no row " << row << " in " << schedule_.name;
    return std::nan("");
  }
  std::string text(const std::string& row) const {
    for (const auto& cells : schedule_.rows)
      if (cells.front().text == row) return cells.at(1).text;
    return "no row " + row;
  }
  const std::vector<std::vector<Schedule::Cell>>& rows() const { return schedule_.rows; }

 private:
  Schedule schedule_;
};

void expect_pumps_to_draw_flow_times_head_over_efficiency() {
  ASSERT_TRUE(sized_building().design);
  const Design& d = *sized_building().design;
  const Table pumps("pumps");
  const auto look = [&](const char* tag, const PumpItem& pump, const char* part, const char* liquid) {
    const double V = pumps(tag, "flow [m3/h]") / 3600.0, s = pumps(tag, "speed [%]") / 100.0;
    // eta = eta_nominal q (2 - q), q = V/(s V_best): the affinity laws keep q.
    const double rho = pumps(tag, "flow [kg/s]") / V;
    const double q = V / (s * pump.m_flow / make_liquid(one_building().liquids.at(liquid)).rho_ref);
    const double eta = pump.eta * q * (2.0 - q) * pump.eta_drive;
    EXPECT_NEAR(pumps(tag, "power [kW]"), V * pumps(tag, "head [kPa]") / eta, 0.005 * pumps(tag, "power [kW]")) << tag;
    EXPECT_NEAR(rho, 1025.0, 30.0) << tag;
    EXPECT_GT(pumps(tag, "NPSH [m]"), pumps(tag, "NPSH required [m]")) << tag;
    EXPECT_EQ(pumps(tag, "power [kW]"), value_of(*sized_building().worst_hour, part, "P_w") / 1e3) << tag;
  };
  look("fws_pump", d.fws_pump.item, "fws_pump", "fws");
  look("chw_pump", d.chw_pump.item, "chw_pump", "chw");
  look("tcs_pump", d.cdu.item.tcs_pump, "cdu.pump", "tcs");
}

void expect_valves_to_pass_their_kv() {
  const Table valves("valves");
  // Kv m3/h of water of 1,000 kg/m3 pass the open valve at 1 bar: 60 kg/s lose 60 kPa in that of the catalogue.
  const double rho = make_liquid(one_building().liquids.at("fws")).rho_ref;
  const CduItem& cdu = sized_building().design->cdu.item;
  const double V = 3600.0 * cdu.valve_m_flow / rho;
  EXPECT_NEAR(valves("cdu_valve", "Kv [m3/h]"), V * std::sqrt(rho / 1000.0 / (cdu.valve_dp / 1e5)), 1e-6 * V);
  const double authority = valves("cdu_valve", "authority");
  EXPECT_GE(authority, one_building().limits.valve_authority);
  EXPECT_NEAR(valves("cdu_valve", "position [%]"), 100.0 * one_building().limits.valve_opening, 1.0);
  // Nearly open it loses more than the open valve would at that flow.
  const double m = valves("cdu_valve", "flow [kg/s]");
  EXPECT_GT(valves("cdu_valve", "loss [kPa]"), cdu.valve_dp / 1e3 * std::pow(m / cdu.valve_m_flow, 2.0));
}

void expect_pipes_to_have_their_volume_and_gradient() {
  const Table pipes("pipes");
  ASSERT_EQ(pipes.rows().size(), 10u);
  for (const auto& cells : pipes.rows()) {
    const std::string& line = cells.front().text;
    const double d = pipes(line, "inner diameter [mm]") / 1e3, area = 0.25 * std::numbers::pi * d * d;
    const double length = pipes(line, "length of each [m]");
    EXPECT_NEAR(pipes(line, "volume of all [m3]"), area * length * pipes(line, "lines"), 1e-9) << line;
    const double v = pipes(line, "velocity [m/s]"), m = pipes(line, "flow of each [kg/s]");
    EXPECT_NEAR(m / (area * v), 1025.0, 40.0) << line;
    // Darcy: a friction factor of turbulent flow in a pipe of some mm to 1 m.
    const double gradient = pipes(line, "gradient without fittings [Pa/m]");
    const double f = gradient * d / (0.5 * m / (area * v) * v * v);
    EXPECT_GT(f, 0.010) << line;
    EXPECT_LT(f, 0.035) << line;
    EXPECT_LT(gradient, pipes(line, "loss with fittings [Pa/m]")) << line;
    // Of the return it is less: warmer.
    EXPECT_LE(gradient, pipes(line, "limit of the supply's gradient [Pa/m]") * (1.0 + 1e-3)) << line;
  }
  for (const auto& [element, line] : {std::pair{"fws_main", "fws_main_supply"}, {"fws_branch", "fws_branch_supply"}}) {
    const auto& margins = sized_building().design->margins;
    const auto margin = std::find_if(margins.begin(), margins.end(), [&, name = std::string(element)](const Margin& m) {
      return m.constraint == "fws_gradient" && m.element == name;
    });
    ASSERT_NE(margin, margins.end()) << element;
    EXPECT_NEAR(pipes(line, "gradient without fittings [Pa/m]"), margin->value, 0.01 * margin->value) << line;
  }
}

void expect_a_closed_heat_balance() {
  const Table balance("heat_balance");
  double sum = 0.0, uses = 0.0;
  for (const auto& cells : balance.rows())
    (cells.front().text.starts_with("of the electricity") ? uses : sum) += cells[1].number;
  const double grid = balance("grid", "MW into the site");
  EXPECT_GT(grid, 25.0);
  EXPECT_NEAR(sum, balance("stored", "MW into the site") * 2.0, 1e-6 * grid);
  EXPECT_NEAR(uses, grid, 1e-6 * grid);
}

void expect_electrical_loads_to_add_up_to_the_grid() {
  const Table electrical("electrical"), equipment("equipment");
  double running = 0.0;
  for (const auto& cells : electrical.rows()) {
    if (cells.front().text == "grid") break;
    running += cells[3].number;
  }
  double losses = 0.0;  // kW
  for (const auto& [type, loss] : sized_building().worst_hour->losses)
    if (type != "power_shelf") losses += loss / 1e3;
  const double grid = electrical("grid", "running");
  EXPECT_NEAR(running + losses, grid, 1e-6 * grid);
  for (const char* tag : {"hv_transformer", "transformer", "busway", "mech_transformer", "ups", "genset"}) {
    const double rating = equipment(tag, "rating [kW]");
    EXPECT_NEAR(electrical(tag, "connected"), rating * equipment(tag, "count"), 1e-6) << tag;
    EXPECT_NEAR(electrical(tag, "standby"), rating * equipment(tag, "standby"), 1e-6) << tag;
    EXPECT_EQ(electrical(tag, "running") > 0.0, std::string(tag) != "genset") << tag;
    EXPECT_LT(electrical(tag, "running"), electrical(tag, "connected") - electrical(tag, "standby") + 1e-6) << tag;
  }
  for (const char* tag : {"hv_transformer", "transformer", "busway", "ups"})
    EXPECT_NEAR(electrical(tag, "standby"), 0.5 * electrical(tag, "connected"), 1e-6) << tag;
  const Design& d = *sized_building().design;
  EXPECT_NEAR(electrical("dry_cooler fans", "standby"),
              d.loads.buildings * (d.cooler.installed - d.cooler.duty) * d.cooler.item.P_fan / 1e3, 1e-6);
  EXPECT_GT(electrical("dry_cooler fans", "standby"), 0.0);
}

void expect_vessels_cables_and_switches() {
  const Table vessels("vessels"), pipes("pipes"), electrical("electrical");
  double fws = 0.0;  // m3 in pipes, all of them part of what the vessel serves
  for (const char* line : {"fws_main_supply", "fws_main_return", "fws_branch_supply", "fws_branch_return"})
    fws += pipes(line, "volume of all [m3]");
  const double count = vessels("fws_vessel", "count");
  EXPECT_EQ(count, sized_building().design->loads.buildings);
  EXPECT_GT(vessels("fws_vessel", "liquid of the circuit [m3]") * count, fws);
  for (const char* tag : {"fws_vessel", "chw_vessel", "tcs_vessel"}) {
    EXPECT_GE(vessels(tag, "volume [m3]"), 0.079 * vessels(tag, "liquid of the circuit [m3]")) << tag;
    EXPECT_LT(vessels(tag, "precharge [bar]"), vessels(tag, "set [bar]")) << tag;
    EXPECT_LT(vessels(tag, "set [bar]"), vessels(tag, "maximum [bar]")) << tag;
  }
  const int blocks = sized_building().design->loads.buildings * sized_building().design->loads.blocks;
  EXPECT_EQ(electrical("mv_cable", "connected"), 2000.0 * blocks);
  EXPECT_NEAR(electrical("network_switch", "running"), electrical("network_switch", "connected") / 1.25,
              0.05 * electrical("network_switch", "connected"));
}

void expect_the_basis_to_be_the_one_building() {
  const Table basis("design_basis");
  EXPECT_EQ(basis.text("limit of FWS velocity"), "2.29 m/s");
  EXPECT_EQ(basis.text("liquid of fws"), "propylene glycol 40 % by mass");
  EXPECT_EQ(basis.text("price of energy"), "60 USD/MWh");
  EXPECT_EQ(basis.text("set it.power"), "25 MW");
  EXPECT_EQ(basis.text("time to generators on the bus"), "15 s");
  EXPECT_NE(basis.text("catalogue: batteries").find("USD/kWh)"), std::string::npos);
  EXPECT_NE(basis.text("catalogue: coolers").find("dry_cooler_1700kw (118000 USD)"), std::string::npos);
  EXPECT_NE(basis.text("racks gb300_nvl72").find("1.3 L/min/kW"), std::string::npos);
}

/// An infeasible request takes the design before it away: no table of it may stay.
void expect_all_that_is_written_to_be_removed() {
  const std::filesystem::path directory = std::filesystem::temp_directory_path() / "wattloop_schedules_test";
  std::filesystem::create_directories(directory);
  write_schedules(schedules(one_building(), sized_building()), directory.string());
  EXPECT_FALSE(std::filesystem::is_empty(directory));
  remove_schedules(directory.string());
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  std::filesystem::remove_all(directory);
}

/// One meaning for all: those on duty carry what all that run share.
void expect_loadings_to_share_one_load() {
  int all_run = 0;
  for (const EquipmentLine& e : equipment(one_building(), sized_building())) {
    if (!e.loading_all_running) continue;
    ++all_run;
    EXPECT_NEAR(*e.loading_all_running * e.count, e.loading * e.duty, 1e-9 * e.count) << e.tag;
  }
  EXPECT_EQ(all_run,
            10);  // coolers, chillers, fan walls of two rooms, transformers of the plant, five classes of sides
  const Design& d = *sized_building().design;
  const Table equipment("equipment"), coolers("coolers"), cdus("cdus");
  const char* on_duty = "loading with those on duty [%]";
  EXPECT_NEAR(
      equipment("chiller", on_duty),
      100.0 * coolers("chiller", "heat [kW]") * d.chiller.installed / d.chiller.duty * 1e3 / d.chiller.item.rating,
      1e-6);
  EXPECT_NEAR(equipment("cdu", on_duty), cdus(d.cdu.item.name, "loading [%]"), 1e-9);
}

}  // namespace

/// All of one design: it takes most of the time.
TEST(SizingSchedules, SayWhatTheLawsSaySlow) {
  ASSERT_TRUE(sized_building().design);
  expect_pumps_to_draw_flow_times_head_over_efficiency();
  expect_valves_to_pass_their_kv();
  expect_pipes_to_have_their_volume_and_gradient();
  expect_a_closed_heat_balance();
  expect_electrical_loads_to_add_up_to_the_grid();
  expect_loadings_to_share_one_load();
  expect_vessels_cables_and_switches();
  expect_the_basis_to_be_the_one_building();
  expect_all_that_is_written_to_be_removed();
}

}  // namespace wattloop::sizing

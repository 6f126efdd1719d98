#pragma once

#include <vector>

#include "meshes/water_network.h"
#include "solver/flow_order.h"

namespace wattloop {

/// The heads and flows of a water network at one moment, for given demands, tank heads, statuses and settings.
///
/// Statuses that depend on the flow (check valves, pumps at shut-off, control valves, full and empty tanks, controls on
/// the pressure of a junction) are checked between Newton steps by the rules of EPANET 2.2 (User Manual 2020, ch. 12),
/// so that a network with more than one consistent set of statuses gets the same one.
class WaterSteady {
 public:
  struct Result {
    bool converged = false;
    int iterations = 0;
    double relative_change = 0.0;  ///< sum of flow changes over sum of flows in the last step
    int singular_node = -1;        ///< nothing determines the head of this node
    int fighting_link = -1;        ///< no balance, and controls on pressures switch this link to and fro
  };

  explicit WaterSteady(const WaterNetwork& network);

  /// State, carried from one moment to the next: of the links, and the full demand of the junctions [m3/s].
  std::vector<LinkStatus> status;
  std::vector<double> setting;
  std::vector<double> demand;

  /// Head of a node [m]; of tanks and reservoirs it is given.
  double head(int node) const { return flows_.head[order_.place[node]] + datum_; }
  void set_fixed_head(int node, double head) { flows_.head[order_.place[node]] = head - datum_; }
  /// Flow of a link [m3/s], 0 if it is closed.
  double flow(int link) const { return is_closed(status[link]) ? 0.0 : flows_.flow[order_.row[link]]; }
  /// What a junction takes, emitter included; what flows into a tank or reservoir [m3/s].
  double taken(int node) const { return taken_[node]; }
  /// What leaves a junction whatever the pressure [m3/s].
  double fixed_outflow(int junction) const { return flows_.outflow[order_.place[junction]]; }

  /// Flow of links before the first solution: 1 ft/s, pumps at their design point.
  void reset_flow(int link);
  Result solve();

  const FlowNetwork& flows() const { return flows_; }

 private:
  WaterSteady(const WaterNetwork& network, const std::vector<int>& emitters, const std::vector<int>& driven);
  WaterSteady(const WaterNetwork& network, const std::vector<int>& emitters, const std::vector<int>& driven,
              const std::vector<FlowNetwork::Link>& links);
  void sort_link(int link);
  void evaluate();
  void evaluate_anew();  // after statuses have changed
  void evaluate_pipes(std::size_t begin, std::size_t end);
  void hang_heads();
  void take_linear_laws();
  void move_tangents();
  void move_tangent(int row, double size, double friction_loss);
  void evaluate_link(int link);
  void evaluate_outlets();
  void set_linear(int link, double slope);
  void evaluate_valve(int link, double minor_loss);
  void evaluate_pump(int link);
  void evaluate_general_purpose(int link);
  void place_regulator(int link);
  void scale_flows();
  void set_demands();
  Result iterate();
  void account();

  bool update_pressure_valves();
  bool update_links();
  bool update_pressure_switches();
  bool update_settled();
  LinkStatus pressure_reducing_status(int link) const;
  LinkStatus pressure_sustaining_status(int link) const;
  LinkStatus flow_control_status(int link, LinkStatus now) const;
  LinkStatus check_valve_status(LinkStatus now, double head_difference, double q) const;
  void apply_tank_limits(int link, int tank_node, int other);
  int link_switched_to_and_fro() const;
  bool free_bad_valve(int node);
  bool has_converged(const FlowNetwork::Step& step) const;
  /// How the steps of a solution go.
  struct Pace {
    bool kept = false;         ///< the last one kept the matrix of the one before
    double contraction = 0.0;  ///< its change over that of the one before
    bool is_slow() const {
      constexpr double slow = 0.4;
      return kept && contraction > slow;
    }
  };
  bool may_keep_matrix(const Pace& pace) const;
  FlowNetwork::Step advance(double relative_change, double relaxation);

  /// A pipe with a power law.
  struct Pipe {
    int row, link;
    double r;
  };

  const WaterNetwork& net_;
  FlowOrder order_;  // of nodes and links in flows_; emitters and pressure-driven demands follow the network's links
  FlowNetwork flows_;
  std::vector<Pipe> pipes_;
  std::vector<double> friction_, minor_loss_;  // by row: coefficients of open pipes with a power law, else 0
  std::vector<double> power_;                  // by row: |flow|^(n-1)
  std::vector<int> moving_;                    // rows whose tangents move,
  std::vector<double> asked_;                  // and the flows that heads ask for there
  std::vector<int> closed_pipes_;              // links, of pipes_
  std::vector<int> others_, hanging_others_;   // all other links
  std::vector<int> followers_;                 // links whose status follows heads and flows
  // Some statuses follow heads and flows: steps are then plain Newton ones, since with more than one consistent set of
  // statuses the way there decides.
  bool has_statuses_ = false;
  bool is_fresh_ = true;                // flows are those of reset_flow
  std::vector<int> fixed_;              // links at tanks and reservoirs
  std::vector<int> emitters_, driven_;  // junctions; their links follow those of the network in this order
  std::vector<int> pressure_valves_;
  std::vector<int> switches_;  // of each link by controls on pressures, in this moment
  std::vector<double> taken_;
  double total_demand_ = 0.0;      // of the moment before [m3/s]
  double datum_ = 0.0;             // the heads of flows_ are above it [m]: differences between them keep more digits
  double high_slope_, low_slope_;  // of a closed link, of an open valve without loss [s/m2]
};

}  // namespace wattloop

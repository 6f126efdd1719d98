#pragma once
// The plant as a finite-element loop whose elements are components: F(t, y, y') = 0.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "solver/archive.h"
#include "solver/condensation.h"
#include "solver/group_base.h"
#include "solver/pack.h"
#include "solver/ranks.h"
#include "solver/shared_values.h"
#include "solver/thread_pool.h"

namespace wattloop {

/// Tolerances: absolute for each quantity, relative only where the zero of the unit means "none".
struct Tolerances {
  double temperature = 0.05;  ///< K; the others follow from it in proportion
};

/// Nodes own across-values and their balance; components own states. The unknowns are y = [states by group, values by
/// node]; the equations stand in the same order: F_i of a node value is the balance of its through-value.
/// Set-up throws std::logic_error on misuse; numerical failures are SolverError.
class System {
 public:
  /// An unknown, named before numbers are given out: a node's value or a component's kept state.
  struct Unknown {
    int node = -1;
    ComponentRef component{};
    int index = 0;
  };

  System();

  // Set-up, in any order; `finish` ends it.
  int add_region(std::string path, int parent);
  ComponentRef add_component(const ComponentType& type, std::string path, int region, double multiplicity = 1.0);
  /// `start` are the values where the search for a steady state begins. Signals are nodes of Connector::output.
  int add_node(Connector connector, std::string path, std::span<const double> start);
  void connect(ComponentRef component, int port, int node);
  /// Lets an input read any readable unknown.
  void read(ComponentRef component, int port, Unknown unknown);
  /// Drives a signal node by a function of time, s. Functions of one key other than 0 are the same.
  void drive(int node, std::function<double(double)> value, std::uint64_t key = 0);
  /// `linearisations`: how many factorisations are kept side by side; without any it can be evaluated, but not solved.
  void finish(Workers workers, int linearisations = 1);
  /// What `finish` has left out.
  void prepare_to_solve(int linearisations);
  /// The region whose norm an unknown counts in: a component's states in its own, a node's values in the lowest that
  /// holds all that is connected to it.
  const std::vector<int>& norm_regions() const { return norm_regions_; }
  /// Unknowns over which norms are taken, by the places where each list begins, and how many equal ones each stands
  /// for.
  struct NormLists {
    std::vector<int> begin, unknowns;
    std::vector<double> copies;  ///< empty: one each
    std::vector<double> sizes;   ///< of the lists, copies included: set_norm_lists counts them
  };
  void set_norm_lists(NormLists lists);

  // Structure.
  struct Connection {
    ComponentRef component;
    int port, node;
  };
  const std::vector<Connection>& connections() const { return connections_; }
  struct Reading {
    ComponentRef component;
    int port;
    Unknown unknown;
  };
  const std::vector<Reading>& readings() const { return readings_; }
  struct Source {
    int node;
    std::function<double(double)> value;
    std::uint64_t key;
  };
  const std::vector<Source>& sources() const { return sources_; }
  int component_region(ComponentRef c) const { return component_regions_[c.group][c.index]; }
  std::span<const double> node_start(int node) const { return nodes_[node].start; }
  void set_start(int node, std::span<const double> start);
  GroupBase& group(int g) { return *groups_[g]; }
  const GroupBase& group(int g) const { return *groups_[g]; }
  int groups() const { return static_cast<int>(groups_.size()); }
  int size() const { return size_; }
  int nodes() const { return static_cast<int>(nodes_.size()); }
  Connector node_connector(int node) const { return nodes_[node].connector; }
  const std::string& node_path(int node) const { return nodes_[node].path; }
  /// Names of a node's values ("p", "T"); a signal's only one is "value".
  std::vector<std::string> node_value_names(int node) const;
  /// -1 if there is none of this name; a signal's value needs no name.
  int node_value_index(int node, std::string_view name) const;
  int node_unknown(int node) const { return nodes_[node].first_unknown; }
  int unknown(const Unknown& u) const;
  const std::vector<Region>& regions() const { return regions_; }
  std::string unknown_name(int unknown) const;
  std::string_view unknown_unit(int unknown) const;
  bool is_differential(int unknown) const { return differential_[unknown]; }
  /// Whether the equation of this number balances a store or a node: what is missing in it adds up over time.
  bool is_balance(int equation) const { return equation >= first_node_unknown_ || differential_[equation]; }
  /// For loops over many unknowns: 1 for those that are differential, and for equations that are balances; else 0.
  const float* has_rate() const { return has_rate_.data(); }
  const float* balances() const { return balances_.data(); }
  /// And for the balances that `imbalance` looks at, of power or mass at electrical and liquid nodes.
  const double* strict_balances() const { return strict_balances_.data(); }
  const Condensation& condensation() const { return *condensation_; }
  ThreadPool& pool() { return *pool_; }

  // What this rank computes. Vectors are whole on every rank; what other ranks compute is not up to date in them.
  Ranks& ranks() const { return *ranks_; }
  /// Regions that one rank has for itself, not counting those in them. A System that is not solved has none: every rank
  /// evaluates all of it.
  int dealt_regions() const;
  /// Whether this rank computes a component; one may be computed by all.
  bool is_here(ComponentRef c) const { return is_here(region_ranks_[component_region(c)]); }

  /// What is computed in one go: a piece, by one thread and small enough to stay in its cache, or the trunk, which
  /// joins the pieces. An equation of a piece has unknowns of the piece and of the trunk.
  struct Part {
    std::vector<std::pair<int, int>> unknowns;  ///< as ranges
    std::vector<Chunk> chunks;
  };
  struct Unit : Part {
    bool is_trunk = false;
    int piece = -1;                          ///< its number
    std::vector<int> rows;                   ///< the unknowns that are values of nodes
    std::vector<int> nodes, sources, norms;  ///< by their numbers
    Part resting, awake;                     ///< what may rest, GroupBase::may_rest, and all else: nodes too
    struct Scaled {
      int begin, end;
      double absolute, relative;
    };
    std::vector<Scaled> scaled;  ///< what has a tolerance that goes with its value; `absolute` where that of K is 1
  };
  /// Calls f(unit) for the pieces, by several threads.
  template <class F>
  void for_each_piece(const F& f) {
    pool_->parallel_for(static_cast<int>(pieces_.size()), 1, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) f(pieces_[i]);
    });
  }
  const Unit& trunk() const { return trunk_; }
  template <class F>
  void for_each_unit(const F& f) {
    for_each_piece(f);
    f(trunk_);
  }
  /// The share of all unknowns that may rest.
  double resting_share() const;
  /// Brings what other ranks compute of a vector of unknowns, or of the meters, up to date.
  void complete(std::vector<double>& values) const;
  void complete_meters();
  std::vector<double> start() const;

  /// What drives a signal node at t.
  double source_value(int node, double t) const;

  // Evaluation.
  void residual(double t, const double* y, const double* dy, double* r);
  /// With `shares` like components of a piece share matrices, see GroupBase: Newton's steps are then nearly those of
  /// the exact Jacobian where their states are near each other.
  void linearise(double t, const double* y, const double* dy, double cj, int slot, bool shares = false);
  void solve(int slot, const double* r, double* delta);

  // The same unit by unit. The trunk comes last on the way up (residual, eliminate) and first on the way down
  // (substitute).
  void set_time(double t);
  /// At the time that was set.
  void residual(const Unit& unit, const double* y, const double* dy, double* r) { residual(unit, unit, y, dy, r); }
  void select_linearisation(int slot);
  void eliminate(const Unit& unit, const double* r) { eliminate(unit, unit, r); }
  void substitute(const Unit& unit, const double* r, double* delta) { substitute(unit, unit, r, delta); }

  // Only the components of a part of a unit, and its nodes. What rests is taken to be linear: its equations hold, its
  // flows follow its nodes, and its states come last.
  void residual(const Unit& unit, const Part& part, const double* y, const double* dy, double* r);
  void eliminate(const Unit& unit, const Part& part, const double* r);
  void substitute(const Unit& unit, const Part& part, const double* r, double* delta);
  void follow(const Unit& unit, const double* delta);
  void settle(const Unit& unit, const Settling& settling);

  // Norms and balances.
  /// 1 / (absolute + relative |y|) of each unknown, by its unit.
  void inverse_weights(const double* y, const Tolerances& tolerances, double* inverse);
  /// The same of those of a unit that go with its values, where the others are there.
  void update_inverse_weights(const Unit& unit, const double* y, const Tolerances& tolerances, double* inverse);
  /// Of all unknowns, of differential ones only, or of a part of each unit; only in that of what rests the others
  /// count, as zero.
  enum class Norm { all, differential, awake, resting };
  /// The largest over all regions of the root mean square of v times its inverse weight; infinite if anything is not
  /// finite.
  double norm(Norm kind, const double* v, const double* inverse_weight);
  double norm(const double* v, const double* inverse_weight) { return norm(Norm::all, v, inverse_weight); }
  /// The same unit by unit, and then all together: the squares of the quotients of a unit go where `squares` says.
  double* squares() { return squares_.data(); }
  void take_norms(Norm kind, const Unit& unit);
  double largest_norm(Norm kind);
  /// What the node balances r lack, all together, as a share of what flows through the nodes by the last residual: of
  /// electrical power and of liquid mass, the larger.
  double imbalance(const double* y, const double* r);
  /// Integrals of an exchange, J and kg.
  using Meter = Exchange;
  Meter meter_of(ComponentRef c) const;
  /// Adds weight x exchange of every component to its meter, from the through-values of the last residual: at once, or
  /// to what is pending until it is committed or discarded.
  void meter(const Unit& unit, const double* y, double weight) { add_exchange(meters_, unit, y, weight); }
  void meter(const double* y, double weight);
  void meter_pending(const Unit& unit, const double* y, double weight) { add_exchange(pending_, unit, y, weight); }
  void commit_meters(const Unit& unit);
  void discard_meters();
  /// For an integrator that keeps its own quadratures.
  void add_to_meter(ComponentRef c, const Meter& increment);
  void reset_meters();
  double stored_energy(const double* y) const;

  /// Number of values that inputs hold, and these, component by component, into `values`.
  std::size_t held_size() const;
  void held_values(std::vector<double>& values) const;
  void set_held_values(const std::vector<double>& values);
  /// What changes along a run: held inputs and meters.
  void archive(Archive& archive);

 private:
  struct Node {
    Connector connector;
    std::string path;
    std::vector<double> start;
    int first_unknown = -1;
  };

  /// What an unknown belongs to: a component, or a node, and which of its values it is.
  struct Owner {
    ComponentRef component;
    const Node* node;
    int value;
  };
  Owner owner(int unknown) const;
  void number_unknowns();
  void wire();
  void list_balances();
  void assign_norm_regions();
  void list_lacks();
  void set_parts();
  void deal_regions();
  void list_units();
  void list_source(int source);
  void list_scaled(Unit& unit);
  template <class F>
  void for_each_tolerance(const Unit& unit, const F& f) const;
  void list_chunks();
  void list_what_rests(Unit& piece);
  void list_of_ranks();
  NormLists& norm_lists(Norm kind) { return norm_lists_[static_cast<int>(kind)]; }
  template <class Counts>
  NormLists of_norms(const Counts& counts) const;
  void list_norms_of_units();
  void list_norms_of_parts();
  void list_shared();
  bool is_here(int rank) const { return rank < 0 || rank == ranks_->rank(); }
  int rank_of_unknown(int unknown) const { return region_ranks_[condensation_->region_of(unknown)]; }
  /// The unit of a region; none if another rank computes it.
  Unit* unit_of(int region);
  /// Threads share the chunks of the trunk.
  template <class F>
  void for_each_chunk(const Unit& unit, const Part& part, const F& f) {
    constexpr int grain = 4;
    if (!unit.is_trunk) {
      for (const Chunk& chunk : part.chunks) f(chunk);
      return;
    }
    pool_->parallel_for(static_cast<int>(part.chunks.size()), grain, [&](int begin, int end) {
      for (int i = begin; i < end; ++i) f(part.chunks[i]);
    });
  }
  template <class F>
  void for_each_chunk(const Unit& unit, const F& f) {
    for_each_chunk(unit, unit, f);
  }
  void balance(const Unit& unit, const double* y, double* r);
  void take_norms_of_lists(Norm kind, const Unit& unit);
  using Meters = std::vector<std::vector<ExchangeOf<Pack>>>;  ///< by group and pack
  void add_exchange(Meters& meters, const Unit& unit, const double* y, double weight);
  void set_meter(ComponentRef c, const Meter& meter);
  void note_lacks(const Unit& unit, const double* y, const double* r);

  std::vector<std::unique_ptr<GroupBase>> groups_;
  std::map<std::string, int, std::less<>> group_of_type_;
  std::vector<std::vector<int>> component_regions_;
  std::vector<Region> regions_;
  std::vector<Node> nodes_;
  std::vector<Source> sources_;
  std::vector<Reading> readings_;
  std::vector<Connection> connections_;
  Ranks* ranks_ = &Workers::alone();
  std::vector<int> region_ranks_;   ///< -1: all
  std::vector<int> region_pieces_;  ///< -1: the trunk
  std::vector<Unit> pieces_;        ///< that this rank computes
  std::vector<int> units_;          ///< place of each piece in pieces_, -1: of another rank
  Unit trunk_;
  std::vector<std::vector<std::pair<int, int>>> of_rank_;  ///< unknowns of one rank alone, by rank
  SharedValues shared_rows_;  ///< what goes into balances and equations of all ranks from the components of one
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Condensation> condensation_;

  int size_ = 0;
  int first_node_unknown_ = 0;
  std::vector<char> differential_;
  std::vector<float> has_rate_, balances_;
  std::vector<double> strict_balances_;
  std::vector<std::string_view> row_units_;   ///< of the values of nodes
  std::vector<double> diagonal_;              ///< of node rows: -1 for signals
  std::vector<int> balance_begin_;            ///< per node unknown, into balance_terms_
  std::vector<const double*> balance_terms_;  ///< through-values that enter the balance
  std::vector<double> gross_;                 ///< what flows through a node, by node unknown
  std::vector<double> source_values_;         ///< at the time that was set
  std::vector<int> norm_regions_;             ///< by unknown
  NormLists norm_lists_[4];                   ///< by Norm
  bool norms_cross_ = false;                  ///< a list has unknowns of more than one rank
  std::vector<double> norms_;                 ///< of the lists
  std::vector<double> squares_;               ///< of a vector in units of its weights
  std::vector<int> node_regions_;             ///< the highest in which a node's values are eliminated
  /// What the nodes of a region, and of those in it, lack, and what flows through them.
  struct Lack {
    double power = 0.0, power_through = 0.0, mass = 0.0, mass_through = 0.0;
    void add(const Lack& b) {
      power += b.power, power_through += b.power_through, mass += b.mass, mass_through += b.mass_through;
    }
  };
  std::vector<Lack> lacks_, sums_;  ///< of regions, and with those in them
  SharedValues shared_lacks_;       ///< of the uppermost regions of one rank
  Meters meters_, pending_;         ///< the second, of the step at hand
};

}  // namespace wattloop

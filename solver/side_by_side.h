#pragma once
// Several plants in one System: their equal components share lanes.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "solver/integrator.h"
#include "solver/system.h"

namespace wattloop {

/// Plants that do not touch each other in one System, each in a region of its own. The components of one number of all
/// plants lie one after the other, so that they fill packs. Inputs are written and states are read on the plants' own
/// Systems, which are evaluated but never solved.
class SideBySide {
 public:
  SideBySide(std::vector<System*> plants, int linearisations);

  System& system() { return all_; }
  int plants() const { return static_cast<int>(plants_.size()); }

  /// Hands the inputs of a plant over.
  void take_inputs(int plant);
  /// Adds what meters have counted to those of the plants.
  void give_meters();
  /// The unknowns of a plant out of those of all, and into them.
  void take_out(int plant, std::span<const double> all, std::vector<double>& own) const;
  void put_in(int plant, std::span<const double> own, std::vector<double>& all) const;

 private:
  void add_components();
  void add_nodes(int plant);
  void join(int plant);
  void map_unknowns(int plant);

  std::vector<System*> plants_;
  System all_;
  std::vector<std::vector<int>> regions_, nodes_;              ///< by plant: of its own, in the System of all
  std::vector<std::vector<std::vector<ComponentRef>>> parts_;  ///< by plant, group and component
  std::vector<std::vector<int>> unknowns_;                     ///< by plant
};

/// What the simulation of one plant sees of an integrator that advances several: the time and its own state.
class SharedIntegrator final : public Integrator {
 public:
  void restart(double t, std::vector<double> y) override { t_ = t, y_ = std::move(y); }
  void jumped() override { has_jumped_ = true; }
  /// Throws: its owner advances.
  Stop advance(double t_end) override;
  void set_root(std::function<double(const std::vector<double>& y)> root) override { root_ = std::move(root); }
  void on_step(LookAtStep look) override { look_ = std::move(look); }
  double time() const override { return t_; }
  const std::vector<double>& state() const override { return y_; }
  const Statistics& statistics() const override { return statistics_; }
  bool is_resumable() const override { return false; }
  void archive(Archive& archive) override;

  // For who advances it.
  void come_to(double t, const SideBySide& plants, int plant, std::span<const double> all);
  double root(const std::vector<double>& y) const { return root_ ? root_(y) : -1.0; }
  bool looks_at_steps() const { return look_ != nullptr; }
  void stepped(double begin, double end, const std::vector<double>& y) const { look_(begin, end, y); }
  bool take_jump() { return std::exchange(has_jumped_, false); }
  void set_statistics(const Statistics& statistics) { statistics_ = statistics; }

 private:
  double t_ = 0.0;
  std::vector<double> y_;
  bool has_jumped_ = false;
  std::function<double(const std::vector<double>&)> root_;
  LookAtStep look_;
  Statistics statistics_;
};

}  // namespace wattloop

#pragma once
// An integrator that solves copies once, as long as nothing tells them apart.

#include <functional>
#include <memory>
#include <vector>

#include "solver/integrator.h"
#include "solver/symmetry.h"

namespace wattloop {

/// Stands between a simulation, which knows the full System, and an integrator of its quotient. Where inputs tell
/// copies apart the classes are found anew and the integrator goes on, with the same steps and matrices, on what is
/// then the quotient. Once most components differ the full System itself is integrated.
class SymmetricIntegrator final : public Integrator {
 public:
  using Make = std::function<std::unique_ptr<Integrator>(System&)>;
  /// Called with the time, the classes and the component by which the ones before were split; at the start with none.
  using Report = std::function<void(double t, const Symmetry& symmetry, ComponentRef told_apart)>;

  SymmetricIntegrator(System& full, Workers workers, int linearisations, Make make);

  void on_grouping(Report report) { report_ = std::move(report); }

  void restart(double t, std::vector<double> y) override;
  void jumped() override { integrator_->jumped(); }
  Stop advance(double t_end) override;
  void set_root(std::function<double(const std::vector<double>& y)> root) override;
  void on_step(LookAtStep look) override;
  void settle_meters() override;

  double time() const override { return integrator_->time(); }
  const std::vector<double>& state() const override { return quotient_ ? y_ : integrator_->state(); }
  const Statistics& statistics() const override { return integrator_->statistics(); }

  bool is_resumable() const override { return integrator_->is_resumable(); }
  void archive(Archive& archive) override;

 private:
  void group(double t, ComponentRef told_apart);
  void use(Symmetry symmetry);
  void install_root();
  void install_look();
  void split();
  void show(const std::vector<double>& reduced);

  System& full_;
  Workers workers_;
  int linearisations_;
  Make make_;
  Report report_;
  std::unique_ptr<Quotient> quotient_;  ///< none: the full System is integrated
  std::unique_ptr<Integrator> integrator_;
  std::function<double(const std::vector<double>&)> root_;
  LookAtStep look_;
  std::vector<double> y_;
  std::vector<double> shown_;  ///< what y_ shows of the quotient's state; empty: of none
  std::vector<double> whole_;
};

/// Whether so much is equal that solving it once pays.
bool is_worthwhile(const Symmetry& symmetry);

}  // namespace wattloop

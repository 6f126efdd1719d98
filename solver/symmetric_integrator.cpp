#include "solver/symmetric_integrator.h"

namespace wattloop {

bool is_worthwhile(const Symmetry& symmetry) {
  constexpr double most = 0.5;  // of the components: states go back and forth between the plants at every step
  return static_cast<double>(symmetry.distinct()) < most * static_cast<double>(symmetry.all());
}

SymmetricIntegrator::SymmetricIntegrator(System& full, Workers workers, int linearisations, Make make)
    : full_(full), workers_(workers), linearisations_(linearisations), make_(std::move(make)) {}

/// Finds the classes at y_ and makes an integrator for them that has not begun.
void SymmetricIntegrator::group(double t, ComponentRef told_apart) {
  Symmetry symmetry = Symmetry::of(full_, y_);
  if (report_) report_(t, symmetry, told_apart);
  use(is_worthwhile(symmetry) ? std::move(symmetry) : Symmetry{});
}

/// Makes an integrator for these classes; for the full System if there are none.
void SymmetricIntegrator::use(Symmetry symmetry) {
  quotient_.reset();
  shown_.clear();
  if (symmetry.component.empty())
    full_.prepare_to_solve(linearisations_);
  else
    quotient_ = std::make_unique<Quotient>(full_, std::move(symmetry), workers_, linearisations_);
  integrator_ = make_(quotient_ ? quotient_->system() : full_);
  install_root();
  install_look();
}

void SymmetricIntegrator::restart(double t, std::vector<double> y) {
  y_ = std::move(y);
  group(t, {});
  integrator_->restart(t, quotient_ ? quotient_->reduce(y_) : y_);
}

void SymmetricIntegrator::split() {
  const std::unique_ptr<Quotient> before = std::move(quotient_);
  const std::unique_ptr<Integrator> integrator = std::move(integrator_);
  before->give_meters();
  group(integrator->time(), before->told_apart());
  const auto values = [&](std::span<const double> v) {
    std::vector<double> full;
    before->expand(v, full);
    return quotient_ ? quotient_->reduce(full) : full;
  };
  const auto rows = [&](std::span<const double> v) {
    std::vector<double> full = before->expand_rows(v);
    return quotient_ ? quotient_->reduce_rows(full) : full;
  };
  const auto inputs = [&](std::span<const double> v) {
    std::vector<double> full = before->expand_inputs(v);
    return quotient_ ? quotient_->reduce_inputs(full) : full;
  };
  integrator_->take_over(*integrator, {values, rows, inputs});
}

/// Several look at each state: roots, what looks at steps, records.
void SymmetricIntegrator::show(const std::vector<double>& reduced) {
  if (reduced == shown_) return;
  quotient_->expand(reduced, y_);
  shown_ = reduced;
}

Integrator::Stop SymmetricIntegrator::advance(double t_end) {
  if (quotient_ && !quotient_->take_inputs()) split();
  try {
    const Stop stop = integrator_->advance(t_end);
    if (quotient_) show(integrator_->state());
    return stop;
  } catch (...) {
    if (quotient_) show(integrator_->state());  // not a step that was tried
    throw;
  }
}

void SymmetricIntegrator::set_root(std::function<double(const std::vector<double>& y)> root) {
  root_ = std::move(root);
  if (integrator_) install_root();
}

void SymmetricIntegrator::install_root() {
  if (!root_) return;
  if (!quotient_) return integrator_->set_root(root_);
  integrator_->set_root([this](const std::vector<double>& y) {
    whole_ = y;
    quotient_->system().complete(whole_);
    show(whole_);
    return root_(y_);
  });
}

void SymmetricIntegrator::on_step(LookAtStep look) {
  look_ = std::move(look);
  if (integrator_) install_look();
}

void SymmetricIntegrator::install_look() {
  if (!look_) return;
  if (!quotient_) return integrator_->on_step(look_);
  integrator_->on_step([this](double begin, double end, const std::vector<double>& y) {
    show(y);
    look_(begin, end, y_);
  });
}

void SymmetricIntegrator::settle_meters() {
  if (quotient_)
    quotient_->give_meters();
  else
    integrator_->settle_meters();
}

/// Where parameters have changed since it was written, what they tell apart is split at once.
void SymmetricIntegrator::archive(Archive& archive) {
  archive.expect("symmetry");
  Symmetry symmetry = quotient_ ? quotient_->symmetry() : Symmetry{};
  archive(symmetry);
  if (archive.reads()) {
    if (!symmetry.component.empty() && !symmetry.fits(full_)) throw ArchiveError("classes of another plant");
    use(std::move(symmetry));
  }
  if (quotient_) quotient_->system().archive(archive);
  integrator_->archive(archive);
  if (!archive.reads() || !quotient_) return;
  show(integrator_->state());
  if (!quotient_->has_equal_copies()) split();
}

}  // namespace wattloop

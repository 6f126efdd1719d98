#include "io/ensemble_batch.h"

#include <algorithm>
#include <limits>
#include <map>

#include "solver/errors.h"

namespace wattloop {

namespace {

constexpr double same_instant = 1e-6;  // s

std::vector<System*> systems(const std::vector<MemberRun*>& members, const std::function<System&(MemberRun&)>& of) {
  std::vector<System*> list;
  for (MemberRun* member : members) list.push_back(&of(*member));
  return list;
}

/// Whether all racks of a job do the same.
bool is_alike(const JobSpec& job) {
  if (const auto* trace = std::get_if<TraceSpec>(&job.kind)) return trace->columns.size() == 1;
  if (const auto* training = std::get_if<TrainingSpec>(&job.kind))
    return training->spread == 0.0 && training->drift == 0.0;
  if (const auto* inference = std::get_if<InferenceSpec>(&job.kind)) return !inference->multiply;
  return true;
}

/// A number for each rack: equal for those with the same workload, -1 for those that idle.
std::vector<int> rack_kinds(const WorkloadSpec& workload) {
  int racks = 0;
  for (const JobSpec& job : workload.jobs)
    for (const auto& [first, last] : job.racks) racks = std::max(racks, last + 1);
  std::vector<std::vector<int>> work(racks);  // job, and the rack where it matters
  for (std::size_t j = 0; j < workload.jobs.size(); ++j)
    for (const auto& [first, last] : workload.jobs[j].racks)
      for (int rack = first; rack <= last; ++rack) {
        work[rack].push_back(static_cast<int>(j));
        work[rack].push_back(is_alike(workload.jobs[j]) ? -1 : rack);
      }
  std::map<std::vector<int>, int> numbers{{{}, -1}};
  std::vector<int> kinds;
  for (const auto& list : work)
    kinds.push_back(numbers.try_emplace(list, static_cast<int>(numbers.size())).first->second);
  return kinds;
}

bool has_noise(const Template& body) {
  return std::any_of(body.sequences.begin(), body.sequences.end(),
                     [](const SequenceLine& line) { return std::holds_alternative<NoiseSpec>(line.spec); });
}

}  // namespace

void merge_copies(Case& description) {
  NetworkDefinition& network = description.network;
  bool noisy = has_noise(network.site);  // each copy has its own
  for (const auto& [name, body] : network.templates) noisy = noisy || has_noise(body);
  network.merges_copies = description.run.symmetry && !noisy;
  if (description.workload) network.rack_kinds = rack_kinds(*description.workload);
}

MemberRun::MemberRun(Case description) : twin_(std::make_unique<Twin>(std::move(description), 1)) {}

bool MemberRun::is_large() const {
  constexpr int large = 3000;  // unknowns
  return twin_->network().system().size() > large;
}

void MemberRun::begin(std::unique_ptr<Integrator> integrator) {
  run_ = std::make_unique<CaseRun>(*twin_, std::move(integrator));
  run_->on_record([](int, double, const auto&) {});
  run_->start();
}

void MemberRun::run_alone(const std::function<bool()>& interrupted) {
  begin(twin_->integrator(false));
  run_->stop_if([&](double) { return interrupted && interrupted(); });
  run_->run(settings().duration);
}

Batch::Batch(std::vector<MemberRun*> members)
    : members_(std::move(members)),
      plants_(systems(members_, [](MemberRun& m) -> System& { return m.twin_->system(); }), Sdirk::linearisations),
      integrator_(plants_.system(), Tolerances{members_.front()->settings().tolerance},
                  members_.front()->settings().forcing_interval) {
  integrator_.set_root([this](const std::vector<double>& y) {
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < members_.size(); ++i) {
      plants_.take_out(static_cast<int>(i), y, own_);
      highest = std::max(highest, members_[i]->shared_->root(own_));
    }
    return highest;
  });
  integrator_.on_step([this](double begin, double end, const std::vector<double>& y) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (!members_[i]->shared_->looks_at_steps()) continue;
      plants_.take_out(static_cast<int>(i), y, own_);
      members_[i]->shared_->stepped(begin, end, own_);
    }
  });
}

void Batch::start() {
  std::vector<double> y(plants_.system().size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    auto shared = std::make_unique<SharedIntegrator>();
    members_[i]->shared_ = shared.get();
    members_[i]->begin(std::move(shared));
    plants_.put_in(static_cast<int>(i), members_[i]->run_->state(), y);
  }
  for (std::size_t i = 0; i < members_.size(); ++i) {
    members_[i]->run_->simulation().begin();
    members_[i]->shared_->take_jump();
    plants_.take_inputs(static_cast<int>(i));
  }
  integrator_.restart(0.0, std::move(y));
}

/// Every member for which something is due does it.
void Batch::arrive(Integrator::Stop stop, double t_end) {
  const double t = integrator_.time();
  bool any = false;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    SharedIntegrator& shared = *members_[i]->shared_;
    Simulation& simulation = members_[i]->run_->simulation();
    const bool is_due = simulation.next_instant(t_end) <= t + same_instant;
    shared.come_to(t, plants_, static_cast<int>(i), integrator_.state());
    const bool at_root = stop == Integrator::Stop::root && shared.root(shared.state()) >= 0.0;
    if (!is_due && !at_root) continue;
    simulation.arrive(at_root ? Integrator::Stop::root : Integrator::Stop::end);
    any = shared.take_jump() || any;
    plants_.take_inputs(static_cast<int>(i));
  }
  if (any) integrator_.jumped();
}

void Batch::run(const std::function<bool()>& interrupted) {
  start();
  const double t_end = members_.front()->settings().duration;
  while (integrator_.time() < t_end - same_instant) {
    if (interrupted && interrupted()) return;
    double next = t_end;
    for (MemberRun* member : members_) next = std::min(next, member->run_->simulation().next_instant(t_end));
    arrive(integrator_.advance(next), t_end);
  }
  plants_.give_meters();
}

}  // namespace wattloop

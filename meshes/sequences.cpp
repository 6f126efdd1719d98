#include "meshes/sequences.h"

#include <cmath>

#include "meshes/sequence_binding.h"
#include "models/random.h"

namespace wattloop {

namespace {

constexpr double never = -1e300;  // s

class Threshold final : public Sequence {
 public:
  Threshold(const ThresholdSpec& spec, Network& network, int scope, PathFinder& find)
      : spec_(spec), system_(network.system()), measure_(find.measure(scope, spec.measure)) {
    for (const std::string& path : spec.write) find.inputs(scope, path, inputs_);
  }

  bool sample(double t, const double* y, std::vector<LogEntry>& log) override {
    const bool reversed = spec_.off_below > spec_.on_above;
    const double measured = measure_.value(system_, y);
    const bool on = reversed ? measured < spec_.on_above : measured > spec_.on_above;
    const bool off = reversed ? measured > spec_.off_below : measured < spec_.off_below;
    const bool wanted = on || (is_on_ && !off);
    if (wanted != is_on_ && t >= changed_at_ + spec_.min_hold) {
      is_on_ = wanted;
      if (started_) log.push_back({t, spec_.write.front(), wanted ? "on" : "off"});
      if (started_) changed_at_ = t;
    }
    started_ = true;
    return write(system_, inputs_, is_on_ ? spec_.on_value : spec_.off_value, failed_);
  }

  void set_failed(const InputSet& failed) override { failed_ = failed; }
  std::string state() const override { return is_on_ ? "on" : "off"; }
  void archive(Archive& archive) override {
    archive.expect("threshold " + label);
    archive(is_on_, started_, changed_at_);
  }

 private:
  ThresholdSpec spec_;
  System& system_;
  BoundSignal measure_;
  std::vector<InputRef> inputs_;
  InputSet failed_;
  bool is_on_ = false, started_ = false;
  double changed_at_ = never;
};

/// A number depends on seed, input and interval alone, not on when else the sequence is sampled.
class Noise final : public Sequence {
 public:
  Noise(const NoiseSpec& spec, Network& network, int scope, PathFinder& find) : spec_(spec), system_(network.system()) {
    for (const std::string& path : spec.write) {
      const std::size_t before = inputs_.size();
      find.inputs(scope, path, inputs_);
      find.check_value({inputs_.begin() + static_cast<std::ptrdiff_t>(before), inputs_.end()}, path, spec.amplitude,
                       spec.unit);
    }
  }

  bool sample(double t, const double*, std::vector<LogEntry>&) override {
    constexpr double rounding = 1e-9;  // of an interval
    const auto interval = static_cast<std::uint64_t>(std::floor(t / spec_.interval + rounding));
    bool changed = false;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      std::uint64_t stream = i;
      for (const char c : label) stream = mix_bits(stream ^ static_cast<unsigned char>(c));
      changed |= write(system_, {inputs_[i]}, spec_.amplitude * RandomStream(seed, stream).normal(interval), {});
    }
    return changed;
  }

  void set_failed(const InputSet&) override {}
  std::string state() const override { return "noise"; }
  void archive(Archive& archive) override { archive.expect("noise " + label); }

 private:
  NoiseSpec spec_;
  System& system_;
  std::vector<InputRef> inputs_;
};

}  // namespace

std::unique_ptr<Sequence> bind(const SequenceSpec& spec, const std::string& name, Network& network, int scope,
                               const Origin& origin, InputOwners& owners) {
  PathFinder find(network, name, origin, owners);
  std::unique_ptr<Sequence> sequence;
  if (const auto* staging = std::get_if<StagingSpec>(&spec)) sequence = bind_staging(*staging, network, scope, find);
  if (const auto* modes = std::get_if<ModesSpec>(&spec)) sequence = bind_modes(*modes, network, scope, find);
  if (const auto* threshold = std::get_if<ThresholdSpec>(&spec))
    sequence = std::make_unique<Threshold>(*threshold, network, scope, find);
  if (const auto* noise = std::get_if<NoiseSpec>(&spec))
    sequence = std::make_unique<Noise>(*noise, network, scope, find);
  find.throw_if_any();
  return sequence;
}

}  // namespace wattloop

#pragma once
// One Liquid for all networks that have the same: their components then go through lanes together.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "models/fluids.h"

namespace wattloop {

/// Makes a liquid at the first request for its name and specification. Threads may share it.
class LiquidPool {
 public:
  std::shared_ptr<const Liquid> get(const std::string& name, const LiquidSpec& spec) {
    const std::lock_guard lock(mutex_);
    auto& liquid = liquids_[{name, spec.kind, spec.fraction, spec.basis, spec.p_ref}];
    if (!liquid) liquid = std::make_shared<const Liquid>(make_liquid(spec));
    return liquid;
  }

 private:
  std::mutex mutex_;
  std::map<std::tuple<std::string, LiquidKind, double, FractionBasis, double>, std::shared_ptr<const Liquid>> liquids_;
};

}  // namespace wattloop

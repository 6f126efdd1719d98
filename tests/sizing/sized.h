#pragma once
// A request sized for a test that looks at the design alone.

#include "io/sizing/sizing.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

/// Without proof and sensitivities.
inline SizingResult sized_alone(const Request& request) {
  SizingOptions options;
  options.proves = options.has_sensitivities = false;
  return size(request, options);
}

}  // namespace wattloop::sizing

#include "models/list_air_and_heat.h"

#include "models/describe_list.h"

namespace wattloop {

ComponentTypes air_and_heat_types() {
  return describe(AirAndHeatComponents{});
}

}  // namespace wattloop

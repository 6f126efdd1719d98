#pragma once
// All components. A list for each subject, so that a new component compiles only what it stands beside.

#include "models/component_types.h"
#include "models/list_air_and_heat.h"
#include "models/list_control.h"
#include "models/list_direct_on_line.h"
#include "models/list_electrical.h"
#include "models/list_liquid.h"

namespace wattloop {

using AllComponents =
    Joined<AirAndHeatComponents, ControlComponents, DirectOnLineComponents, ElectricalComponents, LiquidComponents>;

}  // namespace wattloop

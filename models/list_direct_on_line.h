#pragma once
// Machines with their motors on the bus. To add a component, write its header and add it here.

#include "models/component_list.h"
#include "models/direct_on_line.h"

namespace wattloop {

using DirectOnLineComponents = ComponentList<AirCooledChillerDirect, ClosedTowerDirect, CoolingTowerDirect,
                                             DryCoolerDirect, FanWallDirect, WaterCooledChillerDirect>;

}  // namespace wattloop

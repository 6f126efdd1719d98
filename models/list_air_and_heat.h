#pragma once
// Rooms, weather and what rejects heat to the air. To add a component, write its header and add it here.

#include "models/air_cooled_chiller.h"
#include "models/air_zone.h"
#include "models/ambient.h"
#include "models/closed_tower.h"
#include "models/component_list.h"
#include "models/cooling_tower.h"
#include "models/dry_cooler.h"
#include "models/fan_wall.h"
#include "models/heat_reuse.h"
#include "models/water_cooled_chiller.h"

namespace wattloop {

using AirAndHeatComponents = ComponentList<AirCooledChiller, AirZone, Ambient, ClosedTower, CoolingTower, DryCooler,
                                           FanWall, HeatReuse, WaterCooledChiller>;

}  // namespace wattloop

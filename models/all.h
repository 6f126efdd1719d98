#pragma once
// The one list of component types. To add a component, write its header and add it here.

#include <string_view>
#include <vector>

#include "models/air_cooled_chiller.h"
#include "models/air_zone.h"
#include "models/ambient.h"
#include "models/breaker.h"
#include "models/check_valve.h"
#include "models/closed_tower.h"
#include "models/cold_plate.h"
#include "models/control_valve.h"
#include "models/cooling_tower.h"
#include "models/dew_point.h"
#include "models/dry_cooler.h"
#include "models/expansion_vessel.h"
#include "models/fan_wall.h"
#include "models/genset.h"
#include "models/grid.h"
#include "models/heat_reuse.h"
#include "models/isolation_valve.h"
#include "models/line.h"
#include "models/liquid_boundary.h"
#include "models/loads.h"
#include "models/manifold.h"
#include "models/orifice.h"
#include "models/pi_controller.h"
#include "models/picv.h"
#include "models/pipe.h"
#include "models/plate_heat_exchanger.h"
#include "models/power_shelf.h"
#include "models/pump.h"
#include "models/resistance.h"
#include "models/rigid_column.h"
#include "models/sensor.h"
#include "models/signal_blocks.h"
#include "models/storage_tank.h"
#include "models/strainer.h"
#include "models/transformer.h"
#include "models/ups.h"
#include "models/voltmeter.h"
#include "models/water_cooled_chiller.h"
#include "solver/group_base.h"

namespace wattloop {

template <template <class> class... Components>
struct ComponentList {};

using AllComponents =
    ComponentList<AcLoad, AirCooledChiller, AirZone, Ambient, Breaker, CheckValve, ClosedTower, ColdPlate, ControlValve,
                  CoolingTower, DcLoad, DewPoint, DryCooler, ExpansionVessel, FanWall, FlowSource, Genset, Grid,
                  HeatReuse, IsolationValve, Lag, Line, LinearMap, LiquidSource, Manifold, MinMaxSelect, Orifice,
                  PiController, Picv, Pipe, PlateHeatExchanger, PowerShelf, Product, Pump, RateLimiter, Resistance,
                  RigidColumn, Sensor, StorageTank, Strainer, Sum, Transformer, Ups, Voltmeter, WaterCooledChiller>;

/// The descriptions of all component types, in the order of the list.
const std::vector<const ComponentType*>& component_types();
/// The description of the type of this name, or null.
const ComponentType* find_component_type(std::string_view name);

}  // namespace wattloop

#pragma once
// Circuits of liquid. To add a component, write its header and add it here.

#include "models/check_valve.h"
#include "models/cold_plate.h"
#include "models/component_list.h"
#include "models/control_valve.h"
#include "models/expansion_vessel.h"
#include "models/isolation_valve.h"
#include "models/liquid_boundary.h"
#include "models/manifold.h"
#include "models/orifice.h"
#include "models/picv.h"
#include "models/pipe.h"
#include "models/plate_heat_exchanger.h"
#include "models/pump.h"
#include "models/resistance.h"
#include "models/rigid_column.h"
#include "models/storage_tank.h"
#include "models/strainer.h"

namespace wattloop {

using LiquidComponents = ComponentList<CheckValve, ColdPlate, ControlValve, ExpansionVessel, FlowSource, IsolationValve,
                                       LiquidSource, Manifold, Orifice, Picv, Pipe, PlateHeatExchanger, Pump,
                                       Resistance, RigidColumn, StorageTank, Strainer>;

}  // namespace wattloop

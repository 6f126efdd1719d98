#include "io/input_docs.h"

namespace wattloop {

const std::string_view input_introduction = R"(# The case file
A case is one YAML file: what stands where, how it is joined and controlled, what the weather and the workload do, and
how long to run. `wattloop check CASE` says everything that is wrong with it, `wattloop schema` writes a JSON Schema by
which an editor completes and checks while you type. This page is written by the program itself: `wattloop docs`.

```yaml
wattloop: 1                       # version of the case format, required
name: one rack
site: {utc_offset: -6 h, altitude: 595 m}
run: {start: 2026-07-15T00:00, duration: 24 h, resolution: rack}
weather: design_day
liquids:
  loop: {kind: propylene_glycol, fraction: 25 %, basis: mass}
workload:
  jobs:
    pretraining: {kind: training, racks: [1-80], period: 3 s}
parts:                            # what there is
  rack: {use: gb300_nvl72, count: 80}
  pump: {type: pump, m_flow_nominal: 3 kg/s, dp_nominal: 250 kPa, dp_shutoff: 350 kPa, speed: {signal: control.u}}
nodes:                            # what is joined
  supply: [pump.outlet, rack.inlet]
```

| section | holds |
|---|---|
| `wattloop` | the version of the case format: 1. Another version is refused, with a word on what to do. |
| `extends` | another case that this one changes: [below](#building-on-another-case) |
| `name`, `description` | for people; both go into the results |
| `site` | `utc_offset`, `altitude`, `pressure` (without it that of the standard atmosphere), `latitude`, `longitude` |
| `run` | `start`, `duration`, `resolution`, `record_interval`, `forcing_interval`, `sample_interval`, `sampled_controllers`, `tolerance`, `seed`, `symmetry` |
| `weather` | a name, a file or a mapping |
| `liquids` | what flows in the circuits |
| `workload` | jobs on racks |
| `parts`, `nodes`, `sequences` | the site |
| `templates` | networks that parts repeat |
| `events` | what happens at given times |
| `record` | racks that are recorded in full detail: [below](#recording) |
| `tariff` | `currency` (USD), `energy` in 1/MWh, `demand` in 1/kW of each month's highest mean of 15 min, `water` in 1/m3, `time_of_use: {peak: {from: 14:00, to: 20:00, energy: 90 1/MWh}}` by standard time: for the costs of a run |
| `carbon` | `intensity: 400 g/kWh`, or `file: carbon.csv` with the columns `time`, `gco2_per_kwh`: for the carbon of the grid's energy |
| `connection` | the point where the grid sees the site, for `wattloop grid`: [below](#connection-to-the-grid) |
| `calibration` | what was measured and what is fitted to it, for `wattloop replay` and `calibrate`: [calibration.md](calibration.md) |

## Quantities
Every quantity carries its unit: `45 degC`, `1200 gpm`, `35 psi`, `2.3 MW`. A bare number where a unit is needed is an
error; pure numbers are written as they are or in per cent (`0.8`, `80 %`). Units are those of UDUNITS-2 and these:
`gpm`, `cfm`, `Wh`, `var`, `inH2O`, `mH2O`, `psid`, `TR`, `MMBtu`, `rpm`, `pu` (with prefixes: `kWh`, `Mvar`).
The program computes in SI and kelvin.

- **Temperatures and differences are two things.** `45 degC` is a temperature, `45 °C` and `318.15 K` are the same one;
  `C` is the coulomb. A difference is written in `K` (or `delta_degC`, `delta_degF`); `5 degC` for a difference is refused.
- Pressures are absolute unless the table says otherwise.
- A speed in `rpm` counts turns and converts to hertz.
- What a controller measures may be of any kind. Its set point is in a unit of that kind, its gain in 1 over it: a
  controller of a temperature in `degC` has a gain in `1/K`.
- A value may carry its source: `{value: 488 kW/K, source: data sheet 7, confidence: V}` with confidence V (vendor or
  authority), T (third party), D (derived) or A (assumption). Sources go into the results.

## Parts
A part is a component (`type: pump`), a rack (`type: rack`) or a template (`template: cdu`). Its other keys are the
parameters and inputs of its type, and

| key | meaning |
|---|---|
| `count` | so many copies, named `pump_1`, `pump_2`, ...; without it the part is called `pump` |
| `in_parallel` | each copy stands for so many equal units: flows and powers at its ports are theirs together |
| `use` | takes a catalogue entry as defaults |
| `note`, `source`, `confidence` | for people |

Names hold no dots, brackets or blanks.

**Catalogue.** `use: cdu_2300kw_pump` takes the keys of that entry; keys beside it win, mapping by mapping. It may stand
in any mapping, also within another entry. Entries are sought in the directory named by the environment variable
`WATTLOOP_CATALOG`, in `catalog/` beside the case or one level above, and in the catalogue installed with the program;
the first one found counts. Each entry has a `source` and a `confidence`.

**Inputs** are what may change in a run. An input holds a value (`opening: 50 %`), follows a signal
(`opening: {signal: temperature_control.u}`) or a schedule
(`set_point: {schedule: [[0 h, 45 degC], [6 h, 40 degC]]}`: straight lines between knots, time from the start of the run), or a recorded course
(`V: {csv: dips.csv, column: v_pu, scale: 345 kV, start: 1 h}`: a CSV file with `time_s` or `time`, sought beside the file
that names it; `scale` is what 1 in it means; rows hold until the next, changes take a millisecond and steps end at them,
or with `interpolation: linear` are joined by lines).

## Nodes
A node joins ports: `supply: [pump.outlet, rack.inlet]`. A name with copies means all of them (`rack.inlet`), a number
one (`rack_3.inlet`). Ports of a node are of one kind, and each port is joined to exactly one node:

| connector | the node has | what sums to zero at it |
|---|---|---|
| `liquid` | `p` (Pa, absolute), `T` (K) | mass, energy |
| `air` | `p`, `T`, `W` (kg of vapour per kg of dry air) | dry air, energy, vapour |
| `ac` | `V_re`, `V_im` (V, line to line) | current |
| `dc` | `V` | current |
| `heat` | `T` | heat |

Every liquid circuit has one pressure reference, an `expansion_vessel` or `liquid_source`s, which names its liquid. Heat
exchangers part circuits. Every AC network has a source, every air node one `ambient`, a room at most one `air_zone`.

## Templates
A template is a network with ports: those of its nodes that the outside may join.

```yaml
templates:
  cdu:
    ports: {tcs_supply: liquid, tcs_return: liquid, feed: ac}
    parts: ...
    nodes:
      tcs_supply: [pump.outlet]   # the node named like a port is that port
      feed: [pump.electric]
parts:
  cdu: {template: cdu, count: 7}
```

A template that differs from another in some things says these only: with `extends` it is that template with its own keys as
changes, mapping by mapping, null taking a key away, as between [cases](#building-on-another-case).

```yaml
templates:
  warm_hall: {extends: hall, parts: {fan_control: {set_point: 44 degC}, cooler: {count: 40}}}
```

Templates may use templates. Parts have paths from the site: `building_1.block_2.cdu_3.pump`.

## Signals
A signal is read by its path: the value of a node (`cold.T`, `supply.p`), a signal output (`control.u`) or a state that
the table calls readable. A path is looked up from where the part stands outwards: `tcs_supply.T` in a template means its
own node first, then that of the template around it. `weather.T_db`, `weather.T_wb` (K), `weather.W` (kg/kg) and
`weather.p` (Pa) are there everywhere. A signal and its input must be of one dimension; signal blocks (`sum`, `product`,
`linear_map`, ...) take and give SI numbers, and `lag`, `rate_limiter`, `min_max_select` and `sensor` pass the unit on.

**Many values as one.** `measurement: {max: cdu.temperature_control.u}` reads the largest of the values that the path names
in all copies; `min`, `mean` and `sum` likewise (copies that stand for several count so often in a mean or a sum). It works
wherever an input takes a signal, and as what a sequence measures.

What controllers of buildings do is made of these:

| wanted | made of |
|---|---|
| cascade | the output of one `pi_controller` is the `set_point` of another |
| split range | two or three `linear_map`s of one controller's output, one an actuator |
| pressure reset by the most open valve | a direct-acting `pi_controller` on `{max: cdu.temperature_control.u}` with set point 90 %, whose output from `u_min` to `u_max` is the set point of the pumps' controller |
| reset on the weather | `linear_map` on `weather.T_wb` or `weather.T_db` |
| dew-point guard | `dew_point`, a margin by `sum`, the larger of it and the wanted supply by `min_max_select`; its `T_cold` reads the coldest surface for an alarm |
| minimum flow of a pump | a `control_valve` from discharge to suction and a `pi_controller` on `{sum: pump.m_flow}` |
| freeze protection | a `threshold` on the coldest water, with `off_below` above `on_above`, that stops fans or starts a pump |
| a digital controller | a `pi_controller` with a `sample_time`: its output is held between samples |
| rate limit, filter | `rate_limiter`, `lag` |
| a sensor that lags, drifts, freezes or is noisy | `sensor` between the plant and what reads it; a sequence of type `noise` |


## Sequences
Sequences are sampled every `run.sample_interval` and switch equipment. Limits carry the unit of what is measured
(`above: 12 degC`); a `measure` is a path or `{max: path}` and the like. How often each has switched, at most in any hour,
and the shortest run are in the summary.

| `staging` | default | meaning |
|---|---|---|
| `unit` | required | the part whose copies are staged |
| `enable` | required | inputs that are 1 in a running unit and 0 in the others: `[pump.on]` |
| `duty` | required | units that run at most; the others stand by |
| `minimum` | `duty` | units that run at least |
| `measure` | none | path of what is watched; without it `duty` units always run |
| `up_above`, `down_below` | 0.9, 0.4 | a unit more above, a unit less below |
| `delay` | 60 s | how long that must last |
| `min_run` | 600 s | the shortest run of a unit |
| `between` | `min_run` | time between two changes of the number of units |
| `min_stop` | 0 s | a unit stands at least so long |
| `stagger` | 0 s | from the start of one unit to that of the next |
| `starts_per_hour` | 1000 | of one unit at most |
| `rotate` | never | every so often the unit that has rested longest takes over from the one that has run longest; without it, and in `run --year`, the first leads and the last lags |
| `only_while` | none | conditions, as below: while one of them does not hold no unit runs |
| `changeover` | 0.25 s | from a failure to the start of a standby |

A run begins with `duty` units, or with fewer where the measurement is below `down_below` in the steady state it starts from.

| `threshold` | default | meaning |
|---|---|---|
| `measure` | required | path of what is watched |
| `unit` | 1 | its SI unit |
| `write` | required | inputs that are written: `[cooler.pads]` (of all copies) |
| `on_above`, `off_below` | required | limits; with `off_below` above `on_above` it acts the other way round |
| `on_value`, `off_value` | 1, 0 | what is written |
| `min_hold` | 300 s | time between two changes |

**Modes and steps.** A sequence of type `modes` is in one of its modes: change-over of free cooling, a start-up with its
proofs and time limits.

```yaml
sequences:
  start_up:
    type: modes
    modes:                          # it begins in the first
      off:
        write: {pump.on: 0, chiller.on: 0}
        leave: [{to: pump, when: [{measure: weather.T_wb, above: 9 degC}], for: 10 min}]
      pump:
        write: {pump.on: 1}
        leave:                      # the first that is due is taken
          - {to: chiller, when: [{measure: chiller.m_flow, above: 20 kg/s}], for: 30 s}   # the proof
          - {to: off, for: 3 min}                                                        # it did not come
      chiller:
        write: {chiller.on: 1, control.set_point: 12 degC}
        hold: 20 min
        leave: [{to: off, when: [{measure: weather.T_wb, below: 7 degC}], for: 10 min}]
```

`write` gives inputs their values; what a mode does not write stays as it is. All conditions of a `when` hold together, and
have held for `for`; without `when`, `for` counts from the beginning of the mode. A condition is `measure`, less `minus` if that
is there, `above` or `below` a limit or between both. `hold` is the least time in a mode. At the start of a run the changes
whose conditions hold are taken at once, so that the plant begins in the mode that fits. The mode is the state that the hours by
mode of a year count. A mode that should release staged equipment writes a `sum` block, which `only_while` reads.

| key | default | meaning |
|---|---|---|
| `at_once` | no | beside `modes`: it acts where a condition comes true or ceases to hold, or a time runs out, not at the next sample: relays, transfer schemes, trips |
| `entered`, `within` | 1 | of a change: it is open only when its mode has begun so many times within this time, the last beginning counted |

A UPS that has been on its battery four times within a minute stays there until its input has been good for a minute:

```yaml
sequences:
  lock:
    type: modes
    at_once: true
    modes:
      on_input:
        write: {ups.rectifier: 1}
        leave: [{to: on_battery, when: [{measure: voltmeter.V, below: 0.85}]}]
      on_battery:
        write: {ups.rectifier: 0}
        leave:
          - {to: locked, when: [{measure: voltmeter.V, above: 0.9}], entered: 4, within: 1 min}
          - {to: on_input, when: [{measure: voltmeter.V, above: 0.9}], for: 1 s}
      locked:
        leave: [{to: on_input, when: [{measure: voltmeter.V, above: 0.9}], for: 1 min}]
```

A `transfer_switch`, static or automatic, acts by itself; for a scheme of one's own two breakers are one, whose `closed` such a
sequence writes. An interlock is a condition of the step that closes: no
current from the other side, no voltage there (`examples/mv_ring`). `rack.on` is the switch of a rack.

**Curtailment.** What the grid orders, as the share to be shed, is a `sum` that an event or a `schedule` writes; blocks follow in order and
come back one after another:

```yaml
sequences:
  curtailment:
    type: modes
    at_once: true
    modes:
      none:
        write: {block_3.rack.on: 1, block_4.rack.on: 1}
        leave: [{to: some, when: [{measure: order.y, above: 0.1}]}]
      some:
        write: {block_3.rack.on: 1, block_4.rack.on: 0}
        leave:
          - {to: most, when: [{measure: order.y, above: 0.5}]}
          - {to: none, when: [{measure: order.y, below: 0.1}], for: 5 min}
      most:
        write: {block_3.rack.on: 0}
        leave: [{to: some, when: [{measure: order.y, below: 0.5}], for: 5 min}]
events:
  - {at: 14 h, set: order.a, to: 0.25, for: 2 h}
```

**Noise.** `{type: noise, write: [sensor.noise], amplitude: 0.1 K, interval: 15 s}` writes normal numbers with this standard
deviation; they follow from `run.seed` and are the same on any machine.

## Events
```yaml
events:
  - {at: 2 h, fail: building_1.block_1.cdu_3}
  - {at: 3 h, repair: building_1.block_1.cdu_3}
  - {at: 4 h, set: building_2.fan_control.set_point, to: 38 degC}
  - {at: 5 h, dip: grid.V, to: 70 %, for: 0.5 s}
  - {at: 6 h, dip: grid.V, to: 40 %, phases: 2, for: 0.15 s}
```
`at` counts from the start of the run. `fail` turns off every switch (`on`, `enabled`) of a part and of all that is in it,
racks included, until `repair` turns them on again (a name with copies means all of them); where a sequence stages the part, its standby takes over. A
part without a switch fails by what it can do wrong: a control valve sticks where it is (`stuck`), a check valve stays open, a breaker
does not open on a trip (`stuck`, its failure: the next one upstream must), a sensor holds its last value (`frozen`). Other faults are inputs to `set`: `drift` and `leak` of a control valve, `offset`
(in K for a temperature) and `gain` of a sensor, `fouling`. Racks that
tripped stay off until they are repaired. `set` writes inputs that neither a signal nor a sequence drives; a name with
copies means all of them; with `for: 0.5 s` the inputs then take the value of the case again (a dip); while it lasts no other event may set them. `dip` sets a
voltage to a share of its value in the case, above 1 in a swell. The circuit is balanced: of a dip with `phases: 2` it sees the positive sequence, (1 + V)/2 where V is left between two
phases, and with `phases: 1` (2 + V)/3 where V is left from one to earth (3 is the default); the log of the run says so. What the racks suffer is in the table of consequences of the summary.

## Liquids
`kind` is `water`, `propylene_glycol` or `ethylene_glycol`; glycols have a `fraction` (0 to 60 %) and its `basis`, `mass`
or `volume`: 25 % by volume and by mass are different liquids. Nothing may be set at or below a liquid's freezing point,
and the liquid of a circuit with dry coolers or closed towers must stand the coldest hour of the run. An open tower runs
on water alone. Inhibitors are not told apart: state the glycol in the mixture.

## Run
| key | default | meaning |
|---|---|---|
| `start` | 2026-07-15T00:00 | site standard time unless it says otherwise; or `hottest_day`, `coldest_day` |
| `duration` | 24 h | |
| `resolution` | `rack` | `plant`: copies of any part are one where nothing tells them apart (a year); `block`: equal racks of a line are one; `rack`; `tray`: one cold plate a tray; `gpu`: each GPU its own |
| `record_interval` | 1 min | between records in the results |
| `forcing_interval` | 15 s | the workload's mean power is held over it |
| `sample_interval` | 15 s | grid of the sequences |
| `sampled_controllers` | true | false: controllers with a `sample_time` are continuous, as in a year at steps of an hour |
| `tolerance` | 0.05 K | of temperatures; other quantities in proportion |
| `seed` | 1 | of all random numbers: the same seed gives the same run on any machine |
| `symmetry` | true | solve copies once that nothing tells apart; results are the same |

`hottest_day` and `coldest_day` are 00:00 of the day that has the highest or the lowest dry bulb of the weather, the first
of equal ones; a typical year is then that of 2026.

## Recording
A run records every component outside the racks and the statistics of each rack every `run.record_interval`. All GPUs of a
large site every 15 s are tens of gigabytes a day; rules choose those racks and windows in which everything is wanted:

```yaml
record:
  crash:                            # a name of yours
    racks: building_1.block_2       # a path, or a list of them; a name with copies means all of them
    detail: gpu
    from: 8.9 h
    to: 9.5 h
    every: 5 s
```

| key | default | meaning |
|---|---|---|
| `racks` | all | racks, or parts of the case with racks in them |
| `detail` | `full` | `rack`: the statistics that every rack has; `full`: every state and output of every component in the racks, as the run meshes them; `tray`, `gpu`: the same, and an error where the run does not have them so finely |
| `from`, `to` | the whole run | window, from the start of the run, both ends included; it lies within the run |
| `every` | `run.record_interval` | between records; the integrator ends a step at each |

Each rule has groups of its own in the results file, with their own times: [theory/results_file.md](theory/results_file.md). A
year at steps of an hour (`run --year`) leaves rules out.

## Time
Inside the program a time is a number of seconds since 1970-01-01T00:00:00Z: UTC, Gregorian calendar, no leap seconds.

- A site has the offset of its **standard time** from UTC (`site.utc_offset: -6 h`), fixed for ever; there is no table
  of time zones and no clock changes by itself.
- Times are written after ISO 8601: `2026-07-15`, `2026-07-15T06:00`, `2026-07-15T06:00:30-05:00`,
  `2026-07-15T12:00Z`. Without an offset they are in the site's standard time.
- A source whose clock shows daylight-saving time says so (`clock: daylight`); its times without an offset are then one
  hour ahead of standard time. An offset written in a time always wins.
- Leap years have their 29 February. A typical year has 8,760 hours: on 29 February it gives the values of 28 February.
- Times in `events`, schedules and jobs count from the start of the run.

## Weather
| `weather:` | what it is |
|---|---|
| `design_day` | 37.2 degC high, 22.0 degC coincident wet bulb, every day the same |
| `record_day` | 47.2 degC high, 29.4 degC low |
| `synthetic_year` | a year made from published percentiles, by `run.seed` |
| `childress.tmy3` | a TMY3 or EPW file (a typical year, repeated) or a CSV file (its own times; the run lies within it) |
| `{file: log.csv, clock: daylight}` | the same with the clock of its time stamps |
| `{T_db: 30 degC, T_dp: 10 degC}` | constant |
| `{T_high: 40 degC, T_low: 28 degC, T_dp: 10 degC}` | a daily sine, high at 16:00 and low at 04:00 |

A CSV file has the columns `time`, `T_db [degC]`, `T_dp [degC]` or `RH [%]`, and `p [kPa]` or none; gaps of more than
3 h, disorder and missing values are errors. Files are sought beside the case, then in the working directory.

## Workload
`workload: {jobs: {name: {kind: ..., racks: [1-960, 963], start: 0 h, end: 12 h, ...}}}`. Racks are counted from 1 in the
order of the case; those without a job idle. Without a workload all racks run at full load. Activity is 0 at idle and 1 at
full power. Two jobs may not share a rack at one time.

| `kind` | keys |
|---|---|
| `constant` | `activity` |
| `schedule` | `knots: [[0 h, 45 %], [6 h, 30 %]]`, `repeat` |
| `trace` | `file` (CSV: `time_s` or `time`, then one column or one a rack), `quantity` (`activity`, `gpu_power`, `rack_power`), `interpolation` (`linear`, `hold`), `repeat`, `scale`, `clamp`, `max_gap` |
| `training` | `period`, `duty`, `high`, `low`, `edge`, `ramp_time`, `checkpoint_interval`, `checkpoint_pause`, `checkpoint_level`, `crashes`, `mean_time_between_crashes`, `crash_fall`, `restart_delay`, `spread`, `drift`, `drift_interval` |
| `inference` | `log` (CSV: `TIMESTAMP`, `ContextTokens`, `GeneratedTokens`), `period`, `repeat`, `multiply`, `gpus_per_server`, `prefill_rate`, `decode_rate`, `max_batch`, `prefill_activity`, `decode_low`, `decode_high` |

Defaults and sources are in [theory/workload.md](theory/workload.md). Repeating, multiplying, scaling or clamping a log is
written in the case and said in the summary of the run.

## Connection to the grid
```yaml
connection:
  short_circuit_power: [3 GVA, 10 GVA]      # fault levels that are looked at; without them that of the grid component
  x_over_r: 15
  ramp_windows: [1 s, 10 s, 1 min, 5 min]
  smoothing:                                # by name; the first is in use, the others stand beside it
    floor and ramps: {racks: [1-704], floor: 80 %, ramp_up: 50 W/s, ramp_down: 50 W/s, hysteresis: 10 s}
    shelves: {storage: {energy: 4.68 kJ, time_constant: 0.1 s}}
  limits: {ramp_up: 50 MW/min, peak_to_peak: 40 MW, flicker: 0.8}
  ride_through: itic
  events: dips.csv
```
`wattloop grid CASE` computes what is seen there at milliseconds: [theory/grid.md](theory/grid.md). Every key may be left
out.

| key | default | what it is |
|---|---|---|
| `short_circuit_power`, `x_over_r` | of the `grid`; 10 | the reduced network of each fault level |
| `lamp` | `120 V` | that flicker is seen with: `120 V` (60 Hz) or `230 V` (50 Hz) |
| `ramp_windows` | 1 s, 10 s, 1 min, 5 min | the largest change within each; limits of ramps count for each of a minute and more, where all are shorter for the longest |
| `band`, `segment` | 0.1 to 20 Hz, 60 s | of the spectrum; six periods of the lowest frequency at least in a segment |
| `demand_interval` | 15 min | the highest mean of it is the demand |
| `power_factor`, `capacitor_step` | 0.95, none | how many steps hold the power factor at every moment |
| `taps` | none | of the transformers at the grid's voltage, to be tried: secondary voltage, power factor and capacitor at each |
| `smoothing_step` | none | the way in use acts in a run too, in steps of at most this (1 ms to 60 s; 20 ms, say); without it a run takes the power as the workload asks for it |
| `smoothing` | none | per GPU `floor` (0 to 90 % of its cap), `ramp_up`, `ramp_down`, `hysteresis`, `engage_above` (10 %); per rack `storage: {energy, time_constant, recovery, efficiency}`; `racks` |
| `limits` | none | `ramp_up`, `ramp_down`, `peak_to_peak`, `band_share` (rms within the band over the mean power; what is reported as the share of the swing's energy there is another figure), `flicker`, `power_factor`: of the way in use; exceeded, the exit code is 4 |
| `ride_through`, `events` | none | a table (`itic`, `large_load`, a YAML file) and the dips it is held against (CSV: `time_s` or `time`, `v_pu`, `f_hz` or none: then voltage alone decides). A rack has one table. A run holds the table against the voltages and frequencies that its racks see |

A table of one's own has rising levels, `low` with rising and `high` with falling times, the middle for ever:

```yaml
name: racks with old supplies
voltage:
  low: [[0, 20 ms], [70 %, 0.5 s], [80 %, 10 s], [90 %, for ever]]
  high: [[110 %, for ever], [120 %, 0.5 s]]
frequency: {low: [[57.0 Hz, 2 s], [59.4 Hz, for ever]], high: [[60.6 Hz, for ever], [61.8 Hz, 30 s]]}
spread: 2 %                                 # of the voltage levels from rack to rack, seeded
```
or several under `equipment: {name: {racks: [1-640], voltage: ...}}`.

## Building on another case
```yaml
wattloop: 1
extends: ../site/case.yaml          # from this file's directory
weather: record_day                 # a value or a list replaces that of the base
workload:
  jobs:
    finetuning: null                # takes the job away
    serving: {racks: [961-1280]}    # a mapping changes the keys it has, the others stay
```
A base may extend a case itself. The version of the format is the same in all of them. Files that any of them names, and
the catalogue, are sought from the case that is run. Results hold the text of every file built on.

## Changing a case from the command line
`--set path=value` replaces a value or adds a key: `--set run.resolution=gpu`, `--set weather=record_day`,
`--set parts.pump.dp_nominal="300 kPa"`, `--set events[0].at="1 h"`. It comes last, over what the catalogue gives. `null`
takes a key away: `--set workload.jobs.serving=null`.

## What is wrong with a case
All errors of a case are said at once, each as `file:line:column: path: what, got ..., allowed ...`, with the nearest
known name where one is unknown; the program then ends with exit code 2 and has written nothing.

)";

}  // namespace wattloop

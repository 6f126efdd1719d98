// The wattloop command.

#include <clocale>
#include <locale>

#include "apps/command.h"

int main(int argc, char** argv) {
  using namespace wattloop;
  CLI::App program{"wattloop: a thermal and power digital twin of liquid-cooled AI data centres"};
  program.footer(
      "Examples:\n"
      "  wattloop run examples/childress_200mw/case.yaml -o out\n"
      "  wattloop steady examples/block/case.yaml --set weather=record_day\n"
      "  wattloop run --resume out\n"
      "  wattloop run --from out --at 14:00 -o hot --set weather=record_day\n"
      "  wattloop render out/run.h5 --time 15:00 -o site.png\n"
      "  wattloop sweep examples/sweep_setpoints -o out\n"
      "  wattloop grid examples/training_swing --at 10:00 -o out\n"
      "  wattloop replay examples/calibrate_cdu examples/calibrate_cdu/telemetry.csv\n"
      "  wattloop calibrate examples/calibrate_cdu examples/calibrate_cdu/telemetry.csv -o out\n"
      "  wattloop hydraulics network.inp --json results.json\n"
      "  wattloop powerflow grid.m --json results.json\n"
      "Exit codes: 0 fine, 2 bad input, 3 the solver failed (what was computed is kept), 4 computed and the answer is "
      "no,\n130 interrupted with a valid file and a checkpoint.");
  program.set_version_flag("--version", std::string("wattloop ") + WATTLOOP_VERSION);
  program.require_subcommand(1);
  std::string command_line;
  for (int i = 0; i < argc; ++i) command_line += (i > 0 ? " " : "") + std::string(argv[i]);

  int code = fine;
  add_run(program, code, command_line);
  add_sweep(program, code);
  add_compare(program, code);
  add_steady(program, code);
  add_size(program, code);
  add_replay(program, code);
  add_calibrate(program, code);
  add_check(program, code);
  add_render(program, code, argv);
  add_grid(program, code);
  add_hydraulics(program, code);
  add_power_flow(program, code);
  add_info(program, code);
  add_schema(program, code);
  add_docs(program, code);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? fine : bad_input;
  } catch (const std::exception& error) {
    return report(error);
  }
  return code;
}

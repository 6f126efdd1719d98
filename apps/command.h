#pragma once
// What the sub-commands share.

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

namespace wattloop {

/// Exit codes of the program.
enum ExitCode { fine = 0, bad_input = 2, solver_failure = 3, answer_is_no = 4, interrupted = 130 };

/// The case and how it is changed: shared by run, steady and check.
struct CaseArguments {
  std::string file;
  std::vector<std::string> settings;
  int threads = 0;

  /// Returns the option of the case itself.
  CLI::Option* add_to(CLI::App& command);
  /// "path=value" pairs. Throws InputError.
  std::vector<std::pair<std::string, std::string>> overrides() const;
  /// As many as asked for, else as many as the machine has.
  int thread_count() const;
};

/// "path=value" pairs. Throws InputError.
std::vector<std::pair<std::string, std::string>> parse_settings(const std::vector<std::string>& settings);
/// Threads that the machine has cores for.
int all_cores();

/// Each registers its sub-command; `code` gets its exit code.
void add_run(CLI::App& program, int& code, const std::string& command_line);
void add_size(CLI::App& program, int& code);
void add_sweep(CLI::App& program, int& code);
void add_compare(CLI::App& program, int& code);
void add_steady(CLI::App& program, int& code);
void add_replay(CLI::App& program, int& code);
void add_calibrate(CLI::App& program, int& code);
void add_check(CLI::App& program, int& code);
void add_schema(CLI::App& program, int& code);
void add_docs(CLI::App& program, int& code);
void add_render(CLI::App& program, int& code, char** argv);
void add_grid(CLI::App& program, int& code);
void add_hydraulics(CLI::App& program, int& code);
void add_power_flow(CLI::App& program, int& code);
void add_info(CLI::App& program, int& code);

/// The exit code for what went wrong.
int exit_code(const std::exception& error);
/// Says what went wrong and returns its exit code.
int report(const std::exception& error);

/// Writes text to a file, or to the terminal for "-". Throws InputError if it cannot.
void write_output(const std::string& file, const std::string& text);
/// Before a long computation: throws InputError if the file that is to be written at its end cannot be.
void require_writable(const std::string& file);

}  // namespace wattloop

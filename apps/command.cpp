#include "apps/command.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>

#include "io/errors.h"

namespace wattloop {

CLI::Option* CaseArguments::add_to(CLI::App& command) {
  CLI::Option* option = command.add_option("case", file, "the case file (YAML), or a directory that holds a case.yaml");
  command.add_option("--set", settings,
                     "changes a value of the case: path=value, as in --set run.resolution=gpu or "
                     "--set weather=record_day; may be repeated");
  command.add_option("--threads", threads, "threads to use (default: all cores; results do not depend on it)")
      ->check(CLI::Range(1, 1024));
  return option;
}

std::vector<std::pair<std::string, std::string>> CaseArguments::overrides() const {
  return parse_settings(settings);
}

std::vector<std::pair<std::string, std::string>> parse_settings(const std::vector<std::string>& settings) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::vector<InputProblem> problems;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      problems.push_back({"--set", 0, 0, "", "a setting is path=value", setting, ""});
    else
      pairs.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return pairs;
}

int CaseArguments::thread_count() const {
  return threads > 0 ? threads : all_cores();
}

int all_cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int exit_code(const std::exception& error) {
  return dynamic_cast<const InputError*>(&error) ? bad_input : solver_failure;
}

int report(const std::exception& error) {
  const int code = exit_code(error);
  fmt::print(stderr, "{}{}\n", code == bad_input ? "" : "wattloop: ", error.what());
  return code;
}

namespace {

[[noreturn]] void throw_not_writable(const std::string& file) {
  throw InputError({{file, 0, 0, "", "cannot write this file", std::strerror(errno), "a file that can be written"}});
}

}  // namespace

void require_writable(const std::string& file) {
  if (file.empty() || file == "-") return;
  const bool is_new = !std::filesystem::exists(file);
  if (!std::ofstream(file, std::ios::app)) throw_not_writable(file);
  if (is_new) std::filesystem::remove(file);
}

void write_output(const std::string& file, const std::string& text) {
  if (file == "-") {
    fmt::print("{}", text);
    return;
  }
  std::ofstream out(file);
  if (!(out << text).flush()) throw_not_writable(file);
}

}  // namespace wattloop

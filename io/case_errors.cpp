// What other parts of the program find wrong with a case, told as problems of its input.

#include <algorithm>
#include <cstdio>
#include <tuple>

#include <fmt/format.h>

#include "io/case.h"
#include "io/nearest.h"

namespace wattloop {

namespace {

/// What is wrong with the key of a job, "racks[1]" or "knots[2].time".
InputProblem job_problem(const Places& places, const JobSpec& job, int racks, const std::string& key,
                         const WorkloadProblem& p) {
  const auto place = places.find(key.substr(0, key.find_first_of(".[")));
  InputProblem problem = problem_of(place != places.end() ? place->second : places.at(""), p.what, p.got, p.allowed);
  problem.path = fmt::format("{}.{}", places.at("").path, key);
  // Racks count from 0 in the program and from 1 in a case.
  int number = 0, end = 0;
  if (std::sscanf(key.c_str(), "racks[%d]", &number) == 1) {
    const RackRange& r = job.racks.at(static_cast<std::size_t>(number));
    problem.got = r.first == r.last ? fmt::format("{}", r.first + 1) : fmt::format("{}-{}", r.first + 1, r.last + 1);
    problem.allowed = fmt::format("racks 1 to {}", racks);
  } else if (std::sscanf(p.got.c_str(), "rack %d%n", &number, &end) == 1) {
    problem.got = fmt::format("rack {}{}", number + 1, p.got.substr(static_cast<std::size_t>(end)));
  }
  return problem;
}

}  // namespace

InputProblem problem_of(const Origin& origin, std::string what, std::string got, std::string allowed) {
  return {origin.file, origin.line, origin.column, origin.path, std::move(what), std::move(got), std::move(allowed)};
}

InputError input_error(const NetworkError& error) {
  std::vector<InputProblem> problems;
  for (const NetworkProblem& p : error.problems())
    problems.push_back(problem_of(p.origin, p.what, p.got, p.known.empty() ? "" : suggestion(p.got, p.known)));
  std::stable_sort(problems.begin(), problems.end(), [](const InputProblem& a, const InputProblem& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return InputError(std::move(problems));
}

InputError workload_error(const Case& description, const WorkloadError& error) {
  std::vector<InputProblem> problems;
  for (const WorkloadProblem& p : error.problems()) {
    std::size_t number = description.jobs.size();
    int end = 0;
    std::sscanf(p.path.c_str(), "jobs[%zu].%n", &number, &end);
    if (number < description.jobs.size()) {
      problems.push_back(job_problem(description.jobs[number], description.workload->jobs[number],
                                     description.workload->racks, p.path.substr(static_cast<std::size_t>(end)), p));
      continue;
    }
    const auto section = description.places.find("workload");
    const Origin whole{description.file, 0, 0, "workload"};
    problems.push_back(problem_of(section != description.places.end() ? section->second : whole,
                                  fmt::format("{}: {}", p.path, p.what), p.got, p.allowed));
  }
  return InputError(std::move(problems));
}

}  // namespace wattloop

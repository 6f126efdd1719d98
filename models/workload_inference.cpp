#include "models/workload_inference.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

namespace wattloop {
namespace {

/// A change of the number of requests in prefill and in decode.
struct Change {
  double time;
  int prefills;
  int decodes;
};

struct Served {
  std::vector<Change> changes;  // in order of time
  double prefill_time = 0.0;    // s, over the second turn's requests
  double decode_time = 0.0;     // s
  double longest_wait = 0.0;    // s
};

Served serve_two_turns(const InferenceSpec& spec, double period) {
  Served served;
  std::priority_queue<double, std::vector<double>, std::greater<>> finish_times;  // of the requests in flight
  double prefill_free = 0.0;
  for (const double turn : {0.0, period}) {
    for (const TokenRequest& request : spec.requests) {
      const double arrival = turn + request.time - spec.requests.front().time;
      double begin = std::max(arrival, prefill_free);
      if (static_cast<int>(finish_times.size()) == spec.max_batch) {
        begin = std::max(begin, finish_times.top());
        finish_times.pop();
      }
      const double prefilled = begin + request.context / spec.prefill_rate;
      const double finish = prefilled + request.generated / spec.decode_rate;
      prefill_free = prefilled;
      finish_times.push(finish);
      served.changes.push_back({begin, 1, 0});
      served.changes.push_back({prefilled, -1, 1});
      served.changes.push_back({finish, 0, -1});
      if (turn == 0.0) continue;
      served.prefill_time += prefilled - begin;
      served.decode_time += finish - prefilled;
      served.longest_wait = std::max(served.longest_wait, begin - arrival);
    }
  }
  std::stable_sort(served.changes.begin(), served.changes.end(),
                   [](const Change& a, const Change& b) { return a.time < b.time; });
  return served;
}

double activity(const InferenceSpec& spec, int prefills, int decodes) {
  if (prefills > 0) return spec.prefill_activity;
  if (decodes == 0) return 0.0;
  return spec.decode_low + (spec.decode_high - spec.decode_low) * decodes / spec.max_batch;
}

}  // namespace

double ring_period(const InferenceSpec& spec) {
  if (spec.period > 0.0) return spec.period;
  return spec.requests.empty() ? 0.0 : spec.requests.back().time - spec.requests.front().time;
}

ServedLog serve(const InferenceSpec& spec) {
  const double period = ring_period(spec);
  const Served served = serve_two_turns(spec, period);
  std::vector<Curve::Knot> knots;
  int prefills = 0;
  int decodes = 0;
  double level = 0.0;
  for (const Change& change : served.changes) {
    if (change.time >= 2.0 * period) break;
    prefills += change.prefills;
    decodes += change.decodes;
    const double next = activity(spec, prefills, decodes);
    if (change.time > period) {
      if (knots.empty()) knots.push_back({0.0, level});
      if (next != level) {
        knots.push_back({change.time - period, level});
        knots.push_back({change.time - period, next});
      }
    }
    level = next;
  }
  if (knots.empty()) knots.push_back({0.0, level});
  knots.push_back({period, level});
  return {Curve(knots, true), served.prefill_time / period, (served.prefill_time + served.decode_time) / period,
          served.longest_wait};
}

}  // namespace wattloop

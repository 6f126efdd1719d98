#include "io/record_writer.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "io/hdf5_writer.h"

namespace wattloop {

RecordWriter::RecordWriter(ResultsFile file) : file_(std::move(file)), thread_([this] { work(); }) {}

RecordWriter::~RecordWriter() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void RecordWriter::throw_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

bool RecordWriter::is_half_full() const {
  return 2 * waiting_.size() >= most_waiting || 2 * values_ >= most_values;
}

bool RecordWriter::is_full() const {
  return waiting_.size() >= most_waiting || values_ >= most_values;
}

void RecordWriter::write(int series, double t, const Values& values) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !is_full(); });
  throw_failure();
  Record record{};
  for (std::size_t i = 0; i < spare_.size(); ++i)
    if (spare_[i].series == series) {
      record = std::move(spare_[i]);
      spare_.erase(spare_.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  record.series = series;
  record.t = t;
  record.values = values;
  for (const std::vector<double>& of_group : values) values_ += of_group.size();
  waiting_.push_back(std::move(record));
  lock.unlock();
  changed_.notify_all();
}

void RecordWriter::drain() {
  settled();
  throw_failure();
}

ResultsFile& RecordWriter::settled() {
  std::unique_lock lock(mutex_);
  is_urgent_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return waiting_.empty() && !is_writing_; });
  is_urgent_ = false;
  return file_;
}

/// Series by series, each in its order.
void RecordWriter::write_all(std::vector<Record>& records) {
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.series < b.series; });
  std::vector<TimedRecord> together;
  for (std::size_t i = 0; i < records.size(); ++i) {
    together.push_back({records[i].t, records[i].values});
    if (i + 1 < records.size() && records[i + 1].series == records[i].series) continue;
    file_.write(records[i].series, together);
    together.clear();
  }
}

void RecordWriter::work() {
  constexpr std::chrono::milliseconds gathering{250};
  hdf5::silence();
  std::vector<Record> taken;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    changed_.wait_for(lock, gathering, [this] { return ends_ || is_urgent_ || is_half_full(); });
    if (waiting_.empty()) return;
    taken.swap(waiting_);
    values_ = 0;
    is_writing_ = true;
    changed_.notify_all();
    if (!failure_) {
      std::exception_ptr failure;
      lock.unlock();
      try {
        write_all(taken);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      failure_ = failure;
    }
    std::move(taken.begin(), taken.end(), std::back_inserter(spare_));
    taken.clear();
    is_writing_ = false;
    changed_.notify_all();
  }
}

}  // namespace wattloop

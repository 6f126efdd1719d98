#include "io/record_writer.h"

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

void RecordWriter::write(int series, double t, const Values& values) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < most_waiting; });
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
  changed_.wait(lock, [this] { return waiting_.empty(); });
  return file_;
}

void RecordWriter::work() {
  hdf5::silence();
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const Record& record = waiting_.front();  // others are added behind it
    if (!failure_) {
      std::exception_ptr failure;
      lock.unlock();
      try {
        file_.write(record.series, record.t, record.values);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      failure_ = failure;
    }
    spare_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
    changed_.notify_all();
  }
}

}  // namespace wattloop

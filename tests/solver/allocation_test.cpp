// Nothing allocates once a run is warm. This program counts its calls of operator new.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "solver/sdirk.h"
#include "tests/support/toy_network.h"

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, whole > 0 ? whole : alignment)) return memory;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new[](std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, std::size_t(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return counted(size, std::size_t(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace wattloop {
namespace {

TEST(Allocation, IsCounted) {
  const long before = allocations;
  std::vector<double> one(10);
  EXPECT_EQ(allocations - before, 1);
}

class NoAllocation : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, NoAllocation, testing::Values(1, 2));

TEST_P(NoAllocation, OnceWarm) {
  test::Random random(3);
  System system;
  test::build_toy_network(system, random, {40, 60, 200, 200});
  system.finish(GetParam(), Sdirk::linearisations);
  const int n = system.size();
  const std::vector<double> y = system.start(), zero(n, 0.0);
  std::vector<double> r(n), delta(n), inverse_weight(n);
  Sdirk integrator(system, {}, 1.0);
  integrator.restart(0.0, y);
  integrator.advance(0.1);

  const auto count = [](const auto& f) {
    const long before = allocations;
    f();
    return allocations - before;
  };
  EXPECT_EQ(count([&] { system.residual(0.0, y.data(), zero.data(), r.data()); }), 0);
  EXPECT_EQ(count([&] { system.linearise(0.0, y.data(), zero.data(), 0.5, 0); }), 0);
  EXPECT_EQ(count([&] { system.solve(0, r.data(), delta.data()); }), 0);
  EXPECT_EQ(count([&] { system.inverse_weights(y.data(), {}, inverse_weight.data()); }), 0);
  EXPECT_EQ(count([&] { system.norm(delta.data(), inverse_weight.data()); }), 0);
  EXPECT_EQ(count([&] { system.meter(y.data(), 1.0); }), 0);
  EXPECT_EQ(count([&] { integrator.advance(0.5); }), 0);
  EXPECT_EQ(count([&] {
              integrator.jumped();
              integrator.advance(1.0);
            }),
            0);
}

}  // namespace
}  // namespace wattloop

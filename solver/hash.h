#pragma once

#include <bit>
#include <cstdint>

namespace wattloop {

/// Spreads the bits of a word over all of it (the finaliser of SplitMix64: Steele, Lea & Flood, OOPSLA 2014).
constexpr std::uint64_t mix_hash(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

constexpr std::uint64_t mix_hash(std::uint64_t hash, std::uint64_t word) {
  return mix_hash(hash ^ word);
}
constexpr std::uint64_t mix_hash(std::uint64_t hash, double value) {
  return mix_hash(hash, std::bit_cast<std::uint64_t>(value));
}

}  // namespace wattloop

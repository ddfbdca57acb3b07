// Prints the digests of the units' products and how many threads there are after them.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include "fewclip/core/parallel.hpp"

std::uint64_t without_openmp();
#if defined(BOTH_UNITS)
std::uint64_t with_openmp();
#endif

int main() {
  fewclip::set_threads(2);
  std::printf("%016llx\n", static_cast<unsigned long long>(without_openmp()));
#if defined(BOTH_UNITS)
  std::printf("%016llx\n", static_cast<unsigned long long>(with_openmp()));
  std::printf("%016llx\n", static_cast<unsigned long long>(without_openmp()));
#endif
  const auto threads = std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
  if (threads > 2) std::printf("expected at most 2 threads, got %ld\n", static_cast<long>(threads));
}

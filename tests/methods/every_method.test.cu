#include "fewclip/backend/cuda.cuh"

#include <boost/test/unit_test.hpp>
#include <cstdio>

#include "golden_checks.hpp"
#include "toy_checks.hpp"

BOOST_AUTO_TEST_CASE(every_method_gives_the_golden_values_of_the_toy_problem_on_the_device) {
  toy::check_every_method<fewclip::backend::cuda<float>>();
  toy::check_every_method<fewclip::backend::cuda<double>>();
}

BOOST_AUTO_TEST_CASE(every_method_equals_the_independent_implementation_on_the_device) {
  golden::check_every_method<fewclip::backend::cuda<float>>();
}

int main(int count, char** values) {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status != cudaSuccess || devices == 0) {
    std::printf("skipped: %s\n", status == cudaSuccess ? "no CUDA device" : cudaGetErrorString(status));
    return 77;
  }
  return boost::unit_test::unit_test_main([] { return true; }, count, values);
}

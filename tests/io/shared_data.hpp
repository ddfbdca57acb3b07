#pragma once
/// The test data that lies beside the project: see its own README. Tests that need it are skipped where it is absent.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

namespace shared_data {

/// The folder: FEWCLIP_TEST_DATA of the environment, else the default of the build; empty where there is none.
inline std::string folder() {
  if (const char* const chosen = std::getenv("FEWCLIP_TEST_DATA")) return chosen;
#if defined(FEWCLIP_DEFAULT_TEST_DATA)
  if (std::filesystem::is_directory(FEWCLIP_DEFAULT_TEST_DATA)) return FEWCLIP_DEFAULT_TEST_DATA;
#endif
  return "";
}

/// For `* boost::unit_test::precondition(shared_data::is_there)`.
inline boost::test_tools::assertion_result is_there(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out(std::filesystem::is_directory(folder()));
  out.message() << "no test data: set FEWCLIP_TEST_DATA to its folder";
  return out;
}

/// main() of a test file that needs the folder throughout: 77 tells CTest that the test was skipped.
inline int run(int argc, char* argv[]) {
  if (!std::filesystem::is_directory(folder())) {
    std::cout << "skipped: no test data; set FEWCLIP_TEST_DATA to its folder\n";
    return 77;
  }
  return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}

}  // namespace shared_data

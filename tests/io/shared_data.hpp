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

/// Whether a test that needs a folder runs; says why not where it is absent.
/// \param wanted the folder
/// \param what what it is called when it is not there
inline boost::test_tools::assertion_result needs(const std::string& wanted, const std::string& what) {
  boost::test_tools::assertion_result out(std::filesystem::is_directory(wanted));
  if (!out.p_predicate_value) std::cout << "skipped: no " << what << "; set FEWCLIP_TEST_DATA to its folder\n";
  out.message() << "no " << what;
  return out;
}

/// For `*boost::unit_test::precondition(shared_data::is_there)`.
inline boost::test_tools::assertion_result is_there(boost::unit_test::test_unit_id) { return needs(folder(), "test data"); }

}  // namespace shared_data

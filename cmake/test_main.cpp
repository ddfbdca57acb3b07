// main() of every test: 77 tells ctest that each case was skipped, for want of data or of a processor's instructions.
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>

int main(int argc, char* argv[]) {
  namespace test = boost::unit_test;
  static test::test_unit_id all = test::INV_TEST_UNIT_ID;
  const int status = test::unit_test_main(
      [] {
        test::framework::master_test_suite().p_name.value = "fewclip";
        all = test::framework::master_test_suite().p_id;
        return true;
      },
      argc, argv);
  if (status != 0 || all == test::INV_TEST_UNIT_ID) return status;
  const test::test_results& results = test::results_collector.results(all);
  return results.p_test_cases_passed == 0 && results.p_test_cases_skipped > 0 ? 77 : 0;
}

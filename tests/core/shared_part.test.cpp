#include "fewclip/core/shared_part.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"

using namespace fewclip;

namespace {

struct part {
  template <compute_backend B>
  struct fitted {
    int value = 0;
  };
};
using f64 = backend::cpu<double>;
using f32 = backend::cpu<float>;

}  // namespace

BOOST_AUTO_TEST_CASE(a_part_comes_back_for_its_backend_and_lives_on) {
  shared_part<part> held;
  BOOST_TEST(held.empty());
  {
    const part::fitted<f64> made{7};
    held = shared_part<part>::copy_of<f64>(made);
  }
  const auto copy = held;
  held = {};
  BOOST_TEST(!copy.empty());
  BOOST_TEST(copy.get<f64>("where", "part")->value == 7);
}

BOOST_AUTO_TEST_CASE(none_and_that_of_another_backend_are_refused) {
  const auto message = [](const shared_part<part>& held) -> std::string {
    try {
      held.get<f64>("fewclip::user", "original");
    } catch (const value_error& e) {
      return e.what();
    }
    return "";
  };
  BOOST_TEST(message({}).find("fewclip::user: original") != std::string::npos, message({}));
  BOOST_TEST(message(shared_part<part>::copy_of<f32>({3})).find("another backend") != std::string::npos);
  BOOST_TEST(message(shared_part<part>::copy_of<f64>({3})).empty());
}

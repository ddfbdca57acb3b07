#include "fewclip/selectors/fixed.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"

namespace {

struct strength {
  double value = 1;
  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(fewclip::setting{.name = "strength", .meaning = "", .origin = "test"}, self.value);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_settings_given_are_fitted_once_and_nothing_is_searched) {
  static_assert(fewclip::selector<fewclip::selectors::fixed>);
  int fits = 0;
  const auto fit = [&](const strength& settings) {
    ++fits;
    return settings.value * 2;
  };
  using B = fewclip::backend::cpu<double>;
  const auto [model, choice] = fewclip::selectors::fixed::select<B>(fit, strength{21}, {}, fewclip::validation_set<B>(), {});
  BOOST_TEST(fits == 1);
  BOOST_TEST(model == 42.0);
  BOOST_TEST(choice.settings.value == 21.0);
  BOOST_TEST(choice.search.candidates == 0);
  BOOST_TEST(choice.search.rows == 0);
  BOOST_TEST(choice.search.note.empty());
}

// One fitted classifier asked by many threads, many fits at once, and any number of threads in the pool: always the same bits.
#include "fewclip/core/parallel.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
using real = t::exact_backend;
using tip_x = fewclip::methods::tip_x<real>;
using ape_t = fewclip::methods::ape_t<real>;

template <class Method>
typename Method::params few_epochs() {
  typename Method::params out;
  for (const auto& each : fewclip::list_settings(out)) {
    if (each.about.name == "epochs") fewclip::set_setting(out, "epochs", 2);
  }
  return out;
}

template <class Method>
void check_threads(const t::random_problem<real>& problem) {
  const Method model(problem.text(), problem.support(), few_epochs<Method>());
  const auto expected = model.logits(problem.queries);
  const auto labels = model.predict(problem.queries);
  std::vector<char> equal(8, 0);
  {
    std::vector<std::jthread> threads;
    for (char& mine : equal) {
      threads.emplace_back([&] {
        mine = 1;
        for (int round = 0; round < 10; ++round) {
          if (!t::identical<real>(model.logits(problem.queries), expected) || model.predict(problem.queries) != labels) mine = 0;
        }
      });
    }
  }
  for (const char each : equal) BOOST_TEST(each == 1);
}

template <class Method>
void check_fits_at_once(const t::random_problem<real>& problem) {
  const auto fit_and_score = [&] { return Method(problem.text(), problem.support(), few_epochs<Method>()).logits(problem.queries); };
  const auto expected = fit_and_score();
  std::vector<fewclip::tensor<real>> got(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : got) threads.emplace_back([&] { mine = fit_and_score(); });
  }
  for (const auto& each : got) BOOST_TEST(t::identical<real>(each, expected));
}

BOOST_AUTO_TEST_CASE(many_threads_may_ask_one_classifier) {
  const t::random_problem<real> problem;
  check_threads<tip_x>(problem);
  check_threads<ape_t>(problem);
}

BOOST_AUTO_TEST_CASE(many_threads_may_fit_at_once) {
  const t::random_problem<real> problem;
  check_fits_at_once<tip_x>(problem);
  check_fits_at_once<ape_t>(problem);
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  const t::random_problem<real> problem;
  const int before = fewclip::threads();
  std::vector<fewclip::tensor<real>> got;
  for (const int count : {1, 2, 5}) {
    fewclip::set_threads(count);
    const ape_t model(problem.text(), problem.support(), few_epochs<ape_t>());
    got.push_back(model.logits(problem.queries));
  }
  fewclip::set_threads(before);
  BOOST_TEST(t::identical<real>(got[0], got[1]));
  BOOST_TEST(t::identical<real>(got[0], got[2]));
}

/// A fitted classifier with what it should answer; asks it once more when it is destroyed.
struct late_asker {
  std::unique_ptr<t::random_problem<real>> problem;
  std::unique_ptr<tip_x> model;
  std::vector<fewclip::label> expected;

  void fit() {
    problem = std::make_unique<t::random_problem<real>>();
    model = std::make_unique<tip_x>(problem->text(), problem->support());
    expected = model->predict(problem->queries);
  }
  bool right() const { return model->predict(problem->queries) == expected; }
  ~late_asker() {
    if (model && !right()) std::_Exit(1);
  }
};

BOOST_AUTO_TEST_CASE(children_of_a_process_that_has_predicted_predict_the_same, *boost::unit_test::precondition(child::may_start_threads)) {
  late_asker asker;
  asker.fit();
  BOOST_TEST(child::status_of([&] { std::exit(asker.right() ? 0 : 1); }) == 0);
  BOOST_TEST(child::status_of([&] {
               asker.fit();
               std::exit(asker.right() ? 0 : 1);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(a_classifier_may_be_asked_by_destructors_of_static_and_thread_local_objects_and_at_exit,
                     *boost::unit_test::precondition(child::may_start_threads)) {
  BOOST_TEST(child::status_of([] {
               static late_asker at_exit;
               static late_asker in_atexit;
               std::thread([] {
                 thread_local late_asker of_thread;
                 of_thread.fit();
               }).join();
               thread_local late_asker of_main;
               of_main.fit();
               at_exit.fit();
               in_atexit.fit();
               std::atexit([] {
                 if (!in_atexit.right()) std::_Exit(2);
               });
               std::exit(0);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(a_fitted_classifier_outlives_changes_of_the_number_of_threads) {
  const int before = fewclip::threads();
  fewclip::set_threads(4);
  late_asker asker;
  asker.fit();
  for (const int count : {1, 3, 2, 8}) {
    fewclip::set_threads(count);
    BOOST_TEST(asker.right());
  }
  fewclip::set_threads(before);
}

}  // namespace

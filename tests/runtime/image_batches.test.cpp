#include "fewclip/runtime/image_batches.hpp"

#include <atomic>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "../child_process.hpp"
#include "../io/scratch.hpp"
#include "shaded_pictures.hpp"

namespace {

using fewclip::image;
using fewclip::runtime::image_batch;
using fewclip::runtime::image_batch_options;
using fewclip::runtime::image_batches;
using shaded_pictures::folder;

fewclip::images::preprocessing settings() {
  fewclip::images::preprocessing out;
  out.size = 8;
  out.mean = {0, 0, 0};
  out.std = {1, 1, 1};
  return out;
}

struct collected {
  std::vector<std::size_t> items, failed;
  std::vector<float> red;
};

collected all_of(image_batches& batches) {
  collected out;
  image_batch batch;
  while (batches.next(batch)) {
    for (std::size_t k = 0; k < batch.items.size(); ++k) {
      out.items.push_back(batch.items[k]);
      out.red.push_back(batch.pixels[k * 3 * 64] * 255);
      BOOST_TEST(batch.pixels[k * 3 * 64 + 64] * 255 == 2 * out.red.back(), boost::test_tools::tolerance(1e-3F));
    }
    for (const auto& each : batch.unreadable) out.failed.push_back(each.item);
  }
  return out;
}

BOOST_AUTO_TEST_CASE(want_of_memory_in_a_thread_reaches_the_consumer) {
  const folder files(6);
  std::atomic<int> made{0};
  const auto fail_at_fourth = [&](const image&, std::size_t, std::span<float>) {
    if (++made == 4) throw std::bad_alloc();
  };
  for (const std::size_t threads : {std::size_t{1}, std::size_t{3}}) {
    made = 0;
    image_batches batches(files.paths, 4, fail_at_fourth, {.batch = 6, .threads = threads});
    image_batch batch;
    BOOST_CHECK_THROW(batches.next(batch), std::bad_alloc);
    BOOST_CHECK_THROW(batches.next(batch), std::bad_alloc);
  }
}

BOOST_AUTO_TEST_CASE(want_of_memory_without_threads_reaches_the_consumer, *boost::unit_test::precondition(child::memory_may_be_limited)) {
  const folder files(6);
  BOOST_TEST(child::status_of([&] {
               child::limit_memory(4 << 20);
               int made = 0;
               image_batches batches(files.paths, 4,
                                     [&](const image&, std::size_t, std::span<float>) {
                                       if (++made == 4) throw std::bad_alloc();
                                     },
                                     {.batch = 6});
               image_batch batch;
               int thrown = 0;
               for (int call = 0; call < 2; ++call) {
                 try {
                   batches.next(batch);
                 } catch (const std::bad_alloc&) {
                   ++thrown;
                 }
               }
               std::_Exit(thrown == 2 ? 0 : 1);
             }) == 0);
}

BOOST_AUTO_TEST_CASE(want_of_memory_for_the_pixels_reaches_the_consumer, *boost::unit_test::precondition(child::memory_may_be_limited)) {
  const folder files(2);
  image_batches batches(files.paths, settings(), {.batch = std::size_t{1} << 40, .threads = 2});
  image_batch batch;
  BOOST_CHECK_THROW(batches.next(batch), std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(fewer_threads_or_none_do_the_same, *boost::unit_test::precondition(child::memory_may_be_limited)) {
  const folder files(70);
  BOOST_TEST(child::status_of([&] {
               child::limit_memory(30 << 20);
               image_batches batches(files.paths, settings(), {.batch = 8, .threads = 64});
               std::_Exit(all_of(batches).items.size() == 70 ? 0 : 1);
             }) == 0);
  BOOST_TEST(child::status_of([&] {
               child::limit_memory(4 << 20);  // the stack of one thread takes 8 MB
               image_batches batches(files.paths, settings(), {.batch = 8, .threads = 64});
               std::_Exit(all_of(batches).items.size() == 70 ? 0 : 1);
             }) == 0);
}

}  // namespace

BOOST_DATA_TEST_CASE(batches_come_in_the_order_of_the_list_whatever_the_number_of_threads, (std::vector<std::size_t>{1, 2, 5}), threads) {
  const folder here(23);
  image_batch_options options;
  options.batch = 4;
  options.threads = threads;
  options.queue = 2;
  image_batches batches(here.paths, settings(), options);
  BOOST_TEST(batches.batches() == 6U);
  const collected got = all_of(batches);
  BOOST_REQUIRE(got.items.size() == 23U);
  for (std::size_t i = 0; i < 23; ++i) {
    BOOST_TEST(got.items[i] == i);
    BOOST_TEST(got.red[i] == static_cast<float>(i), boost::test_tools::tolerance(1e-3F));
  }
  image_batch after;
  BOOST_TEST(!batches.next(after));
}

BOOST_AUTO_TEST_CASE(pixels_are_those_of_the_preprocessing) {
  const folder here(1);
  image_batches batches(here.paths, fewclip::images::preprocessing{.size = 8});
  image_batch batch;
  BOOST_REQUIRE(batches.next(batch));
  std::vector<float> expected(3 * 64);
  fewclip::images::preprocessing{.size = 8}.apply(fewclip::images::decode_image(here.paths[0]), expected);
  batch.pixels.resize(expected.size());
  BOOST_TEST(batch.pixels == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unreadable_images_are_left_out_and_listed_with_a_reason) {
  folder here(11, {0, 4, 5, 6, 7, 10});
  here.paths[3] = here.paths[3] + ".absent";
  image_batch_options options;
  options.batch = 4;
  options.threads = 3;
  image_batches batches(here.paths, settings(), options);
  image_batch batch;
  BOOST_REQUIRE(batches.next(batch));
  BOOST_TEST(batch.items == (std::vector<std::size_t>{1, 2}), boost::test_tools::per_element());
  BOOST_TEST(batch.pixels[3 * 64] * 255 == 2, boost::test_tools::tolerance(1e-3F));
  BOOST_REQUIRE(batch.unreadable.size() == 2U);
  BOOST_TEST(batch.unreadable[0].reason.find(here.paths[0]) == 0U);
  BOOST_TEST(batch.unreadable[1].reason.find("3.bmp.absent") != std::string::npos);
  BOOST_REQUIRE(batches.next(batch));
  BOOST_TEST(batch.items.empty());
  BOOST_TEST(batch.unreadable.size() == 4U);
  BOOST_REQUIRE(batches.next(batch));
  BOOST_TEST(batch.items == (std::vector<std::size_t>{8, 9}), boost::test_tools::per_element());
  BOOST_TEST(!batches.next(batch));
}

BOOST_AUTO_TEST_CASE(strict_batches_throw_for_the_first_unreadable_image_of_the_list) {
  const folder here(12, {6, 7});
  image_batch_options options;
  options.batch = 4;
  options.threads = 2;
  options.strict = true;
  image_batches batches(here.paths, settings(), options);
  image_batch batch;
  BOOST_REQUIRE(batches.next(batch));
  for (int again = 0; again < 2; ++again) {
    BOOST_TEST(scratch::message_of<fewclip::io_error>([&] { batches.next(batch); }).find(here.paths[6]) == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_transform_may_make_several_rows_of_an_image) {
  const folder here(3);
  image_batch_options options;
  options.batch = 2;
  options.rows_per_image = 2;
  const auto make = [](const image& source, std::size_t item, std::span<float> out) {
    if (item == 2) throw fewclip::value_error("not this one");
    out[0] = static_cast<float>(source.width());
    out[1] = static_cast<float>(item);
  };
  image_batches batches(here.paths, 1, make, options);
  image_batch batch;
  BOOST_REQUIRE(batches.next(batch));
  batch.pixels.resize(4);
  BOOST_TEST(batch.pixels == (std::vector<float>{9, 0, 9, 1}), boost::test_tools::per_element());
  BOOST_REQUIRE(batches.next(batch));
  BOOST_TEST(batch.unreadable.at(0).reason == "not this one");
}

BOOST_DATA_TEST_CASE(pictures_wait_for_memory_and_come_all_the_same, (std::vector<int>{1, 2, 3}), at_a_time) {
  const folder here(23);
  fewclip::images::decoding_memory all(1);
  fewclip::images::decoding_memory::share one(all);
  fewclip::images::decode_image(here.paths[0], {.memory = &one});
  BOOST_REQUIRE(one.bytes() > 9U * 9U * 3U);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  const auto look_around = [&](const image&, std::size_t, std::span<float>) {  // the decoded picture is still there
    const int now = ++inside;
    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
    for (int wait = 0; wait < 5000 && most < at_a_time; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // time for one too many
    --inside;
  };
  image_batch_options options;
  options.batch = 4;
  options.threads = 4;
  options.decoding_memory = at_a_time == 1 ? 1 : static_cast<std::size_t>(at_a_time) * one.bytes() + one.bytes() / 2;
  image_batches batches(here.paths, 1, look_around, options);
  std::size_t came = 0;
  for (image_batch batch; batches.next(batch);) came += batch.items.size();
  BOOST_TEST(came == 23U);
  BOOST_TEST(most == at_a_time);
}

BOOST_AUTO_TEST_CASE(transparency_is_as_the_preprocessing_says_and_such_pictures_are_counted) {
  folder here(3);
  // 1 x 1, 32 bits with a field for alpha: red 100 of alpha 51.
  const std::string start("BM\x4A\0\0\0\0\0\0\0\x46\0\0\0\x38\0\0\0\1\0\0\0\1\0\0\0\1\0\x20\0\3\0\0\0", 34);
  const std::string fields("\0\0\xFF\0\0\xFF\0\0\xFF\0\0\0\0\0\0\xFF", 16);
  scratch::write_text(here.paths[1], start + std::string(20, '\0') + fields + std::string("\0\0\x64\x33", 4));
  for (const auto rule : {fewclip::images::transparency_rule::drop, fewclip::images::transparency_rule::white}) {
    auto how = settings();
    how.transparency = rule;
    image_batches batches(here.paths, how);
    image_batch batch;
    BOOST_REQUIRE(batches.next(batch));
    BOOST_REQUIRE(batch.items.size() == 3U);
    const float expected = rule == fewclip::images::transparency_rule::drop ? 100 : 224;  // 100 / 5 + 255 * 4 / 5
    BOOST_TEST(batch.pixels[3 * 64] * 255 == expected, boost::test_tools::tolerance(1e-3F));
    BOOST_TEST(batch.transparent == 1U);
    BOOST_TEST(batch.turned == 0U);
  }
}

BOOST_AUTO_TEST_CASE(no_more_batches_are_made_ahead_than_the_queue_holds) {
  const folder here(40);
  image_batch_options options;
  options.batch = 2;
  options.threads = 4;
  options.queue = 3;
  std::atomic<int> made{0};
  image_batches batches(
      here.paths, 1, [&](const image&, std::size_t, std::span<float>) { ++made; }, options);
  for (int wait = 0; wait < 2000 && made < 6; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  BOOST_TEST(made == 6);
  image_batch batch;
  BOOST_REQUIRE(batches.next(batch));
  for (int wait = 0; wait < 2000 && made < 8; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  BOOST_TEST(made == 8);
}

BOOST_AUTO_TEST_CASE(destruction_in_the_middle_stops_the_threads) {
  const folder here(40);
  for (int taken = 0; taken < 4; ++taken) {
    image_batch_options options;
    options.batch = 3;
    options.threads = 3;
    image_batches batches(here.paths, settings(), options);
    image_batch batch;
    for (int i = 0; i < taken; ++i) BOOST_TEST(batches.next(batch));
  }
}

BOOST_AUTO_TEST_CASE(an_empty_list_has_no_batch_and_options_below_one_are_refused) {
  image_batches batches({}, settings());
  image_batch batch;
  BOOST_TEST(!batches.next(batch));
  image_batch_options options;
  options.queue = 0;
  BOOST_CHECK_THROW(image_batches({}, settings(), options), fewclip::value_error);
}

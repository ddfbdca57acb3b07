#include "fewclip/io/row_store.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "scratch.hpp"

using fewclip::io::row_store;
using scratch::message_of;

static_assert(!std::is_copy_constructible_v<row_store> && std::is_nothrow_move_constructible_v<row_store>);

namespace {

std::vector<float> numbers(std::size_t count, float first = 0) {
  std::vector<float> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = first + static_cast<float>(i) / 3;
  return out;
}

std::vector<float> content(const row_store& store) {
  const auto rows = store.rows();
  return {rows.data(), rows.data() + rows.rows() * rows.columns()};
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_are_the_same_in_memory_and_on_disk) {
  const scratch::directory here;
  const std::vector<float> all = numbers(1000 * 7);
  row_store memory(7, 1000, {.bytes_in_memory = 28000, .folder = here.file("")});
  row_store disk(7, 1000, {.bytes_in_memory = 27999, .folder = here.file("")});
  for (row_store* const store : {&memory, &disk}) {
    for (std::size_t at = 0; at < all.size(); at += 1400) store->append({all.data() + at, 1400});
    store->finish();
    store->finish();
    BOOST_TEST(store->rows().rows() == 1000);
    BOOST_TEST(store->rows().columns() == 7);
    BOOST_TEST((content(*store) == all));
    BOOST_TEST(store->bytes() == 28000U);
  }
  BOOST_TEST(!memory.on_disk());
  BOOST_TEST(disk.on_disk());
}

BOOST_AUTO_TEST_CASE(the_file_has_no_name_at_any_time_and_moves_with_its_owner) {
  const scratch::directory here;
  row_store first(2, 4, {.bytes_in_memory = 0, .folder = here.file("")});
  BOOST_TEST(first.on_disk());
  BOOST_TEST(here.entries() == 0U);
  first.append(numbers(4));
  row_store second(std::move(first));
  second.append(numbers(2));
  second.finish();
  const float* const before = second.rows().data();
  row_store third(1, 0);
  third = std::move(second);
  BOOST_TEST(third.rows().data() == before);
  BOOST_TEST(third.rows().rows() == 3);  // fewer than expected
  BOOST_TEST(third.rows().data()[5] == 1.0F / 3);
  BOOST_TEST(here.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(no_rows_at_all_are_fine) {
  const scratch::directory here;
  for (const std::size_t bound : {std::size_t{0}, std::size_t{100}}) {
    row_store store(2, 3, {.bytes_in_memory = bound, .folder = here.file("")});
    store.finish();
    BOOST_TEST(store.rows().rows() == 0);
    BOOST_TEST(store.bytes() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(what_has_no_place_is_refused_with_the_estimate) {
  const scratch::directory here;
  using fewclip::value_error;
  BOOST_TEST(
      message_of<value_error>([] { row_store(10, 3, {.bytes_in_memory = 119}); }) ==
      "fewclip::io::row_store: rows in memory: expected at most 119 bytes, or a folder, got 120 bytes for 3 rows of 10 floats and no "
      "folder");
  const std::string folder = here.file("");
  const std::string full = message_of<fewclip::io_error>([&] { row_store(1 << 20, fewclip::index{1} << 38, {.folder = folder}); });
  BOOST_TEST(full.starts_with(folder + ": free space: expected 1152921504606846976 bytes for 274877906944 rows of 1048576 floats, got "));
  BOOST_CHECK_THROW(row_store(1, 1, {.bytes_in_memory = 0, .folder = here.file("absent")}), fewclip::io_error);
  BOOST_CHECK_THROW(row_store(1 << 20, fewclip::index{1} << 50, {.folder = folder}), value_error);
  BOOST_CHECK_THROW(row_store(0, 1), value_error);
  BOOST_CHECK_THROW(row_store(1, -1), value_error);
}

BOOST_AUTO_TEST_CASE(rows_come_whole_not_too_many_and_before_the_end) {
  row_store store(3, 2);
  BOOST_TEST(message_of<fewclip::shape_error>([&] { store.append(numbers(4)); }) ==
             "fewclip::io::row_store: append: expected a multiple of 3 floats, got 4 floats");
  BOOST_TEST(message_of<fewclip::value_error>([&] { store.append(numbers(9)); }) ==
             "fewclip::io::row_store: append: expected at most 2 rows in all, got 3");
  BOOST_TEST(message_of<fewclip::value_error>([&] { store.rows(); }) ==
             "fewclip::io::row_store: rows: expected a finished store, got one without finish()");
  store.append(numbers(3));
  store.finish();
  BOOST_TEST(message_of<fewclip::value_error>([&] { store.append(numbers(3)); }) ==
             "fewclip::io::row_store: append: expected a store that is not finished, got a finished one");
  BOOST_TEST((content(store) == numbers(3)));
}

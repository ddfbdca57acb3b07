#include "fewclip/core/tensor.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "fewclip/core/memory.hpp"

namespace {

/// All that a tensor needs of a backend.
struct memory_only {
  using scalar = float;
  using memory = fewclip::host_memory;
};
using tensor = fewclip::tensor<memory_only>;
using values = std::vector<float>;

BOOST_AUTO_TEST_CASE(a_new_tensor_holds_zeros_or_the_value_given) {
  BOOST_TEST(tensor({2, 2}).to_host() == (values{0, 0, 0, 0}), boost::test_tools::per_element());
  BOOST_TEST(tensor({3}, 5.0F).to_host() == (values{5, 5, 5}), boost::test_tools::per_element());
  BOOST_TEST(tensor(fewclip::shape{}, 5.0F).to_host() == (values{5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_default_tensor_is_empty) {
  const tensor t;
  BOOST_TEST(t.empty());
  BOOST_TEST(t.rank() == 1);
  BOOST_TEST(t.rows() == 0);
  BOOST_TEST(t.to_host().empty());
  BOOST_TEST(t.clone().empty());
}

BOOST_AUTO_TEST_CASE(host_memory_is_copied_in_and_out) {
  values in{1, 2, 3, 4, 5, 6};
  const tensor t = tensor::from_host(in.data(), {2, 3});
  in[0] = 9;
  BOOST_TEST(t.to_host() == (values{1, 2, 3, 4, 5, 6}), boost::test_tools::per_element());
  BOOST_TEST(t.rows() == 2);
  BOOST_TEST(t.columns() == 3);
  BOOST_TEST(t.size() == 6);
}

BOOST_AUTO_TEST_CASE(copies_share_storage_until_one_is_written) {
  tensor first({2}, 1.0F);
  tensor second = first;
  BOOST_TEST(second.data() == first.data());
  second.mutable_data()[0] = 7;
  BOOST_TEST(second.data() != first.data());
  BOOST_TEST(first.to_host() == (values{1, 1}), boost::test_tools::per_element());
  BOOST_TEST(second.to_host() == (values{7, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_only_owner_writes_in_place) {
  tensor t({2}, 1.0F);
  const float* before = t.data();
  BOOST_TEST(t.mutable_data() == before);
  { const tensor copy = t; }
  BOOST_TEST(t.mutable_data() == before);
}

BOOST_AUTO_TEST_CASE(a_borrowed_tensor_reads_the_callers_memory_and_never_writes_it) {
  values memory{1, 2};
  tensor t = tensor::borrow(memory.data(), {2});
  BOOST_TEST(t.data() == memory.data());
  memory[1] = 3;
  BOOST_TEST(t.to_host() == (values{1, 3}), boost::test_tools::per_element());
  t.mutable_data()[0] = 9;
  BOOST_TEST(memory == (values{1, 3}), boost::test_tools::per_element());
  BOOST_TEST(t.to_host() == (values{9, 3}), boost::test_tools::per_element());
  const float* own = t.data();
  BOOST_TEST(t.mutable_data() == own);  // owned since the first write
}

BOOST_AUTO_TEST_CASE(a_shared_tensor_keeps_its_owner_alive_and_never_writes_its_memory) {
  auto owner = std::make_shared<values>(values{1, 2, 3});
  const std::weak_ptr<values> watch = owner;
  tensor t = tensor::share(std::shared_ptr<const float>(owner, owner->data() + 1), {2});
  const float* const memory = owner->data();
  owner.reset();
  BOOST_TEST(!watch.expired());
  BOOST_TEST(t.data() == memory + 1);
  t.mutable_data()[0] = 9;
  BOOST_TEST(t.to_host() == (values{9, 3}), boost::test_tools::per_element());
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(copies_and_reshapes_of_a_borrowed_tensor_stay_borrowed) {
  values memory{1, 2, 3, 4};
  const tensor t = tensor::borrow(memory.data(), {4});
  tensor square = t.reshaped({2, 2});
  BOOST_TEST(square.data() == memory.data());
  square.mutable_data()[0] = 9;
  BOOST_TEST(memory[0] == 1.0F);
}

BOOST_AUTO_TEST_CASE(a_clone_has_storage_of_its_own) {
  const tensor t({2}, 1.0F);
  const tensor copy = t.clone();
  BOOST_TEST(copy.data() != t.data());
  BOOST_TEST(copy.to_host() == t.to_host(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reshape_shares_storage_and_is_separated_by_a_write) {
  tensor t({2, 3}, 1.0F);
  const tensor flat = t.reshaped({6});
  BOOST_TEST(flat.data() == t.data());
  t.mutable_data()[5] = 4;
  BOOST_TEST(flat.to_host() == (values{1, 1, 1, 1, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reshape_to_another_number_of_elements_is_refused) {
  BOOST_CHECK_EXCEPTION(tensor({2, 3}).reshaped({4}), fewclip::shape_error, [](const fewclip::shape_error& error) {
    return std::string(error.what()) == "fewclip::tensor::reshaped: extents: expected 6 elements, got [4]";
  });
}

BOOST_AUTO_TEST_CASE(a_null_pointer_is_refused_unless_there_is_nothing_to_read) {
  const auto refused = [](const std::string& where) {
    return [where](const fewclip::value_error& e) { return where + ": data: expected a pointer to 6 elements, got null" == e.what(); };
  };
  const float* volatile none = nullptr;  // not known to the compiler, which would warn
  BOOST_CHECK_EXCEPTION(tensor::borrow(none, {2, 3}), fewclip::value_error, refused("fewclip::tensor::borrow"));
  BOOST_CHECK_EXCEPTION(tensor::share(nullptr, {2, 3}), fewclip::value_error, refused("fewclip::tensor::share"));
  BOOST_CHECK_EXCEPTION(tensor::from_host(none, {2, 3}), fewclip::value_error, refused("fewclip::tensor::from_host"));
  BOOST_TEST(tensor::borrow(nullptr, {0, 3}).empty());
  BOOST_TEST((tensor::without_memory({2, 3}).extents() == fewclip::shape{2, 3}));
  BOOST_TEST((tensor::without_memory({2, 3}).data() == nullptr));
}

}  // namespace

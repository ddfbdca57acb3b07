#define BOOST_TEST_MODULE fewclip
#include <boost/test/unit_test.hpp>

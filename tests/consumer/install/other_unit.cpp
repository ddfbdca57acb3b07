#include <fewclip/core/error.hpp>
#include <fewclip/version.hpp>

std::string message_of_other_unit() { return fewclip::expected_got("consumer", "version", "0", std::to_string(fewclip::version_major)); }

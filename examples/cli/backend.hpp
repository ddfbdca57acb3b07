#pragma once

// The backend of the program, whose products are chosen when it runs.

#include <fewclip/compiled/backend.hpp>
#include <string>

namespace program {

using backend = fewclip::compiled::backend;

/// Makes `--products NAME` the provider of all that is prepared and computed from now on.
/// Throws usage_error for a name that is unknown, that was left out when the program was built, or that this processor does not have.
void choose_products(const std::string& name);

}  // namespace program

#include <fewclip/version.hpp>

// The numbers in the header are those of the CMake project.
static_assert(fewclip::version_major == FEWCLIP_PROJECT_VERSION_MAJOR);
static_assert(fewclip::version_minor == FEWCLIP_PROJECT_VERSION_MINOR);
static_assert(fewclip::version_patch == FEWCLIP_PROJECT_VERSION_PATCH);

#include "fewclip/compiled/clip.hpp"

template class fewclip::runtime::clip<fewclip::compiled::backend>;
template class fewclip::runtime::clip_parts<fewclip::compiled::backend>;

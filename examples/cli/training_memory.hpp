#pragma once

// How much memory a fit takes beside the opened model and the rows of its images, known before the work starts.

#include <fewclip/runtime/clip_info.hpp>
#include <fewclip/runtime/method.hpp>

#include "task.hpp"

namespace program {

/// What the size of a training depends on.
struct training_sizes {
  index classes = 0;
  index images = 0;         // of the support
  index row_width = 0;      // numbers of a row that the method reads
  index prompt_tokens = 0;  // of the longest class prompt, start and end included; 0 where the method does not read them
  index anchors = 0;        // texts that anchors start from; 0: the classes
};

/// An upper estimate in bytes, for methods that train. With P trained numbers, s of them kept per trained number between two steps (itself, the optimizer's moments, the best
/// so far), A numbers of one step's intermediates and W numbers that are there beside (parts of the CLIP that are loaded once more, copies of rows):
///
///     4.8 bytes * (W + max((4 + s) P + A, 4 s P)) + 8 MiB
///
/// (4 + s) P: start, value, gradient, packed value, state. 4 s P: a saved state is in F64, and once more while it is written. Of two stages the maxima
/// are added, since the states of both are saved together. P, A and W are those of the method: learned prompts have the tokens that are kept, layers * (6 width + MLP) numbers each; tuned towers all tokens of a batch, or with
/// `recompute_blocks` one block's; vt_clip batch * (20 classes + 10 places) * width; poolers the tokens of a batch; caches and heads batch * columns;
/// anchors 8 anchors * classes.
double training_memory(const fewclip::runtime::method_description& about, const fewclip::runtime::named_settings& settings,
                       const fewclip::runtime::clip_info& model, const training_sizes& sizes);

}  // namespace program

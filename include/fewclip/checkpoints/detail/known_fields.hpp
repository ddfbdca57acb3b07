#pragma once
/// \file
/// The fields of configuration files: those that change what a model computes, and those that are known not to.

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip::checkpoints::detail {

using accepted_values = std::pair<const char*, std::vector<nlohmann::json>>;

/// Fields of open_clip's vision_cfg that change the computation, with the values of CLIP besides null.
inline const std::vector<accepted_values> vision_fields{
    {"ls_init_value", {}},
    {"attentional_pool", {false}},
    {"no_ln_pre", {false}},
    {"pos_embed_type", {"learnable"}},
    {"final_ln_after_pool", {false}},
    {"pool_type", {"tok"}},
    {"block_type", {"default"}},
    {"qk_norm", {false}},
    {"scaled_cosine_attn", {false}},
    {"scale_heads", {false}},
    {"scale_attn_inner", {false}},
    {"scale_attn", {false}},
    {"scale_fc", {false}},
    {"timm_model_name", {}},
    {"act_kwargs", {}},
    {"input_patchnorm", {false}},
};

/// Fields of open_clip's text_cfg that change the computation, with the values of CLIP besides null.
inline const std::vector<accepted_values> text_fields{
    {"ls_init_value", {}},           {"text_arch", {"clip"}},
    {"hf_model_name", {}},           {"embed_cls", {false}},
    {"no_causal_mask", {false}},     {"final_ln_after_pool", {false}},
    {"pool_type", {"argmax"}},       {"proj_type", {"linear"}},
    {"proj_bias", {false}},          {"pad_id", {0}},
    {"block_type", {"default"}},     {"qk_norm", {false}},
    {"scaled_cosine_attn", {false}}, {"scale_heads", {false}},
    {"scale_attn_inner", {false}},   {"scale_attn", {false}},
    {"scale_fc", {false}},           {"act_kwargs", {}},
};

/// Fields of open_clip's vision_cfg that a published model may have and that change nothing in inference, or only with a field that is refused:
/// drop-out in training, the attentional pooler's sizes, timm's wrapper, whether tokens are returned beside the result. The weights tell mlp_ratio.
inline const std::vector<const char*> inert_vision_fields{
    "mlp_ratio", "patch_dropout", "attn_pooler_queries",   "attn_pooler_heads", "output_tokens", "timm_pool",
    "timm_proj", "timm_drop",     "timm_model_pretrained", "timm_proj_bias",    "timm_drop_path"};

/// Likewise of text_cfg: eos_id counts for another pooling only, the hf_ fields for a text tower of transformers.
inline const std::vector<const char*> inert_text_fields{"mlp_ratio",    "output_tokens",  "eos_id",           "hf_model_pretrained",
                                                        "hf_proj_type", "hf_pooler_type", "hf_tokenizer_name"};

/// Likewise of model_cfg: where a training starts, its number type, how results are returned; the names of the tensors tell custom_text.
inline const std::vector<const char*> inert_model_fields{"custom_text", "init_logit_scale", "init_logit_bias", "cast_dtype", "output_dict"};

/// Fields of transformers' configurations that say nothing about inference of CLIP: its general settings of generation, labels and training, where
/// the file came from, how numbers were initialised, ids of tokens that play no part in the computation, and the
/// two fields that are read apart, architectures and auto_map.
inline const std::vector<const char*> inert_hf_fields{"_attn_implementation_autoset",
                                                      "_commit_hash",
                                                      "_name_or_path",
                                                      "add_cross_attention",
                                                      "architectures",
                                                      "attention_dropout",
                                                      "auto_map",
                                                      "bad_words_ids",
                                                      "begin_suppress_tokens",
                                                      "bos_token_id",
                                                      "chunk_size_feed_forward",
                                                      "cross_attention_hidden_size",
                                                      "decoder_start_token_id",
                                                      "diversity_penalty",
                                                      "do_sample",
                                                      "dropout",
                                                      "dtype",
                                                      "early_stopping",
                                                      "encoder_no_repeat_ngram_size",
                                                      "exponential_decay_length_penalty",
                                                      "finetuning_task",
                                                      "forced_bos_token_id",
                                                      "forced_eos_token_id",
                                                      "id2label",
                                                      "initializer_factor",
                                                      "initializer_range",
                                                      "is_decoder",
                                                      "is_encoder_decoder",
                                                      "label2id",
                                                      "length_penalty",
                                                      "logit_scale_init_value",
                                                      "max_length",
                                                      "min_length",
                                                      "no_repeat_ngram_size",
                                                      "num_beam_groups",
                                                      "num_beams",
                                                      "num_return_sequences",
                                                      "output_attentions",
                                                      "output_hidden_states",
                                                      "output_scores",
                                                      "pad_token_id",
                                                      "prefix",
                                                      "problem_type",
                                                      "projection_dim",
                                                      "remove_invalid_values",
                                                      "repetition_penalty",
                                                      "return_dict",
                                                      "return_dict_in_generate",
                                                      "sep_token_id",
                                                      "suppress_tokens",
                                                      "task_specific_params",
                                                      "temperature",
                                                      "tf_legacy_loss",
                                                      "tie_encoder_decoder",
                                                      "tie_word_embeddings",
                                                      "tokenizer_class",
                                                      "top_k",
                                                      "top_p",
                                                      "torch_dtype",
                                                      "torchscript",
                                                      "transformers_version",
                                                      "typical_p",
                                                      "use_bfloat16",
                                                      "use_cache"};

/// Arguments of timm's models that change the computation, with the values of its CLIP besides null.
inline const std::vector<accepted_values> timm_arguments{
    {"global_pool", {"token", "attn", ""}},
    {"pre_norm", {true}},
    {"final_norm", {true}},
    {"fc_norm", {false}},
    {"qkv_bias", {true}},
    {"proj_bias", {true}},
    {"qk_norm", {false}},
    {"scale_attn_norm", {false}},
    {"scale_mlp_norm", {false}},
    {"init_values", {}},
    {"class_token", {true}},
    {"reg_tokens", {0}},
    {"pos_embed", {"learn"}},
    {"no_embed_class", {false}},
    {"pool_include_prefix", {false}},
    {"dynamic_img_size", {false}},
    {"dynamic_img_pad", {false}},
};

/// Arguments of timm's models that the shapes of the weights tell, or that count in training only.
inline const std::vector<const char*> inert_timm_arguments{
    "img_size",      "patch_size",      "embed_dim",      "depth",          "mlp_ratio",   "in_chans", "num_classes",
    "layers",        "width",           "drop_rate",      "heads",          "stem_width",  "head_dim", "proj_drop_rate",
    "pos_drop_rate", "patch_drop_rate", "attn_drop_rate", "drop_path_rate", "weight_init", "fix_init"};

}  // namespace fewclip::checkpoints::detail

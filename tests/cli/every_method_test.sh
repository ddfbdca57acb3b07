#!/usr/bin/env bash
# every_method_test.sh PROGRAM SOURCE_DIR [CMAKE]: every method with every selection, recipe and product provider, once, on very little.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"
model=$source_dir/examples/models/tangram-resnet

ends 0 methods
cp out methods.txt
mapfile -t methods < <(grep -oE '^[a-z_]+$' methods.txt)
[ "${#methods[@]}" -ge 17 ] || fail "methods: ${#methods[@]} names"
short() { # short METHOD...: settings that make their fits short ones
  local method
  for method in "$@"; do
    awk -v start="$method." 'index($1, start) == 1 {
      name = substr($1, length(start) + 1)
      value = name ~ /warmup_epochs$/ ? 0 : name ~ /epochs$/ ? 1 : name ~ /max_iterations$/ ? 3 : name ~ /tangrams$/ ? 40 : name ~ /pairs.batch_size$/ ? 4 : ""
      if (value != "") printf "--set %s%s=%s ", start, name, value
    }' methods.txt
  done
}
ends 0 generate --images pictures --task none --classes 3 --side 64 --train 2 --val 2 --test 2 --seed 3
printf 'boat\nred square\nstar\n' >anchors.txt
ends 0 features --model "$model" --images pictures --anchors anchors.txt --out set.safetensors
ends 0 features --model "$model" --images pictures --out plain.safetensors

providers=()
for each in eigen onednn onednn-bf16; do
  "$program" compare --features set.safetensors --methods zero_shot --shots 1 --products "$each" >out 2>err && providers+=("$each")
done
[ "${#providers[@]}" -ge 1 ] || fail "no provider works: $(cat err)"
whole() { # whole WHAT: a table or a fit without a number that is none
  ! grep -qiE '(^|[^a-z])(nan|inf)([^a-z]|$)' out || fail "$1: $(cat out)"
}

# --- compare: all methods that features suffice for --------------------------------------------------------------------
read -ra settings < <(short linear_probe clip_adapter tip_adapter_f ape_t rtos_feature_anchors)
for products in "${providers[@]}"; do
  for selection in none few-val full-val oracle; do
    for recipe in clean published:dtd; do
      ends 0 compare --features set.safetensors --shots 2 --seeds 1 --products "$products" --selection $selection --recipe $recipe "${settings[@]}"
      equals "$(grep -cE '^[a-z_]+ +2 +[0-9]' out)" 10 "rows of compare --products $products --selection $selection --recipe $recipe"
      whole "compare --products $products --selection $selection --recipe $recipe"
    done
  done
done

# --- fit: all methods, with and without anchors ------------------------------------------------------------------------
fits() { # fits METHOD ARGUMENT...
  local method=$1 settings
  shift
  read -ra settings < <(short "$method")
  ends 0 fit --model "$model" --images pictures --shots 2 --method "$method" --out fitted.st ${settings[@]+"${settings[@]}"} "$@"
}
for products in "${providers[@]}"; do
  for method in "${methods[@]}"; do
    anchors=()
    [ "$method" = rtos_fixed_anchors ] && anchors=(--anchors anchors.txt)
    for selection in few-val full-val; do
      fits "$method" --products "$products" --selection $selection ${anchors[@]+"${anchors[@]}"}
    done
    ends 0 predict --model "$model" --products "$products" --classifier fitted.st pictures/test --json
    equals "$(grep -c '"predictions"' out)" 6 "$method on $products: pictures that are told"
    whole "$method on $products"
  done
  for method in rtos rtos_feature_anchors; do fits "$method" --products "$products" --selection few-val --anchors anchors.txt; done
  fits tip_x --products "$products" --selection few-val --recipe published:dtd
done
for method in coop linear_probe tip_adapter_f ape_t; do fits "$method" --selection full-val --recipe published:caltech101; done

# --- what is chosen, and what is refused -------------------------------------------------------------------------------
fits safe_a --selection few-val
grep -q 'has nothing to search' err && fail "safe_a: $(cat err)"
refuses 2 '--anchors;rtos_fixed_anchors;other than the classes' fit --model "$model" --images pictures --method rtos_fixed_anchors --out no.st
ends 0 compare --features plain.safetensors --methods zero_shot,rtos_fixed_anchors --shots 1 --seeds 1
grep -qE '^skipped rtos_fixed_anchors: it needs anchor_features' out || fail "no reason why rtos_fixed_anchors is skipped: $(cat out)"
refuses 1 'plain.safetensors;anchor_features;rtos_fixed_anchors' compare --features plain.safetensors --methods rtos_fixed_anchors --shots 1

# Temperatures follow the scale of the model: 2 / scale here, as recorded with the features.
ends 0 compare --features set.safetensors --methods rtos_fixed_anchors --shots 1 --seeds 1 --json found.json
awk -v scale="$(json found.json runs 0 settings scale)" -v tau="$(json found.json runs 0 settings relation_temperature)" \
  'BEGIN { exit !(scale > 10 && scale < 30 && scale * tau > 1.999 && scale * tau < 2.001) }' || fail "the temperature does not follow the scale"
ends 0 compare --features set.safetensors --methods rtos_fixed_anchors --shots 1 --seeds 1 --json found.json --set rtos_fixed_anchors.relation_temperature=0.25
equals "$(json found.json runs 0 settings relation_temperature)" 0.25 "a temperature that is given"
finish every_method

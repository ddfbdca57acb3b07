#!/usr/bin/env bash
# demo_test.sh PROGRAM SOURCE_DIR: the demo on a very small task: every method, table, JSON and page.
program=$1
source_dir=$2
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"

small=(--model "$source_dir/examples/models/tangram-resnet" --tasks clutter --classes 3 --test 4 --shots 1,2
  --set coop.epochs=2 --set rtos.epochs=2 --set vt_clip.epochs=2 --set safe.epochs=2 --set safe_a.first.epochs=2
  --set tsf_clip.first.epochs=1 --set tsf_clip.pairs.tangrams=100 --set tsf_clip.pairs.texts_per_tangram=4
  --set cross_modal.epochs=20 --set tsf_clip.second.epochs=20)
ends 0 "${small[@]}" --out found
for method in zero_shot tip_adapter tip_x ape linear_probe clip_adapter tip_adapter_f ape_t coop rtos rtos_feature_anchors \
  rtos_fixed_anchors vt_clip safe safe_a cross_modal tsf_clip; do
  grep -qE "^$method +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9]+$" out || fail "no row of $method in: $(cat out)"
  grep -qF ">$method</th>" found/report.html || fail "no row of $method in the page"
done
equals "$(grep -cE '^zero_shot ' out)" 1 'rows of zero_shot'
[ "$(grep -nE '^zero_shot ' out | cut -d: -f1)" -lt "$(grep -nE '^tip_adapter ' out | cut -d: -f1)" ] || fail 'zero_shot is not first'
grep -qE '^safe at 2 shots: the original pooler .* the blend .* the tuned pooler ' out || fail "no ends of safe in: $(cat out)"
for part in '</html>' '<svg' 'data:image/png;base64,' 'Attention' 'Reliability' 'Confusions'; do
  grep -qF -- "$part" found/report.html || fail "the page lacks $part"
done
grep -qE 'https?://' found/report.html && fail 'the page asks for something else'
equals "$(find found/pictures/clutter/test -name '*.png' | wc -l)" 12 'test pictures'
grep -oE '"accuracy": [0-9.e-]+' found/results.json >first.txt
equals "$(wc -l <first.txt)" 36 'accuracies in the JSON'
ends 0 "${small[@]}" --out again --threads 1
grep -oE '"accuracy": [0-9.e-]+' again/results.json >second.txt
cmp -s first.txt second.txt || fail 'a run on one thread differs'

# tools/demo, in a tree that has what it asks for: the program's defaults, and others in their place.
mkdir -p tree/tools tree/build/bin tree/examples/models
cp "$source_dir/tools/demo" tree/tools
ln -s "$(realpath "$program")" tree/build/bin/fewclip_demo
cp -r "$source_dir/examples/models/tangram-resnet" tree/examples/models/tangram-resnet
one=(--tasks clutter --classes 3 --test 4 --shots 1 --methods zero_shot)
tree/tools/demo "${one[@]}" >out 2>err || fail "tools/demo: $(cat err)"
[ -s tree/demo/report.html ] || fail 'tools/demo wrote no demo/report.html'
[ -d tree/demo/pictures/clutter ] || fail 'tools/demo wrote no demo/pictures'
mv tree/examples/models/tangram-resnet tree/moved
tree/tools/demo "${one[@]}" --model moved --out other >out 2>err || fail "tools/demo --model moved --out other: $(cat err)"
[ -s tree/other/report.html ] || fail 'tools/demo --out other wrote no other/report.html'

refuses 2 "no method 'sefa'; did you mean 'safe'?" "${small[@]}" --out no.st --methods sefa
for wrong in safe.alpha safe.alpha=nan safe.alpha=inf safe.alpha=-1 safe.alfa=1 sefa.alpha=1; do
  refuses 2 '--set' "${small[@]}" --out no.st --set $wrong
done
refuses 2 "did you mean 'first.epochs'" "${small[@]}" --out no.st --set safe_a.epochs=1
for wrong in '--shots 0' '--shots -1' '--shots 1,0' '--seeds -1' '--classes 1' '--classes 1000' '--test 0'; do
  # shellcheck disable=SC2086
  refuses 2 "${wrong%% *}" --out no.st $wrong
done
mkdir -p victim && touch victim/kept
refuses 2 '--tasks' --out no.st --tasks "$PWD/victim"
[ -e victim/kept ] || fail 'a folder that is no task was removed'
mkdir -p own/pictures/clutter && touch own/pictures/clutter/kept
refuses 2 '--out;own/pictures/clutter;has no .fewclip_demo;remove it' "${small[@]}" --out own
[ -e own/pictures/clutter/kept ] || fail 'pictures that the demo did not write were removed'

# Pictures that were changed, or have something of somebody else among them, are not replaced; nor is a link followed.
few=("${small[@]}" --methods zero_shot --shots 1)
ends 0 "${few[@]}" --out mine
ends 0 "${few[@]}" --out mine
for what in train/mine.png mine/ .hidden; do
  mkdir -p "$(dirname "mine/pictures/clutter/$what")"
  if [ "${what%/}" != "$what" ]; then mkdir "mine/pictures/clutter/$what"; else echo mine >"mine/pictures/clutter/$what"; fi
  refuses 2 '--out;mine/pictures/clutter;not as .fewclip_demo says;remove it' "${few[@]}" --out mine
  [ -e "mine/pictures/clutter/$what" ] || fail "$what of somebody else was removed"
  rm -r "mine/pictures/clutter/$what"
done
ends 0 "${few[@]}" --out mine
echo mine >"$(find mine/pictures/clutter/test -name 0001.png | head -n 1)"
refuses 2 '--out;mine/pictures/clutter;not as .fewclip_demo says' "${few[@]}" --out mine
mv mine/pictures/clutter moved && ln -s ../../moved mine/pictures/clutter
refuses 2 '--out;mine/pictures/clutter;which is no folder' "${few[@]}" --out mine
[ -L mine/pictures/clutter ] && [ -e moved/train ] || fail 'a link was removed or followed'
cp -r "$source_dir/examples/models/tangram-resnet" own_model && chmod -R u+w own_model && echo '{}' >own_model/results.json
refuses 2 '--out, results.json: expected another file than those of --model' --model own_model --tasks clutter --methods zero_shot --out own_model
refuses 2 '--tasks: expected a value, got an empty text' --tasks '' --out no.st
refuses 2 '--shots: expected whole numbers;an empty one in' --shots 1,,2 --out no.st

# Shots in any order; the attention maps are those of the first seed.
runs=("${small[@]}" --methods zero_shot --methods safe)
ends 0 "${runs[@]}" --shots 2,1,2 --out mixed
grep -qE '^clutter, shots +1 +2 +fit s' out || fail "shots 2,1,2: $(cat out)"
grep -qE '^safe at 2 shots: ' out || fail "shots 2,1,2: no ends of safe at 2 shots in: $(cat out)"
ends 0 "${runs[@]}" --out sorted
grep -oE '"accuracy": [0-9.e-]+' mixed/results.json >mixed.txt
grep -oE '"accuracy": [0-9.e-]+' sorted/results.json | cmp -s - mixed.txt || fail 'the order of the shots changes the results'
maps() { # maps SEEDS: the section of the page that has the attention maps
  ends 0 "${runs[@]}" --seeds "$1" --out maps
  awk '/<section id="attention">/ { inside = 1 } inside { print } /<\/section>/ { inside = 0 }' maps/report.html
}
maps 1 >maps1.txt
maps 2 >maps2.txt
maps 2,1 >maps21.txt
[ -s maps1.txt ] || fail 'no attention maps'
cmp -s maps1.txt maps2.txt && fail 'the attention maps do not depend on the seed'
cmp -s maps2.txt maps21.txt || fail 'the attention maps are not those of the first seed'

# A signal ends the method in work, and is said.
for signal in INT:130 HUP:129; do
  for seconds in 3 10 40; do # until the method has begun
    status=0
    env --default-signal=HUP,INT timeout --foreground --preserve-status -k 60 -s ${signal%:*} $seconds "$program" "${small[@]}" --methods coop \
      --set coop.epochs=1000000 --out stopped >out 2>err || status=$?
    ! grep -qx 'fewclip_demo: interrupted' err || break
  done
  equals "$status" ${signal#*:} "status after SIG${signal%:*}"
  grep -qx 'fewclip_demo: interrupted' err || fail "after SIG${signal%:*}: $(cat err)"
  [ ! -e stopped/results.json ] || fail "results after SIG${signal%:*}"
done

# The pairs of tsf_clip's first stage are drawn by the seed of the run, too.
losses() { # losses ARGUMENT...: of tsf_clip with seed 2
  ends 0 "${small[@]}" --methods tsf_clip --seeds 2 --out losses "$@"
  grep -oE '"final_loss": [0-9.e-]+' losses/results.json
}
losses >by_seed.txt
losses --set tsf_clip.pairs.seed=2 >same.txt
losses --set tsf_clip.pairs.seed=1 >other.txt
equals "$(wc -l <by_seed.txt)" 2 'losses in the JSON'
cmp -s by_seed.txt same.txt || fail 'the seed of the run is not that of the pairs'
cmp -s by_seed.txt other.txt && fail 'the seed of the pairs changes nothing'
finish demo

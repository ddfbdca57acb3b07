#!/usr/bin/env bash
# fit_test.sh PROGRAM SOURCE_DIR [CMAKE]: fit and predict on the small model in examples/models: outputs, messages, exit statuses, resumption.
# FEWCLIP_TEST_MODEL names another model, with a text tower.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"
model=${FEWCLIP_TEST_MODEL:-$source_dir/examples/models/tangram-resnet}
textless=$source_dir/tests/golden/clip/resnet/timm

fits() { ends 0 fit --model "$model" --images pictures "$@"; }
fit_refuses() { # fit_refuses STATUS TEXTS ARGUMENT...: as refuses, with --out no.st where no output is given
  local status=$1 texts=$2
  shift 2
  case " $* " in
    *' --out '*) refuses "$status" "$texts" fit --model "$model" "$@" ;;
    *) refuses "$status" "$texts" fit --model "$model" --out no.st "$@" ;;
  esac
}
predicts() { ends "$1" predict --model "$model" --classifier "${@:2}"; }
short() { # short METHOD: the settings that make its fit a short one
  awk -v start="$1." 'index($1, start) == 1 {
    name = substr($1, length(start) + 1)
    value = name ~ /warmup_epochs$/ ? 0 : name ~ /epochs$/ ? 1 : name ~ /max_iterations$/ ? 3 : name ~ /tangrams$/ ? 40 : name ~ /pairs.batch_size$/ ? 4 : ""
    if (value != "") printf "--set %s=%s ", name, value
  }' methods.txt
}
top_labels() { # top_labels FILE: the first class of every image of a JSON output
  awk '/"predictions"/ { first = 1 } /"label"/ && first { gsub(",", ""); print $2; first = 0 }' "$1"
}

ends 0 generate --images pictures --task none --classes 4 --side 64 --train 4 --val 2 --test 3 --seed 3
ls pictures/train >classes.txt
mapfile -t classes <classes.txt
printf 'red square\nblue triangle\nnothing at all\n' >anchors.txt
ends 0 methods
cp out methods.txt
mapfile -t methods < <(grep -oE '^[a-z_]+$' methods.txt)

# --- every method ----------------------------------------------------------------------------------------------------
for method in zero_shot linear_probe clip_adapter tip_adapter tip_adapter_f tip_x ape ape_t coop rtos rtos_feature_anchors rtos_fixed_anchors \
  vt_clip safe safe_a cross_modal tsf_clip; do
  grep -qx "$method" methods.txt || fail "methods: no $method"
done
for method in "${methods[@]}"; do
  read -ra settings < <(short "$method")
  [ "$method" = rtos_fixed_anchors ] && settings+=(--anchors anchors.txt)
  fits --method "$method" --shots 2 --out "$method.st" ${settings[@]+"${settings[@]}"}
  said=$(grep -vx "fewclip: linear_probe did not converge within 3 iterations (--set linear_probe.max_iterations=N gives more)" err)
  [ -z "$said" ] || fail "$method: something on stderr: $said"
  grep -q "^$method.st: $method on 8 images of 4 classes, " out || fail "$method: $(cat out)"
  has "$method.st" "\"method\":\"$method\""
  predicts 0 "$method.st" pictures/test --json
  mv out "$method.json"
  grep -qxF "$(json "$method.json" images 11 predictions 3 class)" classes.txt || fail "$method: the last class is none of the folders'"
  awk '/"predictions"/ { images++; sum = 0; seen = 0 }
    /"probability"/ { p = $2 + 0; sum += p; seen++; if (p < 0 || p > 1 || (seen == 4 && (sum < 0.999999 || sum > 1.000001))) print "off: " sum, p }
    END { print images }' "$method.json" >found.txt
  equals "$(cat found.txt)" 12 "$method: images, and those whose probabilities are off"
  predicts 0 "$method.st" pictures/test --json --batch 5 --threads 1
  top_labels out >again.txt
  top_labels "$method.json" | cmp -s - again.txt || fail "$method: other predictions in batches of 5"
  predicts 0 "$method.st" pictures/test --json
  cmp -s out "$method.json" || fail "$method: the same command predicts otherwise"
done

cp -r "$model" wordless && rm -f wordless/tokenizer.json wordless/vocab.json wordless/merges.txt wordless/*.gz
for method in vt_clip safe safe_a cross_modal tsf_clip; do # the text tower is not needed any more
  ends 0 predict --model wordless --classifier "$method.st" pictures/test --json
  cmp -s <(grep '"logit"' out) <(grep '"logit"' "$method.json") || fail "$method: other logits without a vocabulary"
done
refuses 1 'tokenizer' predict --model wordless --classifier coop.st pictures/test

# --- the output of predict -------------------------------------------------------------------------------------------
picture="pictures/test/${classes[1]}/0001.png"
predicts 0 zero_shot.st "$picture" --top 2
grep -qE "^$picture: [a-z ]+ [0-9.]+ %, [a-z ]+ [0-9.]+ %\$" out || fail "predict --top 2: $(cat out)"
predicts 0 zero_shot.st "$picture" "pictures/test/${classes[0]}/0002.png" --top 99
equals "$(grep -c '^pictures.*%.*%.*%.*%$' out)" 2 "lines with all four classes"
predicts 0 zero_shot.st "pictures/test/${classes[2]}"
equals "$(wc -l <out)" 3 "images of a folder without class folders"
equals "$(json zero_shot.json method)" zero_shot "method in the JSON"
equals "$(json zero_shot.json images 0 file)" "pictures/test/${classes[0]}/0001.png" "file in the JSON"
right=$(top_labels zero_shot.json | awk '{ hits += $1 == int((NR - 1) / 3) } END { print hits }')
[ "$right" -ge 6 ] || fail "zero_shot: $right of 12 right, on pictures like those of the model's training"

# --- the same by way of features and compare -------------------------------------------------------------------------
ends 0 features --model "$model" --images pictures --out set.st
for method in zero_shot tip_adapter ape; do
  [ $method = zero_shot ] || fits --method $method --out $method.st
  predicts 0 $method.st pictures/test --json
  mv out $method.json
  ends 0 compare --features set.st --methods $method --shots 4 --seeds 1 --logits logits.st
  tail -c $((12 * 4 * 4)) logits.st | od -An -v -t f4 -w16 |
    awk '{ best = 1; for (i = 2; i <= 4; i++) if ($i > $best) best = i; print best - 1, $best }' >expected.txt
  awk '/"predictions"/ { first = 1 } /"label"/ && first { gsub(",", ""); label = $2 } /"logit"/ && first { print label, $2; first = 0 }' \
    $method.json | paste -d ' ' - expected.txt | awk '{ d = $2 - $4; if (d < 0) d = -d; if ($1 != $3 || d > 0.002) print }' >off.txt
  equals "$(wc -l <expected.txt) $(wc -l <off.txt)" "12 0" "$method: images, and those with another class or logit than compare's"
done
ends 0 compare --features set.st --shots 1 --seeds 1 --json all.json
[ ! -s err ] || fail "compare with all methods: $(cat err)"
grep -q '^skipped coop: .*fewclip fit' out || fail "compare: coop is not listed as skipped"
refuses 2 "--methods;features only;'coop'" compare --features set.st --methods coop
ends 0 compare --features set.st --methods zero_shot,safe --shots 1 --seeds 1
grep -q 'safe is skipped' err || fail "compare: safe was asked for, yet nothing is said"

# --- the logit scale of the checkpoint ----------------------------------------------------------------------------------
stored_scale() { # stored_scale FILE: the first setting of a classifier, where the file's numbers begin
  local length
  length=$(od -An -t u8 -N 8 "$1")
  od -An -t f8 -j $((8 + length)) -N 8 "$1" | tr -d ' '
}
compared_scale() { awk -F': ' '/"runs"/ { runs = 1 } runs && /"scale"/ { gsub(",", ""); print $2 }' compared.json; }
ends 0 info --model "$model" --json
scale=$(awk -F': ' '/^ "scale"/ { gsub(",", ""); print $2 }' out)
awk -v s="$scale" 'BEGIN { exit !(s > 1 && s < 99) }' || fail "scale of the model: '$scale', which a default of 100 would not differ from"
has set.st "\"scale\":\"$scale\""
fits --method zero_shot --out scaled.st
has scaled.st '"setting_names":"[\"scale\"]"'
equals "$(stored_scale scaled.st)" "$scale" "scale of a classifier"
ends 0 compare --features set.st --methods zero_shot --shots 1 --seeds 1 --json compared.json
equals "$(compared_scale)" "$scale" "scale of a comparison"
fits --method zero_shot --set scale=7 --out scaled.st
equals "$(stored_scale scaled.st)" 7 "scale of a classifier with --set scale=7"
ends 0 compare --features set.st --methods zero_shot --shots 1 --seeds 1 --set zero_shot.scale=7 --json compared.json
equals "$(compared_scale)" 7.0 "scale of a comparison with --set zero_shot.scale=7"

# --- what is on the command line -------------------------------------------------------------------------------------
cp -r pictures unread
find unread -name '*.png' -exec sh -c 'echo "no picture" >"$1"' _ {} \; # what is refused before an image is read
fits --method tip_adapter --shots 2 --set alpha=3 --out named.st
fits --method tip_adapter --shots 2 --set tip_adapter.alpha=3 --out full.st
cmp -s named.st full.st || fail "--set with and without the method's name give different classifiers"
fits --method tip_adapter --shots 2 --out plain.st
cmp -s named.st plain.st && fail "--set changes nothing"
fits --method tip_adapter --shots 2 --seed 2 --out other.st
cmp -s other.st plain.st && fail "--seed changes nothing"
fits --method tip_adapter --shots 2 --selection few-val --out chosen.st
has chosen.st 'few-val: '
fits --method tip_adapter --selection full-val --recipe published:dtd --out chosen.st
has chosen.st 'as published for dtd'
fits --method ape --recipe published:imagenet --out chosen.st
has chosen.st 'the same share is used'

# Published settings; what is not searched, and what has no published settings.
epochs_of() { # epochs_of ARGUMENT...: those that coop takes for caltech101, by the steps of one batch each
  fits --method coop --recipe published:caltech101 --set context_length=2 --out published.st "$@"
  head -c 100000 published.st | grep -aoE 'steps.":."[0-9]+' | grep -oE '[0-9]+'
}
equals "$(epochs_of --shots 1) $(epochs_of --shots 2) $(epochs_of --shots 4)" '50 100 100' "published epochs of coop with 1, 2 and 4 shots"
equals "$(epochs_of)" 200 "published epochs of coop with all images"
equals "$(epochs_of --shots 1 --set epochs=3)" 3 "epochs of the command line"
has published.st 'settings and searches as published for caltech101'
fits --method rtos_fixed_anchors --shots 1 --recipe published:dtd --anchors anchors.txt --out unpublished.st
has unpublished.st 'no published settings of rtos_fixed_anchors here'
! grep -qa 'settings and searches' unpublished.st || fail "rtos_fixed_anchors: the file tells of published settings"
fits --method coop --shots 2 --selection few-val --set epochs=1 --out fixed.st
grep -q 'coop has nothing to search; --selection few-val changes nothing' err || fail "coop: $(cat err)"
has fixed.st '"fixed: no validation labels used\"'
fits --method coop --shots 2 --selection few-val --set epochs=1 --set patience=1 --out fixed.st
grep -q 'coop has nothing to search; --selection few-val serves its early stop alone' err || fail "coop: $(cat err)"
has fixed.st '"fixed: nothing is searched, few-val rows are watched for the early stop\"'
fits --method tip_adapter --shots 2 --selection few-val --set alpha=1 --set beta=1 --out fixed.st
has fixed.st '"fixed: no validation labels used\"'
fit_refuses 2 "--method;tip_adaptor;did you mean 'tip_adapter'" --images pictures --method tip_adaptor
fit_refuses 2 "--method;all" --images pictures --method all
fit_refuses 2 "alfa;did you mean 'alpha'" --images pictures --method tip_adapter --set alfa=1
fit_refuses 2 "'epochs';did you mean 'first.epochs'" --images pictures --method safe_a --set epochs=1
fit_refuses 2 'expected a number;nan' --images pictures --method tip_adapter --set alpha=nan
fit_refuses 2 "parameter=value;'alpha'" --images pictures --method tip_adapter --set alpha
fit_refuses 2 'alpha;expected;-1' --images pictures --method tip_adapter --set alpha=-1
fit_refuses 2 "beta" --images pictures --method zero_shot --set tip_adapter.beta=1
fit_refuses 2 "few-val;'best'" --images pictures --method tip_adapter --selection best
fit_refuses 2 "few-val;'oracle'" --images pictures --method tip_adapter --selection oracle
fit_refuses 2 'patience;few-val' --images pictures --method coop --set patience=2
for setting in second.patience second.check_every_steps second.minimal_improvement; do
  fit_refuses 2 "tsf_clip.$setting;few-val" --images pictures --method tsf_clip --set $setting=1
done
fit_refuses 2 'safe_a.first.check_every_steps;few-val' --images pictures --method safe_a --set first.check_every_steps=100
fit_refuses 2 "did you mean 'caltech101'" --images pictures --method tip_adapter --recipe published:caltech
fit_refuses 2 '--shots' --images pictures --method tip_adapter --shots 0
fit_refuses 2 '--seed' --images pictures --method tip_adapter --seed -1
fit_refuses 2 '--images' --method tip_adapter
fit_refuses 2 '--method' --images pictures
fit_refuses 2 'outside the folder' --images pictures --method tip_adapter --out pictures/train/no.st
fit_refuses 2 '--prompt: template 0;{}' --images pictures --method tip_adapter --prompt 'a photo'
fit_refuses 1 'absent/no.st' --images pictures --method tip_adapter --out absent/no.st
fit_refuses 1 'ape;channels;at most' --images pictures --method ape --set channels=5000
fit_refuses 1 'vt_clip: attention_heads: expected a divisor of the width;got 7' --images unread --method vt_clip --set attention_heads=7
fit_refuses 1 'coop: context_length: expected at most;got 70' --images unread --method coop --set context_length=70
most=$(sed -n 's/.*expected at most \([0-9]*\) beside.*/\1/p' err)
fits --method coop --shots 1 --set context_length="$most" --set epochs=1 --out longest.st
fit_refuses 1 "coop: context_length: expected at most $most;got $((most + 1))" --images unread --method coop --set context_length=$((most + 1))
fit_refuses 1 'tsf_clip, settings pairs.*;pairs of training;batch of 100' --images unread --method tsf_clip --set pairs.tangrams=20 --set pairs.batch_size=100
fit_refuses 1 'tsf_clip, settings pairs.*;pairs of validation' --images unread --method tsf_clip --set pairs.tangrams=40 --set pairs.validation_share=0.01
fit_refuses 1 'tsf_clip: second.batch_size: expected at most;images;of 64' --images pictures --method tsf_clip --shots 2 --set second.batch_size=64
fit_refuses 1 'tsf_clip: second.text_rows: expected 0 or 4;got 3' --images pictures --method tsf_clip --shots 2 --set second.text_rows=3
fit_refuses 1 'cross_modal: text_rows: expected 0 or 4;got 5' --images pictures --method cross_modal --shots 2 --set text_rows=5
fits --method tsf_clip --shots 1 --set pairs.validation_share=0 --set pairs.tangrams=40 --set pairs.batch_size=4 --set first.epochs=1 --set second.epochs=2 --out unwatched.st
fit_refuses 2 "'views'" --images pictures --method safe_a --set views=2
refuses 2 'one folder, or files only;pictures/test' predict --model "$model" --classifier zero_shot.st pictures/test tip_adapter.st
refuses 1 'absent.png' predict --model "$model" --classifier zero_shot.st absent.png
refuses 2 '--top' predict --model "$model" --classifier zero_shot.st "$picture" --top 0

# --- anchors ---------------------------------------------------------------------------------------------------------
printf 'red square\n\nblue triangle\n' >gap.txt
cp classes.txt same.txt
fits --method rtos_fixed_anchors --anchors same.txt --out classes.st
fits --method rtos_fixed_anchors --anchors anchors.txt --out anchors.st
has anchors.st '"anchors"'
predicts 0 classes.st pictures/test --json
mv out classes.json
predicts 0 anchors.st pictures/test --json
equals "$(grep -c '"logit"' out)" 48 "logits with anchors"
cmp -s <(grep logit out) <(grep logit classes.json) && fail "anchors change nothing"
fits --method rtos_feature_anchors --set epochs=1 --anchors anchors.txt --out anchors.st
predicts 0 anchors.st "$picture"
for file in same anchors; do fits --method rtos --set epochs=1 --set gamma=20 --anchors "$file.txt" --out "rtos_$file.st"; done
grep -q 'rtos on .*, 384 trained numbers' out || fail "rtos with three anchors: $(cat out)"
fits --method rtos --set epochs=1 --set gamma=20 --out rtos.st
predicts 0 rtos.st pictures/test --json
mv out rtos.json
predicts 0 rtos_same.st pictures/test --json
cmp -s <(grep logit out) <(grep logit rtos.json) || fail "rtos: the classes as anchors are not what no anchors are"
predicts 0 rtos_anchors.st pictures/test --json
equals "$(grep -c '"logit"' out)" 48 "logits of rtos with anchors"
cmp -s <(grep logit out) <(grep logit rtos.json) && fail "rtos: anchors change nothing"
{ echo 'red square'; printf 'square %.0s' $(seq 200); } >long.txt
fit_refuses 1 'long.txt;line 2;tokens' --images pictures --method rtos --anchors long.txt
fit_refuses 2 '--anchors;rtos_fixed_anchors' --images pictures --method coop --anchors anchors.txt
fit_refuses 1 'absent.txt' --images pictures --method rtos_fixed_anchors --anchors absent.txt
fit_refuses 1 'gap.txt;line 2' --images pictures --method rtos_fixed_anchors --anchors gap.txt

# --- pictures --------------------------------------------------------------------------------------------------------
fit_refuses 1 'absent' --images absent --method tip_adapter
mkdir single && cp -r "pictures/train/${classes[0]}" single
fit_refuses 1 'single;class folders;at least 2;got 1' --images single --method tip_adapter
fit_refuses 1 'folder val;few-val' --images pictures/train --method tip_adapter --selection few-val
cp -r pictures/train broken
rm "broken/${classes[2]}"/*
echo 'no picture' >"broken/${classes[2]}/0001.jpg"
fit_refuses 1 "class folder '${classes[2]}';at least one image that can be read" --images broken --method tip_adapter --shots 1
cp -r pictures/train damaged
for class in "${classes[@]}"; do head -c 300 "pictures/train/$class/0002.png" >"damaged/$class/0002.png"; done
ends 3 fit --model "$model" --images damaged --method tip_adapter --shots 3 --out damaged.st
grep -q 'tip_adapter on 12 images' out || fail "unreadable images are not replaced: $(cat out)"
[ "$(grep -c '^fewclip: skipped: damaged/.*/0002.png' err)" -ge 1 ] || fail "no unreadable image is listed: $(cat err)"
predicts 0 damaged.st "$picture"
ends 3 fit --model "$model" --images damaged --method tip_adapter --out damaged.st
equals "$(grep -c skipped err)" 4 "unreadable images of all"
fit_refuses 1 '0002.png' --images damaged --method tip_adapter --strict
predicts 3 zero_shot.st damaged --json
equals "$(json out unreadable 3 | grep -c '0002.png')" 1 "the fourth unreadable image"
equals "$(grep -c skipped err) $(grep -c predictions out)" "4 12" "unreadable and predicted"
refuses 1 '0002.png' predict --model "$model" --classifier zero_shot.st "damaged/${classes[0]}/0002.png" --strict
fits --method tip_adapter --shots 9 --out few.st
equals "$(grep -c "^fewclip: class folder '.*' has 4 of 9 images; all are used\$" err)" 4 "classes with fewer images"
grep -q 'on 16 images' out || fail "fewer images than shots: $(cat out)"

# --- outputs ---------------------------------------------------------------------------------------------------------
echo before >target.st
ln -s target.st link.st
ends 1 fit --model "$model" --images single --method tip_adapter --out link.st
equals "$(cat target.st)" before "an output that is there, after a fit that failed"
fits --method tip_adapter --shots 2 --out link.st
[ -L link.st ] || fail "the symbolic link is gone"
cmp -s target.st plain.st || fail "the file behind the link is another"

# --- models ----------------------------------------------------------------------------------------------------------
for method in zero_shot coop rtos vt_clip safe cross_modal tsf_clip; do
  refuses 1 'text tower' fit --model "$textless" --images pictures --method $method --out no.st
done
refuses 1 'vocabulary' fit --model "$source_dir/tests/golden/clip/vit/openai" --images pictures --method zero_shot --out no.st
ends 0 fit --model "$textless" --images pictures --method linear_probe --out textless.st
ends 0 predict --model "$textless" --classifier textless.st pictures/test
refuses 1 'weights;those of the fit;SHA-256' predict --model "$model" --classifier textless.st pictures/test
head -c 2000 tip_adapter.st >cut.st
refuses 1 'cut.st' predict --model "$model" --classifier cut.st pictures/test
refuses 1 'set.st;fewclip_classifier' predict --model "$model" --classifier set.st pictures/test
refuses 1 'absent.st' predict --model "$model" --classifier absent.st pictures/test
no_sum='s/"fewclip_checksum"/"another_checksum"/' # what another program writes
sed -e "$no_sum" -e 's/"method":"tip_adapter"/"method":"tip_adopter"/' tip_adapter.st >renamed.st
refuses 1 "renamed.st;method;'tip_adopter'" predict --model "$model" --classifier renamed.st pictures/test
sed -e "$no_sum" -e 's/"method":"zero_shot"/"method":"clip_adapter"/' zero_shot.st >renamed.st
refuses 1 'renamed.st' predict --model "$model" --classifier renamed.st pictures/test

# --- an interrupted fit goes on --------------------------------------------------------------------------------------
stops() { # stops SIGNAL MILLISECONDS OUTPUT METHOD ARGUMENT...: a fit that is sent a signal after that time; its status in `status`
  local signal=$1 seconds file=$3 method=$4
  seconds=$(($2 / 1000)).$(printf %03d $(($2 % 1000)))
  shift 4
  status=0
  timeout --foreground --preserve-status -s "$signal" "$seconds" "$program" fit --model "$model" --images pictures --method "$method" --out "$file" "$@" \
    >out 2>err || status=$?
}
goes_on() { # goes_on METHOD ARGUMENT...: interrupted again and again until it is done, it gives what it gives in one piece
  local method=$1 delay=600 kept=0
  shift
  fits --method "$method" --out whole.st "$@"
  while [ $kept -eq 0 ] && [ $((delay /= 2)) -gt 20 ]; do
    rm -f again.st*
    for _ in $(seq 60); do
      stops INT $delay again.st "$method" "$@"
      [ $status -eq 130 ] || break
      [ ! -e again.st ] || fail "$method: interrupted, yet there is an output"
      grep -q interrupted err || fail "$method: interrupted, yet nothing is said: $(cat err)"
      if [ -e again.st.state0 ]; then kept=$((kept + 1)); fi
      delay=$((delay * 5 / 4))
    done
    equals "$status" 0 "$method: status at the end ($(cat err))"
  done
  [ $kept -gt 0 ] || fail "$method: the fit was always over before it could be interrupted"
  grep -q 'going on from again.st.state0' err || fail "$method: it does not go on: $(cat err)"
  cmp -s whole.st again.st || fail "$method: the classifier differs from that of an uninterrupted fit"
  equals "$(find . -maxdepth 1 -name 'again.st.state*' | wc -l)" 0 "$method: states left"
}
goes_on coop --set epochs=800
rm -f again.st*
for delay in 100 150 200 300 450 700 1000; do
  stops INT $delay again.st coop --set epochs=800
  [ ! -e again.st.state0 ] || break
done
stops KILL 60 again.st coop --set epochs=800
equals "$status" 137 "status after SIGKILL"
[ -e again.st.state0 ] || fail "SIGKILL: the state is gone"
fits --method coop --out again.st --set epochs=800
grep -q 'going on from again.st.state0' err || fail "SIGKILL: it does not go on: $(cat err)"
cmp -s whole.st again.st || fail "SIGKILL: the classifier differs from that of an uninterrupted fit"
goes_on safe_a --set first.epochs=600 --set second.epochs=600
goes_on tsf_clip --set pairs.tangrams=40 --set pairs.batch_size=4 --set first.epochs=1 --set second.epochs=40

# Not over the state of another training, nor from one that is cut.
for delay in 300 400 600 900 1500 3000 6000; do
  rm -f other.st*
  stops TERM $delay other.st clip_adapter --set epochs=200000
  [ ! -e other.st.state0 ] || break
done
equals "$status" 143 "status after SIGTERM"
cp other.st.state0 kept.state0
for method in clip_adapter tip_adapter; do # one that trains, and one that does not
  ends 1 fit --model "$model" --images pictures --method $method --out other.st
  grep -q 'other.st.state0: it belongs to another fit (selection, settings, images or version differ); the fit begins anew once other.st.state0 is removed' err ||
    fail "$method: a state of another fit: $(cat err)"
  [ ! -e other.st ] || fail "$method: refused, yet there is an output"
  cmp -s other.st.state0 kept.state0 || fail "$method: refused, yet the state of the other fit is another"
done
rm other.st.state0
fits --method clip_adapter --set epochs=2 --out other.st
[ ! -s err ] || fail "clip_adapter: something on stderr once the state is removed: $(cat err)"
head -c 1000 kept.state0 >no.st.state0
ends 1 fit --model "$model" --images pictures --method clip_adapter --out no.st
grep -q 'begins anew once no.st.state0 is removed' err || fail "a state that is cut: $(cat err)"
rm no.st.state0

[ ${#methods[@]} -ge 17 ] || fail "methods: ${#methods[@]} of at least 17"
finish fit

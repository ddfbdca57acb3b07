#!/usr/bin/env bash
# cli_test.sh PROGRAM SOURCE_DIR [CMAKE]: the program as its users see it: outputs, messages, exit statuses.
# Real features are looked for where FEWCLIP_TEST_DATA says, else beside the checkout; without them those checks are left out.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"

runs() { ends 0 "$@"; }
tensors() { # tensors FILE HEADER BYTES: a safetensors file by hand; the data are the bytes given in printf's notation
  local header=$2 length
  length=$(printf %s "$header" | wc -c)
  # shellcheck disable=SC2059
  { printf "\\x$(printf %02x $((length % 256)))\\x$(printf %02x $((length / 256)))\\0\\0\\0\\0\\0\\0"; printf %s "$header"; printf "$3"; } >"$1"
}

# --- what the program says of itself ---------------------------------------------------------------------------------
runs --version
grep -qE '^fewclip [0-9]+\.[0-9]+\.[0-9]+$' out || fail "version: $(cat out)"
runs methods
for name in zero_shot linear_probe clip_adapter tip_adapter tip_adapter_f tip_x ape ape_t tip_adapter.alpha ape.similarity_weight; do
  grep -qE "^ *$name( |\$)" out || fail "methods: no $name"
done
grep -qx '  needs one text row per class, support rows: pixels, a CLIP (fewclip fit)' out || fail "methods: what tsf_clip needs is not said"
runs methods --json
cp out methods.json
equals "$(json methods.json methods 1 settings 1 name)" tip_adapter.alpha "methods --json"
equals "$(json methods.json methods 1 settings 1 default)" 1.0 "methods --json, default of tip_adapter.alpha"
awk -F'"' '/^   "name"/ { name = $4 } /^   "needs_/ { given = given " " ($0 ~ /true/) } /^   "rows"/ { print name given, $4; given = "" }' \
  methods.json >needs.txt
for line in "zero_shot 1 0 0 features" "linear_probe 0 1 0 features" "coop 1 1 1 features" "vt_clip 1 1 1 spatial" "safe 1 1 1 tokens" \
  "tsf_clip 1 1 1 pixels"; do
  grep -qx "$line" needs.txt || fail "methods --json: expected '$line' (text, support, CLIP, rows), got $(grep "^${line%% *} " needs.txt)"
done

# --- pictures of a task ------------------------------------------------------------------------------------------------
runs generate --images pictures --task outline --classes 3 --side 24 --train 2 --val 1 --test 1 --seed 5
grep -q 'outline, 3 classes; 2 training, 1 validation and 1 test' out || fail "generate: $(cat out)"
equals "$(find pictures -name '*.png' | wc -l)" 12 "pictures"
equals "$(find pictures/train -name 0002.png | wc -l)" 3 "classes with a second training picture"
runs generate --images again --task outline --classes 3 --side 24 --train 2 --val 0 --test 1 --seed 5
diff -r pictures again | grep -v '^Only in pictures: val$' && fail "the same seed gives other pictures"
refuses 1 'pictures;empty folder' generate --images pictures --task outline
refuses 2 "outlin;did you mean 'outline'" generate --images new --task outlin
refuses 2 '--task;none, outline' generate --images new
refuses 2 '--side;16 to 512;got 8' generate --images new --task none --side 8
refuses 2 '--classes;2 to 27;got 99' generate --images new --task none --classes 99
refuses 2 '--test;0 to 1000000;got -1' generate --images new --task none --test -1
refuses 2 'at least one picture' generate --images new --task none --train 0 --val 0 --test 0
refuses 2 '--task requires --images' generate --out new --task none
refuses 2 '--dim requires --out' generate --images new --dim 4
refuses 2 'excludes' generate --images new --out new
refuses 2 '--out FILE;--images DIR' generate
[ ! -e new ] || fail "a refused generate left something"
for signal in TERM:143 HUP:129; do
  env --default-signal=HUP "$program" generate --images new --task noise --side 512 --train 9999 >out 2>err &
  running=$!
  sleep 1
  kill -${signal%:*} $running
  status=0
  wait $running || status=$?
  equals "$status" ${signal#*:} "status after SIG${signal%:*}"
  equals "$(find . -maxdepth 1 -name new -o -maxdepth 1 -name '.fewclip*' | wc -l)" 0 "left after SIG${signal%:*}"
done

# --- a comparison on generated features ------------------------------------------------------------------------------
runs generate --out set.safetensors --classes 6 --dim 32
runs compare --features set.safetensors --methods all --shots 1,2 --seeds 1,2 --json all.json --logits all.safetensors --threads 1
cp out one_thread.txt
equals "$(grep -cE '^(zero_shot|linear_probe|clip_adapter|tip_adapter|tip_adapter_f|tip_x|ape|ape_t) +[12] ' out)" 16 "rows of the table"
[ ! -s err ] || fail "compare: stderr is no terminal, yet it has: $(cat err)"
for path in version file products backend threads "selection protocol" "selection recipe" "seeds 1" "shots 0" "methods 7 citation" \
  "runs 31 seed" "runs 0 settings scale" "runs 0 hits" "runs 0 search candidates" "runs 0 training steps" "runs 0 protocol" \
  "runs 0 expected_calibration_error" "summary 15 accuracy_mean" "summary 0 fit_seconds_mean"; do
  json all.json "${path// / }" >/dev/null
done
has all.safetensors '"ape_t.2.2":{"dtype":"F32","shape":[300,6]'
equals "$(find . -name '.fewclip-*' | wc -l)" 0 "temporary files left"

runs compare --features set.safetensors --methods all --shots 1,2 --seeds 1,2 --logits two.safetensors --threads 2
cmp -s all.safetensors two.safetensors || fail "logits differ between one thread and two"

for selection in few-val full-val oracle; do
  runs compare --features set.safetensors --methods zero_shot,tip_adapter --shots 2 --seeds 1 --selection "$selection" --json s.json
  equals "$(json s.json selection name)" "$selection" "selection"
  [ "$(json s.json runs 1 search candidates)" -gt 1 ] || fail "$selection: nothing was searched"
done
equals "$(json s.json selection uses_test_labels)" ON "uses_test_labels"
grep -q 'TEST LABELS' out || fail "oracle: the table does not say so"
grep -q 'TEST LABELS' err || fail "oracle: stderr does not say so"
runs compare --features set.safetensors --methods tip_adapter --shots 2 --seeds 1 --selection few-val --set tip_adapter.alpha=3 --json s.json
equals "$(json s.json runs 0 settings alpha)" 3.0 "a setting that is given is not searched"
runs compare --features set.safetensors --methods tip_adapter --shots 2 --seeds 1 --selection full-val --recipe published:dtd --json s.json
equals "$(json s.json runs 0 search candidates)" 4000 "the published grid"

# Published settings: numbers of channels become shares, and what differs from the papers is said.
runs compare --features set.safetensors --methods tip_x,ape,ape_t,linear_probe --shots 2 --seeds 1 --recipe published:imagenet --json s.json \
  --set ape_t.epochs=1
equals "$(json s.json runs 1 settings channels)" 0.48828125 "500 of 1024 channels"
for words in 'same share' 'raw there' 'half precision'; do
  grep -q "$words" out || fail "published: the table does not say '$words'"
done
equals "$(json s.json runs 2 settings decay_weights)" 1 "the published decay"
runs compare --features set.safetensors --methods tip_x --shots 2 --seeds 1 --logits frozen.safetensors
runs compare --features set.safetensors --methods tip_x --shots 2 --seeds 1 --recipe published:imagenet --logits transductive.safetensors
cmp -s <(tail -c 7200 frozen.safetensors) <(tail -c 7200 transductive.safetensors) && fail "published tip_x does not rescale by the queries"
runs compare --features set.safetensors --methods all,zero_shot --shots 1 --seeds 1 --set ape.channels=0 --json s.json
equals "$(json s.json methods 7 name)" ape_t "all and another name are all"

# Early stops watch the validation rows.
for selection in few-val full-val; do
  runs compare --features set.safetensors --methods tip_adapter_f --shots 2 --seeds 1 --selection "$selection" --set tip_adapter_f.epochs=500 \
    --set tip_adapter_f.patience=2 --json s.json
  equals "$(json s.json runs 0 training stopped_early)" ON "$selection: stopped early"
done

# A symbolic link stays, the file it names is replaced; lost output is an error.
echo before >target.json
ln -s target.json link.json
runs compare --features set.safetensors --methods zero_shot --shots 1 --seeds 1 --json link.json
[ -L link.json ] || fail "the symbolic link is gone"
equals "$(json target.json program)" fewclip "the file behind the link"
if [ -e /dev/full ]; then
  for arguments in "methods" "methods --json" "--help" "compare --features set.safetensors --methods zero_shot --shots 1 --seeds 1"; do
    # shellcheck disable=SC2086
    if "$program" $arguments >/dev/full 2>err; then fail "fewclip $arguments: status 0 with lost output"; fi
    grep -q 'standard output' err || fail "fewclip $arguments: $(cat err)"
  done
fi

# --- usage errors: status 2 --------------------------------------------------------------------------------------------
refuses 2 'subcommand'
refuses 2 "compaer;did you mean 'compare'" compaer --features set.safetensors
refuses 2 "--methods;empty" compare --features set.safetensors --methods ""
refuses 2 "ziro_shot;did you mean 'zero_shot'" compare --features set.safetensors --methods all,ziro_shot
refuses 2 "tip_adapter_f.patience;few-val" compare --features set.safetensors --methods tip_adapter_f --set tip_adapter_f.patience=2
refuses 2 '--features' compare
refuses 2 'frobnicate' compare --features set.safetensors --frobnicate
refuses 2 "tip_adaptor;did you mean 'tip_adapter'" compare --features set.safetensors --methods tip_adaptor
refuses 2 "alfa;did you mean 'alpha'" compare --features set.safetensors --set tip_adapter.alfa=1
refuses 2 "ap;did you mean 'ape'" compare --features set.safetensors --set ap.alpha=1
refuses 2 "alpha;expected;got -1" compare --features set.safetensors --set tip_adapter.alpha=-1
refuses 2 "expected a number" compare --features set.safetensors --set tip_adapter.alpha=one
refuses 2 "method.parameter=value" compare --features set.safetensors --set alpha
refuses 2 "whole number" compare --features set.safetensors --set ape_t.epochs=1.5
refuses 2 "methods that are compared" compare --features set.safetensors --methods ape --set tip_adapter.alpha=1
refuses 2 "few-val;got 'best'" compare --features set.safetensors --selection best
refuses 2 "eigen;got 'mkl'" compare --features set.safetensors --products mkl
refuses 2 "did you mean 'caltech101'" compare --features set.safetensors --recipe published:caltech
refuses 2 "--shots;0" compare --features set.safetensors --shots 0
refuses 2 "--shots" compare --features set.safetensors --shots many
refuses 2 "once" compare --features set.safetensors --seeds 1,1
refuses 2 "--seeds;-1" compare --features set.safetensors --seeds -1
refuses 2 "--threads" compare --features set.safetensors --threads 0
refuses 2 "another file" compare --features set.safetensors --json set.safetensors
refuses 2 "another file" compare --features set.safetensors --json x --logits ./x

# --- bad files: status 1, nothing written ------------------------------------------------------------------------------
outputs=(--json not.json --logits not.safetensors)
refuses 1 'absent.safetensors' compare --features absent.safetensors "${outputs[@]}"
refuses 1 "$work" compare --features "$work" "${outputs[@]}"
: >empty.safetensors
refuses 1 'empty.safetensors' compare --features empty.safetensors "${outputs[@]}"
head -c 1000 /dev/zero | tr '\0' x >noise.safetensors
refuses 1 'noise.safetensors' compare --features noise.safetensors "${outputs[@]}"
head -c 5000 set.safetensors >cut.safetensors
refuses 1 'cut.safetensors;expected;got' compare --features cut.safetensors "${outputs[@]}"
refuses 1 'set.safetensors;shots 64;train' compare --features set.safetensors --shots 1,64 "${outputs[@]}"
refuses 1 'missing' compare --features set.safetensors --json missing/folder/x.json
# Before anything is fitted: zero_shot comes first, yet there is no progress and no output.
refuses 1 'ape;channels;expected at most 32' compare --features set.safetensors --methods zero_shot,ape --set ape.channels=500 "${outputs[@]}"
refuses 1 'ape;channels;expected at most 32' compare --features set.safetensors --methods ape --set ape.channels=500 "${outputs[@]}"

one='\0\0\x80\x3f' zero='\0\0\0\0' nan='\0\0\xc0\x7f' two='\0\0\0\x40'
unit="$one$zero$zero$one"
labels='\0\0\0\0\1\0\0\0'
header='{"train1_features":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"test_features":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"text_features":{"dtype":"F32","shape":[2,2],"data_offsets":[32,48]},"train1_labels":{"dtype":"I32","shape":[2],"data_offsets":[48,56]},"test_labels":{"dtype":"I32","shape":[2],"data_offsets":[56,64]}}'
tensors good.safetensors "$header" "$unit$unit$unit$labels$labels"
runs compare --features good.safetensors --methods tip_adapter --shots 1
tensors foreign.safetensors "{\"__metadata__\":{\"format\":\"pt\",\"normalised\":\"true\",\"scale\":\"1/255\"},${header#\{}" "$unit$unit$unit$labels$labels"
runs compare --features foreign.safetensors --methods zero_shot --shots 1 --json foreign.json
equals "$(json foreign.json runs 0 settings scale)" 100.0 "scale of a file of another program"
# shellcheck disable=SC2016
equals "$(grep 'not used' err)" 'fewclip: foreign.safetensors: present and not used: metadata `normalised`, metadata `scale`, as `format` is `pt`' "what is not used"
own="{\"__metadata__\":{\"author\":\"me\",\"scale\":\"42.5\"},${header#\{}"
weights='"train_weights":{"dtype":"F32","shape":[2],"data_offsets":[64,72]}'
tensors scale.safetensors "${own%\}},$weights}" "$unit$unit$unit$labels$labels$one$one"
runs compare --features scale.safetensors --methods zero_shot --shots 1 --json scale.json
equals "$(json scale.json runs 0 settings scale)" 42.5 "scale of a file without a format"
# shellcheck disable=SC2016
equals "$(grep -e 'not used' -e 'logit scales' err)" 'fewclip: scale.safetensors: logit scales that are not set are 42.5, the metadata `scale`
fewclip: scale.safetensors: present and not used: tensor `train_weights`, metadata `author`' "what is taken and what is not"
tensors inverse.safetensors "{\"__metadata__\":{\"scale\":\"1/100\"},${header#\{}" "$unit$unit$unit$labels$labels"
refuses 1 'inverse.safetensors;scale;a positive number;1/100' compare --features inverse.safetensors --shots 1 "${outputs[@]}"
tensors lone.safetensors "${header/text_features/other}" "$unit$unit$unit$labels"'\0\0\0\0\0\0\0\1'
refuses 1 'lone.safetensors;test_labels;row 1;0..10003;class_names;got 16777216' compare --features lone.safetensors --shots 1 "${outputs[@]}"
tensors nan.safetensors "$header" "$unit$one$nan$zero$one$unit$labels$labels"
refuses 1 'nan.safetensors;test_features;row 0, column 1;finite;nan' compare --features nan.safetensors --shots 1 "${outputs[@]}"
tensors label.safetensors "$header" "$unit$unit$unit$labels"'\0\0\0\0\7\0\0\0'
refuses 1 'label.safetensors;test_labels;row 1;0..1;got 7' compare --features label.safetensors --shots 1 "${outputs[@]}"
before='"test_features":{"dtype":"F32","shape":[2,2]' after='"test_features":{"dtype":"F32","shape":[4,1]'
tensors width.safetensors "${header/"$before"/"$after"}" "$unit$unit$unit$labels$labels"
refuses 1 'width.safetensors;test_;expected;got' compare --features width.safetensors --shots 1 "${outputs[@]}"
tensors zero.safetensors "$header" "$zero$zero$zero$one$unit$unit$labels$labels"
refuses 1 'zero.safetensors;train1_features;row 0;length 0' compare --features zero.safetensors --shots 1 "${outputs[@]}"
tensors long.safetensors "$header" "$unit$two$zero$zero$two$unit$labels$labels"
runs compare --features long.safetensors --methods tip_adapter --shots 1 --json long.json
equals "$(grep -c 'normalised: test_features' err)" 1 "normalisation is said"
equals "$(json long.json normalised_tensors 0)" test_features "normalised_tensors"
tensors textless.safetensors "${header/text_features/other}" "$unit$unit$unit$labels$labels"
runs compare --features textless.safetensors --methods tip_adapter,linear_probe --json textless.json
grep -q 'skipped tip_adapter: .*text_features' out || fail "textless: tip_adapter is not listed as skipped"
equals "$(json textless.json skipped 0 method)" tip_adapter "skipped"
refuses 1 'textless.safetensors;text_features' compare --features textless.safetensors --methods ape "${outputs[@]}"
refuses 1 'good.safetensors;val_features' compare --features good.safetensors --selection full-val "${outputs[@]}"
[ ! -e not.json ] && [ ! -e not.safetensors ] || fail "a run that failed has written an output"
equals "$(find . -name '.fewclip-*' | wc -l)" 0 "temporary files left"

# --- real features -----------------------------------------------------------------------------------------------------
sets=$data/feature_sets
if [ -e "$sets/caltech101_67.safetensors" ] && [ -e "$sets/dtd.safetensors" ]; then
  within() { [ $(($1 > $2 ? $1 - $2 : $2 - $1)) -le 2 ] || fail "$3: $1 hits, expected $2"; }
  runs compare --features "$sets/caltech101_67.safetensors" --methods zero_shot,tip_adapter --shots 16 --seeds 1 --json real.json
  within "$(json real.json runs 0 hits)" 1791 zero_shot
  within "$(json real.json runs 1 hits)" 1817 "tip_adapter, 16 shots"
  runs compare --features "$sets/caltech101_67.safetensors" --methods tip_adapter --shots 1,2,4,8,16 --seeds 1 --selection full-val \
    --recipe published:caltech101 --json real.json
  at=0
  for hits in 1806 1811 1823 1814 1816; do
    within "$(json real.json runs $at hits)" $hits "tip_adapter on the validation split, run $at"
    at=$((at + 1))
  done
  runs compare --features "$sets/dtd.safetensors" --methods all --shots 1 --seeds 1 --json dtd.json
  equals "$(json dtd.json skipped 6 method)" ape_t "seven methods need text"
  equals "$(json dtd.json runs 0 method)" linear_probe "one does not"
else
  echo "Real features are left out: no $sets"
fi

finish cli

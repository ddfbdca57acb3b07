#!/usr/bin/env bash
# embed_test.sh PROGRAM HELPER SOURCE_DIR [CMAKE]: embed, features and info on a tiny model: outputs, messages, exit statuses, resumption.
# Real images are looked for where FEWCLIP_TEST_DATA says, else beside the checkout; without them that check is left out.
program=$1
helper=$2
source_dir=$3
cmake=${4:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"

agrees() { "$helper" "$@" >helper.txt || fail "$*: $(cat helper.txt)"; }

"$helper" make . || fail "the model cannot be made"
printf 'the ant\na cow\r\nthe big cat\n' >texts.txt
mkdir -p few/ant few/cow
cp images/ant/000[0369].bmp few/ant
cp images/cow/000[258].bmp few/cow

# --- info ------------------------------------------------------------------------------------------------------------
ends 0 info --model model --json
cp out info.json
equals "$(json info.json dialect)" openai dialect
equals "$(json info.json image width)" 32 width
equals "$(json info.json text vocabulary)" 600 vocabulary
equals "$(json info.json text activation)" quick_gelu activation
equals "$(json info.json weights_sha256)" "$(sha256sum <model/open_clip_model.safetensors | cut -c1-64)" digest
equals "$(basename "$(json info.json tokenizer)")" tokenizer.json tokenizer
for products in eigen onednn onednn-bf16; do
  if [ $products = onednn-bf16 ] && ! grep -q avx512bw /proc/cpuinfo; then
    refuses 2 "onednn-bf16 needs a processor with AVX-512" info --model model --products onednn-bf16
    continue
  fi
  ends 0 info --model "$source_dir/tests/golden/clip/resnet/timm" --products "$products"
  grep -qE '^backbone +RN-4x1-2-1-1@64$' out || fail "info: $(cat out)"
done

# --- embed -----------------------------------------------------------------------------------------------------------
ends 0 embed --model model --images few --texts texts.txt --out few.st
[ ! -s err ] || fail "embed: stderr is no terminal, yet it has: $(cat err)"
grep -q 'few.st: 7 image features, 3 text features of 20 channels' out || fail "embed: $(cat out)"
has few.st '"image_features":{"dtype":"F32","shape":[7,20]'
has few.st '"labels":{"dtype":"I64","shape":[7]'
has few.st '[\"ant/0000.bmp\",\"ant/0003.bmp\"'
has few.st '"class_names":"[\"ant\",\"cow\"]"'
has few.st '"normalised":"l2"'
has few.st "$(json info.json weights_sha256)"
agrees check few.st model few
ends 0 embed --model model --images few --raw --products eigen --batch 3 --out raw.st
has raw.st '"normalised":"none"'
agrees check raw.st model few
ends 0 embed --model model --images few/cow/0002.bmp few/ant/0000.bmp --out files.st
has files.st '[\"few/cow/0002.bmp\",\"few/ant/0000.bmp\"]'
agrees check files.st model .
ends 0 embed --model model --images few/ant --out flat.st
agrees check flat.st model few/ant
ends 0 embed --model model --texts texts.txt --out texts.st
agrees check texts.st model .
has texts.st '"text_cleaning":"openai"'
ends 0 embed --model model --texts texts.txt --cleaning canonicalize --out plain.st
has plain.st '"text_cleaning":"canonicalize"'
refuses 2 '--cleaning;openai, transformers, whitespace, canonicalize or none;loud' embed --model model --texts texts.txt --cleaning loud --out no.st
ends 0 embed --model model --images few --threads 1 --out one.st
ends 0 embed --model model --images few --threads 3 --out three.st
cmp -s one.st three.st || fail "one thread and three give different files"
for part in 1 2 3; do
  ends 0 embed --model model --images few --shard $part/3 --out shard$part.st
  agrees check shard$part.st model few
done
has shard1.st '"shape":[3,20]'
has shard3.st '[\"cow/0005.bmp\",\"cow/0008.bmp\"]'

# --- unreadable images -----------------------------------------------------------------------------------------------
cp -r few bad
head -c 700 few/ant/0003.bmp >bad/ant/0003.bmp
: >bad/cow/0005.bmp
ends 3 embed --model model --images bad --out bad.st
equals "$(grep -c 'skipped: bad/ant/0003.bmp\|skipped: bad/cow/0005.bmp' err)" 2 "unreadable images on stderr"
has bad.st '"image_features":{"dtype":"F32","shape":[5,20]'
has bad.st '\"file\":\"ant/0003.bmp\"'
agrees check bad.st model bad
refuses 1 'bad/ant/0003.bmp' embed --model model --images bad --strict --out no.st
refuses 1 'bad/cow/0005.bmp' embed --model model --images bad/cow/0005.bmp --strict --out no.st
ends 1 embed --model model --images bad/cow/0005.bmp --out no.st
grep -q 'at least one that can be read' err || fail "only unreadable images: $(cat err)"

# --- pictures that are not opaque, turned or large ---------------------------------------------------------------------
# A BMP file of one pixel with a field for alpha, and a PNG file of two that says that it lies on its side.
{
  printf 'BM\112\0\0\0\0\0\0\0\106\0\0\0\070\0\0\0\1\0\0\0\1\0\0\0\1\0\040\0\003\0\0\0'
  head -c 20 /dev/zero
  printf '\0\0\377\0\0\377\0\0\377\0\0\0\0\0\0\377\0\0\144\063'
} >glass.bmp
{
  printf '\211PNG\r\n\032\n\0\0\0\015IHDR\0\0\0\2\0\0\0\1\010\0\0\0\0crc.'
  printf '\0\0\0\026eXIfMM\0\052\0\0\0\010\0\1\1\022\0\3\0\0\0\1\0\6\0\0crc.'
  printf '\0\0\0\016IDAT\170\1\1\3\0\374\377\0\001\377adlecrc.\0\0\0\0IENDcrc.'
} >side.png
ends 0 embed --model model --images glass.bmp side.png --out rules.st
grep -qF '1 of the pictures is not opaque; their alpha was dropped (--transparency white lays them on white)' err || fail "glass: $(cat err)"
grep -qF '1 of the pictures carries an EXIF orientation and was not turned (--upright turns them)' err || fail "side: $(cat err)"
ends 0 embed --model model --images glass.bmp side.png --transparency drop --upright --out upright.st
[ ! -s err ] || fail "rules that are given are not said: $(cat err)"
has upright.st ' orientation=upright"'
ends 0 embed --model model --images glass.bmp side.png --transparency white --upright --out white.st
has white.st ' transparency=white orientation=upright"'
for pair in 'rules.st upright.st' 'upright.st white.st' 'rules.st white.st'; do
  read -r one two <<<"$pair"
  "$helper" equal "$one" image_features "$two" image_features >/dev/null && fail "$pair: the rules change nothing"
done
refuses 2 '--transparency' embed --model model --images glass.bmp --transparency blue --out no.st
ends 1 embed --model model --images few/cow/0005.bmp --max-pixels 50 --out no.st
grep -qF 'width x height: expected at most 50 pixels (--max-pixels' err || fail "--max-pixels: $(cat err)"

# --- an interrupted run goes on --------------------------------------------------------------------------------------
ends 0 embed --model model --images images --threads 1 --out whole.st
for signal in KILL TERM; do
  "$program" embed --model model --images images --threads 1 --out again.st >out 2>err &
  pid=$!
  for _ in $(seq 3000); do
    if compgen -G 'again.st.parts/images-0*' >/dev/null || ! kill -0 $pid 2>/dev/null; then break; fi
    sleep 0.01
  done
  kill -$signal $pid 2>/dev/null || fail "$signal: the run was over before it could be interrupted"
  wait $pid 2>/dev/null
  status=$?
  equals "$status" "$((128 + $(kill -l $signal)))" "status after $signal"
  [ ! -e again.st ] || fail "$signal: there is an output"
  compgen -G 'again.st.parts/images-0*' >/dev/null || fail "$signal: no part was kept"
  ends 0 embed --model model --images images --threads 2 --out again.st
  grep -q 'images from an earlier run' out || fail "$signal: nothing was taken over: $(cat out)"
  cmp -s whole.st again.st || fail "$signal: the file differs from that of an uninterrupted run"
  [ ! -e again.st.parts ] || fail "$signal: parts are left"
  rm -f again.st
done
# Parts of something else are not used: another batch size, a changed image, a damaged part.
"$program" embed --model model --images images --threads 1 --out keep.st >/dev/null 2>&1 &
pid=$!
for _ in $(seq 3000); do
  if compgen -G 'keep.st.parts/images-0*' >/dev/null || ! kill -0 $pid 2>/dev/null; then break; fi
  sleep 0.01
done
kill -KILL $pid 2>/dev/null || fail "the run was over before it could be interrupted"
wait $pid 2>/dev/null
cp -r keep.st.parts damaged.st.parts
for part in damaged.st.parts/images-*; do head -c 3000 "$part" >cut && mv cut "$part"; done
ends 0 embed --model model --images images --out damaged.st
grep -q 'earlier run' out && fail "damaged parts were used"
cmp -s whole.st damaged.st || fail "damaged parts: another file"
ends 0 embed --model model --images images --batch 16 --out keep.st
grep -q 'earlier run' out && fail "parts of another batch size were used"
agrees equal keep.st image_features whole.st image_features

printf 'the {}\na {}\n' >templates.txt
prompts=(--templates templates.txt)
# --- features, then compare ------------------------------------------------------------------------------------------
mkdir -p split/train split/test
for class in ant big_cat cow; do
  mkdir -p split/train/$class split/test/$class
  find "images/$class" -name '00*' | sort | head -n 6 | xargs -I{} cp {} split/train/$class
  find "images/$class" -name '01*' | sort | head -n 5 | xargs -I{} cp {} split/test/$class
done
ends 0 features --model model --images split "${prompts[@]}" --out set.st
grep -q '3 classes, 20 channels; 18 training, 0 validation and 15 test rows' out || fail "features: $(cat out)"
has set.st '"class_names":"[\"ant\",\"big cat\",\"cow\"]"'
ends 0 compare --features set.st --methods all --shots 2 --seeds 1 --json set.json
equals "$(json set.json runs 0 method)" zero_shot "features -> compare"
[ ! -s err ] || fail "compare on made features: $(cat err)"
ends 0 embed --model model --images split/test --out test.st
agrees equal set.st test_features test.st image_features
printf '{"ant": ["the ant"], "big cat": ["the cat", "a cat"], "cow": ["a cow"]}' >sentences.json
ends 0 features --model model --images split "${prompts[@]}" --sentences sentences.json --out prompts.st
agrees equal prompts.st test_features set.st test_features
"$helper" equal prompts.st text_features set.st text_features >/dev/null && fail "other prompts give the same text features"
ends 0 features --model model --images split --templates dtd --truncate --out dtd.st

# Views: all rows, then their mean.
ends 0 features --model model --images split "${prompts[@]}" --views 3 --view-rows all --out views.st
grep -q '54 training' out || fail "all views: $(cat out)"
ends 0 features --model model --images split "${prompts[@]}" --views 3 --out mean.st
grep -q '18 training' out || fail "mean of views: $(cat out)"
agrees equal mean.st test_features set.st test_features
"$helper" equal mean.st train_features set.st train_features >/dev/null && fail "views give the same rows as clean images"
ends 0 features --model model --images split "${prompts[@]}" --views 3 --threads 1 --out mean1.st
cmp -s mean.st mean1.st || fail "views depend on the number of threads"
ends 0 compare --features mean.st --methods tip_adapter --shots 4 --seeds 1
# A split file and a draw from it.
items() { # items SPLIT FROM COUNT
  local label=0 class
  for class in ant big_cat cow; do
    find "split/$1/$class" -name '*.bmp' | sort | tail -n +"$2" | head -n "$3" | sed "s,^split/\(.*\)\$,[\"\1\"\, $label\, \"$class\"],"
    label=$((label + 1))
  done | paste -sd,
}
echo "{\"train\": [$(items train 1 4)], \"val\": [$(items train 5 2)], \"test\": [$(items test 1 5)]}" >split.json
echo '{"train": {"indices": [1, 3, 4, 6, 8, 11]}, "val": {"indices": [0, 2, 4]}}' >shot_2-seed_1.json
ends 0 features --model model --images split "${prompts[@]}" --split split.json --index shot_2-seed_1.json --out drawn.st
grep -q '12 training, 6 validation and 15 test rows, 6 rows for 2 shots' out || fail "split and draw: $(cat out)"
agrees equal drawn.st test_features set.st test_features
{
  echo split,filepath,label,class_name
  for part in train test; do
    find "split/$part" -name '*.bmp' | sort | sed "s|^split/\($part/\)\([^/]*\)\(.*\)|$part,\1\2\3,\2|"
  done | awk -F, '{ print $1 "," $2 "," ($3 == "ant" ? 0 : $3 == "cow" ? 2 : 1) "," $3 }'
} >list.csv
ends 0 features --model model --images split "${prompts[@]}" --split list.csv --out table.st
agrees equal table.st test_features set.st test_features
agrees equal table.st train_features set.st train_features
sed "s|,\(train\|test\)/|,$work/split/\1/|" list.csv >absolute.CSV
ends 0 features --model model --images split "${prompts[@]}" --split absolute.CSV --out table.st
agrees equal table.st test_features set.st test_features
ends 0 features --model model --images split "${prompts[@]}" --split split.json --index shot_2-seed_1.json --views 2 --view-rows all --out drawn.st
grep -q '12 training, .* 12 rows for 2 shots' out || fail "views of a draw: $(cat out)"
ends 0 compare --features drawn.st --methods tip_adapter --shots 2 --seeds 1 --selection full-val
ends 3 features --model model --images bad --out badset.st
equals "$(grep -c skipped err)" 2 "features: unreadable images"
cp -r few linked && ln -s nowhere linked/ant/9999.jpg
ends 3 embed --model model --images linked --out linked.st
grep -q '9999.jpg' err || fail "a link to nowhere is not listed: $(cat err)"
refuses 1 'bad/ant/0003.bmp' features --model model --images bad --strict --out no.st
ends 0 features --model "$source_dir/tests/golden/clip/vit/hf" --images few --out textless.st
grep -q 'no text features' err || fail "a model without vocabulary: $(cat err)"

# --- bad input -------------------------------------------------------------------------------------------------------
tiny=$source_dir/tests/golden/clip/vit
mkdir -p empty folder
: >ViT-B-32.pt
mkdir pickles && : >pickles/pytorch_model.bin
printf 'one\n\ntwo\n' >gap.txt
: >nothing.txt
printf 'the %0200d\n' 1 >long.txt
refuses 2 'neither' embed --model model --out no.st
refuses 2 '--model' embed --images few --out no.st
refuses 2 '--out' embed --model model --images few
refuses 2 "--products: expected eigen, onednn or onednn-bf16, got 'mkl'" embed --model model --images few --products mkl --out no.st
refuses 2 "--shard: expected I/N;0/3" embed --model model --images few --shard 0/3 --out no.st
refuses 2 "--shard;4/3" embed --model model --images few --shard 4/3 --out no.st
refuses 2 "--shard;1/3x" embed --model model --images few --shard 1/3x --out no.st
refuses 2 "--shard;at most 7" embed --model model --images few --shard 1/8 --out no.st
refuses 2 "--shard;--texts" embed --model model --images few --texts texts.txt --shard 1/2 --out no.st
refuses 2 '--batch' embed --model model --images few --batch 0 --out no.st
refuses 2 'outside the folder' embed --model model --images few --out few/no.st
refuses 2 '--view-rows;median' features --model model --images few --view-rows median --out no.st
refuses 2 '--templates;dtdd' features --model model --images few --templates dtdd --out no.st
refuses 1 'absent' embed --model absent --images few --out no.st
refuses 1 'absent' embed --model model --images absent --out no.st
refuses 1 'absent.jpg' embed --model model --images few/ant/0000.bmp absent.jpg --out no.st
refuses 1 'ViT-B-32.pt;safetensors;pickle;convert' embed --model ViT-B-32.pt --images few --out no.st
refuses 1 'pytorch_model.bin;safetensors;convert' embed --model pickles --images few --out no.st
refuses 1 'no safetensors file' embed --model folder --images few --out no.st
refuses 1 'empty' embed --model model --images empty --out no.st
refuses 1 'absent/no.st' embed --model model --images few --out absent/no.st
refuses 1 'folder' embed --model model --images few --out folder
ends 0 info --model "$tiny/openai" --json
cp out bare.json
equals "$(json bare.json tokenizer)" none "tokenizer of a model without vocabulary"
refuses 2 '--out' embed --model model --images few --out ""
refuses 1 'vocabulary;tokenizer.json' embed --model "$tiny/openai" --texts texts.txt --out no.st
refuses 1 'text tower' embed --model "$tiny/timm" --texts texts.txt --out no.st
refuses 1 'gap.txt;line 2;empty line' embed --model model --texts gap.txt --out no.st
refuses 1 'nothing.txt' embed --model model --texts nothing.txt --out no.st
refuses 1 'at most 14 tokens' embed --model model --texts long.txt --out no.st
ends 0 embed --model model --texts long.txt --truncate --out long.st
refuses 1 'absent.json' features --model model --images few --split absent.json --out no.st
mkfifo pipe
refuses 1 'pipe;a regular file' features --model model --images few --split pipe --out no.st
refuses 1 'pipe;a regular file' features --model model --images split --split split.json --index pipe --out no.st
refuses 1 '/dev/zero;a regular file' features --model model --images few --split /dev/zero --out no.st
cp -r few piped && mkfifo piped/classnames.txt
refuses 1 'piped/classnames.txt;a regular file' features --model model --images piped --out no.st
for path in ../few/ant/0000.bmp "$work/split/test/ant/0000.bmp" . 'ant/0000.bmp\u0000.evil'; do
  echo "{\"train\": [[\"$path\", 0, \"ant\"]]}" >outside.json
  refuses 1 'outside.json;train, item 0, path;below the image folder' features --model model --images few --split outside.json --out no.st
done
echo '{"train": [["ant/0000.bmp", 1e999, "ant"]]}' >large.json
refuses 1 'large.json;1e999' features --model model --images few --split large.json --out no.st
cp -r model nested && head -c 100000 /dev/zero | tr '\0' '[' >nested/tokenizer.json
refuses 1 'nested/tokenizer.json;at most 32 levels' embed --model nested --texts texts.txt --out no.st
refuses 1 'vocabulary' features --model "$tiny/openai" --images few --templates dtd --out no.st
head -c 3000 model/open_clip_model.safetensors >cut.safetensors
refuses 1 'cut.safetensors' embed --model cut.safetensors --images few --out no.st
equals "$(find . -name '.fewclip-*' -not -path '*.parts/*' | wc -l)" 0 "temporary files left"

# --- real images: only that they go through --------------------------------------------------------------------------
if [ -e "$data/images/caltech101_subset.tar" ]; then
  tar -xf "$data/images/caltech101_subset.tar"
  ends 0 features --model model --images caltech101 --truncate --out real.st
  grep -q '24 classes, 20 channels; 1182 training' out || fail "real images: $(cat out)"
else
  echo "Real images are left out: no $data/images/caltech101_subset.tar"
fi

finish embed

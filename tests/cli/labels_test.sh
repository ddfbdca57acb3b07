#!/usr/bin/env bash
# labels_test.sh PROGRAM SOURCE_DIR [CMAKE]: class names, splits and files as the commands read them, and what they say of classes without images, of files
# that are not read and of trainings that end otherwise than asked for.
program=$1
source_dir=$2
cmake=${3:-cmake}
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"
model=$source_dir/examples/models/tangram-resnet

ends 0 generate --images world --task none --classes 3 --side 64 --train 3 --val 1 --test 2 --seed 3
mapfile -t classes < <(ls world/train)
put() { # put CLASS FOLDER...: the pictures of the class and the split world/X into the folders X/...
  local folder
  for folder in "${@:2}"; do
    mkdir -p "$folder"
    cp "world/${split:-train}/$1"/*.png "$folder"
  done
}
features() { ends "$1" features --model "$model" --images "$2" --out "$2.st" "${@:3}"; }
says() { grep -qxF -- "fewclip: $1" err || fail "expected '$1' on stderr: $(cat err)"; }
quiet() { [ ! -s err ] || fail "$1: something on stderr: $(cat err)"; }
below() { grep -qF -- "$1" out || fail "expected '$1' in the table: $(cat out)"; }

# --- the same name in two forms of Unicode is one class ----------------------------------------------------------------
composed=$(printf 'caf\xc3\xa9')
apart=$(printf 'cafe\xcc\x81')
put "${classes[0]}" "forms/train/$composed"
put "${classes[1]}" forms/train/bar
split=test put "${classes[0]}" "forms/test/$apart"
split=test put "${classes[1]}" forms/test/bar
printf '{"bar": ["a bar."], "%s": ["a coffee."]}' "$apart" >sentences.json
features 0 forms --sentences sentences.json
quiet 'two forms of a name'
grep -q 'forms.st: 2 classes, .* 6 training, 0 validation and 4 test rows' out || fail "two forms of a name: $(cat out)"
has forms.st "\"class_names\":\"[\\\"bar\\\",\\\"$composed\\\"]\""
ends 0 compare --features forms.st --methods tip_adapter --shots 2 --seeds 1
quiet 'compare of two forms of a name'
printf '%s a %s\nbar a bar\n' "$apart" "$apart" >forms/classnames.txt
features 0 forms
has forms.st "\"class_names\":\"[\\\"a $composed\\\",\\\"a bar\\\"]\""

# --- names that are one text to a CLIP are refused ---------------------------------------------------------------------
put "${classes[0]}" case/train/Cat
put "${classes[1]}" case/train/dog
split=test put "${classes[0]}" case/test/cat
refused='case: names of class folders: expected names that differ in more than case, white space and `_`, got `Cat` (class 0, in train) and `cat` (class 1, in test)'
refuses 1 "$refused" features --model "$model" --images case --out no.st
ends 0 embed --model "$model" --images case --out case.st  # no text is made of the names
has case.st '"class_names":"[\"Cat\",\"cat\",\"dog\"]"'
mv case/test case/val
refuses 1 "${refused/test/val}" fit --model "$model" --images case --method tip_adapter --out no.st
printf '{"train": [["1.png", 0, "hot dog"], ["2.png", 1, "Hot_Dog"]]}' >split.json
refuses 1 'split.json: class names;`hot dog` (class 0, in train);`Hot_Dog` (class 1, in train)' features --model "$model" --images world/train \
  --split split.json --out no.st

for split in train test; do
  put "${classes[0]}" "signs/$split/rock & roll"
  put "${classes[1]}" "signs/$split/rock &amp; roll"
done
unset split
refused='class names: expected texts that the CLIP tells apart, got `rock & roll` and `rock &amp; roll`, whose text rows are equal'
refuses 1 "signs: $refused" features --model "$model" --images signs --out no.st
refuses 1 "signs: $refused" fit --model "$model" --images signs --method tip_adapter --out no.st
ends 0 fit --model "$model" --images signs --method linear_probe --out signs.classifier

# --- splits as other programs call them --------------------------------------------------------------------------------
mkdir other && cp -r world/train other/Train && cp -r world/val other/valid && cp -r world/test other/TESTING
mkdir -p other/__MACOSX/train other/Train/__MACOSX other/Train/@eaDir "other/Train/${classes[0]}/__MACOSX"
features 0 other
quiet 'other names of splits'
grep -q '9 training, 3 validation and 6 test rows' out || fail "other names of splits: $(cat out)"
ends 0 fit --model "$model" --images other --method tip_adapter --selection full-val --out other.classifier
grep -q '^chosen among [0-9]* candidates, with [0-3] of 3 validation images right: .*alpha=' out || fail "fit does not say what was chosen: $(cat out)"
cp -r world/val other/val
refuses 1 'other: folder: expected one folder for the split val, got `val` and `valid`' features --model "$model" --images other --out no.st

# --- files that are not read --------------------------------------------------------------------------------------------
cp -r world kinds
for class in "${classes[@]}"; do
  mv "kinds/train/$class/0001.png" "kinds/train/$class/0001.JFIF"
  touch kinds/train/"$class"/{1.tif,2.TIF,3.heic}
done
touch "kinds/test/${classes[0]}/notes" kinds/README.md
counted='kinds: 10 files were not read: 3 .heic, 6 .tif and 1 without an ending'
features 0 kinds
says "$counted"
grep -q '9 training, 3 validation and 6 test rows' out || fail "jfif is not read: $(cat out)"
ends 0 embed --model "$model" --images kinds --out embedded.st
says "$counted"
ends 0 fit --model "$model" --images kinds --method tip_adapter --out kinds.classifier
says 'kinds: 9 files were not read: 3 .heic, 6 .tif'
ends 0 predict --model "$model" --classifier kinds.classifier "kinds/train/${classes[0]}"
says "kinds/train/${classes[0]}: 3 files were not read: 1 .heic, 2 .tif"
equals "$(wc -l <out)" 3 "predicted pictures beside others"
mkdir -p kinds/train/scans && touch kinds/train/scans/1.tif
refuses 1 'kinds/train/scans: folder: expected at least one image;got 1 .tif' features --model "$model" --images kinds --out no.st
rm -r kinds/train/scans
mkfifo "kinds/test/${classes[0]}/pipe.jpg"
mkdir "kinds/test/${classes[1]}/folder.png"
features 3 kinds
equals "$(grep -cE '^fewclip: skipped: .*/(pipe.jpg|folder.png): ' err)" 2 "a pipe and a folder that are called like images"

# --- classes that a split lacks, or has few rows of ----------------------------------------------------------------------
cp -r world gaps
rm -r "gaps/train/${classes[0]}" "gaps/test/${classes[1]}" "gaps/train/${classes[2]}/0002.png" "gaps/val/${classes[2]}"
features 0 gaps
says "gaps: train has no image of 1 of 3 classes: \`${classes[0]}\`"
says "gaps: val has no image of 1 of 3 classes: \`${classes[2]}\`"
says "gaps: test has no image of 1 of 3 classes: \`${classes[1]}\`"
ends 0 compare --features gaps.st --methods zero_shot,tip_adapter --shots 1,3 --seeds 1 --selection few-val --json gaps.json
for text in "train has no row of 1 of 3 classes: \`${classes[0]}\`; what learns from rows alone never answers them" \
  "val has no row of 1 of 3 classes: \`${classes[2]}\`" "test has no row of 1 of 3 classes: \`${classes[1]}\`" \
  "train has fewer than 3 rows of 1 of 3 classes: \`${classes[2]}\` (2); all are used" \
  "val has fewer than 3 rows of 2 of 3 classes: \`${classes[0]}\` (1), \`${classes[1]}\` (1); all are used"; do
  says "$text"
  below "$text"
done
equals "$(json gaps.json classes_without_rows train 0)" 0 "classes_without_rows, train"
equals "$(json gaps.json classes_without_rows val 0)" 2 "classes_without_rows, val"
equals "$(json gaps.json classes_without_rows test 0)" 1 "classes_without_rows, test"
equals "$(json gaps.json runs 0 support classes_without_rows)" 1 "classes of a run without rows"
has gaps.json '"remarks": ['
refuses 1 "gaps: class folder '${classes[0]}' in train: expected at least one image" fit --model "$model" --images gaps --method tip_adapter \
  --out no.st
put "${classes[0]}" "gaps/train/${classes[0]}"
echo broken >"gaps/val/${classes[1]}/0000.png"
ends 3 fit --model "$model" --images gaps --method tip_adapter --selection full-val --out gaps.classifier
says "gaps: val has no image of 1 of 3 classes: \`${classes[2]}\`"
for picture in gaps/test/"${classes[2]}"/*; do echo broken >"$picture"; done
features 3 gaps
says "gaps: test has no image that can be read of 1 of 3 classes: \`${classes[2]}\`"

# --- trainings that end otherwise than asked for -------------------------------------------------------------------------
ends 0 generate --out set.st --classes 6 --dim 32
probe=(--methods linear_probe,zero_shot --shots 2 --seeds 1,2)
ends 0 compare --features set.st "${probe[@]}"
quiet 'a comparison in which all is as asked for'
grep -q '\*' out && fail "a mark for nothing: $(cat out)"
ends 0 compare --features set.st "${probe[@]}" --set linear_probe.max_iterations=3
remark='linear_probe (2 shots): 2 of 2 trainings did not converge within 3 iterations (--set linear_probe.max_iterations=N gives more)'
says "* $remark"
below "* $remark"
grep -qE '^linear_probe +2 +[0-9.]+ ± [0-9.]+\*' out || fail "no mark in the table: $(cat out)"
grep -qE '^zero_shot .*\*' out && fail "a mark for nothing: $(cat out)"
ends 0 fit --model "$model" --images world --method linear_probe --set max_iterations=3 --out probe.classifier
says 'linear_probe did not converge within 3 iterations (--set linear_probe.max_iterations=N gives more)'
ends 0 compare --features set.st --methods tip_adapter_f --shots 2 --seeds 1 --selection few-val --set tip_adapter_f.patience=1 \
  --set tip_adapter_f.minimal_improvement=1
text='tip_adapter_f (2 shots): 1 of 1 trainings stopped early, as their settings ask for'
says "$text"
below "$text"
ends 0 compare --features set.st --methods zero_shot --seeds 1 --shots 1,2
quiet 'numbers of shots that are all there'
finish labels_test

#!/usr/bin/env bash
# memory_test.sh PROGRAM SOURCE_DIR: what fit says that a training takes, against what it takes, and rows that are too many, on the small model in
# examples/models. Where memory cannot be measured, under a sanitizer or without /proc, that part is left out.
program=$1
source_dir=$2
# shellcheck source=tests/cli/common.sh
source "$(dirname "$0")/common.sh"
model=$source_dir/examples/models/tangram-resnet

ends 0 generate --images pictures --task none --classes 4 --side 64 --train 1 --val 0 --test 1 --seed 3
for class in pictures/train/*; do # so many that what they take is larger than all else
  mkdir -p "many/train/${class##*/}"
  for i in $(seq -w 900); do ln -s "$work/$class/0001.png" "many/train/${class##*/}/$i.png"; done
done
mkdir -p wide/train # one picture for each of many classes, whose names the CLIP tells apart
printf '%s\n' wide/train/{plain,striped,speckled,checkered,dotted,shaded,small,large,three,four}\ {white,black,cyan,green,yellow,blue,orange,pink,purple,brown}\ {fish,rocket,eagle,lamp,vase,truck,bridge,turtle,boat,bird,camel,house,church,candle,flag,tree,plane,giraffe,horse,swan} |
  xargs -d '\n' mkdir
for folder in wide/train/*; do ln -s "$work/$class/0001.png" "$folder/1.png"; done # 2000 links
images=many
estimate() { # estimate METHOD ARGUMENT...: MiB that its training takes, as the refusal says, in `found`
  refuses 1 "$1;memory;at most 1 MiB for the training (--memory);an estimate of" fit --model "$model" --images $images --memory 1 --cache . \
    --out no.st --method "$@"
  found=$(sed -nE 's/.*an estimate of ([0-9]+) MiB$/\1/p' err)
  found=${found:-0}
}
peak() { # peak METHOD ARGUMENT...: KiB that the fit took at most, in `most`
  local seen running
  most=0
  "$program" fit --model "$model" --images $images --out fitted.st --method "$@" >out 2>err &
  running=$!
  while seen=$(awk '/^VmHWM/ { print $2 }' "/proc/$running/status" 2>/dev/null) && [ -n "$seen" ]; do
    most=$seen
    sleep 0.01
  done
  wait $running || fail "fit $*: $(cat err)"
}

# --- the estimate grows with what takes memory -------------------------------------------------------------------------
grows() { # grows WHAT METHOD 'ARGUMENTS' 'ARGUMENTS': with the second arguments the estimate is larger
  local few
  # shellcheck disable=SC2086
  estimate "$2" $3
  few=$found
  # shellcheck disable=SC2086
  estimate "$2" $4
  [ "$few" -lt "$found" ] || fail "the estimate of $2 does not depend on $1: $few and $found MiB"
}
grows 'the tokens of the prompts' coop '--set context_length=1' '--set context_length=28'
grows 'the words of the template' coop '--prompt {}' '--prompt a_small_red_triangle_beside_a_large_blue_square_and_a_cat_that_sits_{}'
grows 'the anchors' rtos '--set anchor_count=1' ''
for method in vt_clip safe tip_adapter_f; do grows 'the batch' $method '--set batch_size=2' '--set batch_size=3600'; done
grows 'the batch of its first stage' safe_a '--set first.batch_size=2' '--set first.batch_size=3600'
grows 'the batch of pairs' tsf_clip '--set pairs.batch_size=2' '--set pairs.batch_size=100'
grows 'blocks that are computed again' tsf_clip '--set pairs.batch_size=100 --set first.recompute_blocks=1' '--set pairs.batch_size=100'
for method in tip_adapter_f safe_a cross_modal; do grows 'the images' $method '--shots 50' ''; done

# The second stage of safe_a is tip_adapter_f on as many keys of the same width.
estimate safe
first=$found
for arguments in '--set batch_size=2' '--set batch_size=3600' '--set batch_size=2 --shots 400'; do
  # shellcheck disable=SC2086
  estimate tip_adapter_f $arguments
  least=$((first + found - 8 - 2)) # 8 MiB are in both, and both are rounded up
  # shellcheck disable=SC2086
  estimate safe_a ${arguments/batch/second.batch}
  [ "$found" -ge $least ] || fail "safe_a $arguments: an estimate of $found MiB, expected at least $least for its two stages"
done

# What an anchor adds: of the relation to all classes at least the cosines, their softmax and two gradients.
images=wide
for method in rtos rtos_feature_anchors; do
  estimate $method --set anchor_count=1
  first=$found
  estimate $method --set anchor_count=2000
  least=$((4 * 4 * 2000 * 1999 / 1048576))
  [ $((found - first)) -ge $least ] || fail "$method: 1999 more anchors add $((found - first)) MiB to the estimate, expected at least $least MiB"
done

# --- a method that does not train has no estimate ------------------------------------------------------------------------
images=pictures
printf 'red square\nblue triangle\n' >anchors.txt
for method in zero_shot tip_adapter tip_x ape; do
  ends 0 fit --model "$model" --images $images --memory 1 --out free.st --method $method
done
ends 0 fit --model "$model" --images $images --memory 1 --out free.st --method rtos_fixed_anchors --anchors anchors.txt
images=many

# --- the estimate is above what the training takes, and not far above ----------------------------------------------------
measured() { # measured TIMES METHOD 'ARGUMENTS' OTHER 'ARGUMENTS': the first fit takes more than the second by about its estimate at most, and by a TIMES-th
  local used
  # shellcheck disable=SC2086
  peak "$2" $3
  used=$most
  # shellcheck disable=SC2086
  peak "$4" $5
  used=$(((used - most) / 1024))
  # shellcheck disable=SC2086
  estimate "$2" $3
  echo "$2 $3: $used MiB, an estimate of $found MiB"
  [ $used -gt 20 ] || fail "$2 $3: it took $used MiB, too little to measure"
  # A quarter is left to the pages and the allocator of another machine.
  [ $((used - used / 4)) -le "$found" ] || fail "$2 $3: it took $used MiB, above the estimate of $found MiB"
  [ "$found" -le $(($1 * used)) ] || fail "$2 $3: an estimate of $found MiB, but it took $used MiB"
}
if ! grep -q '^VmHWM' /proc/self/status 2>/dev/null || grep -qa __asan_init "$program"; then
  echo "What a fit takes is not measured here"
else
  measured 2 safe '--set epochs=1 --set batch_size=3600' safe '--set epochs=0'
  measured 3 vt_clip '--set epochs=1 --set batch_size=3600' vt_clip '--set epochs=0'
  measured 8 tip_adapter_f '--set epochs=1 --set batch_size=3600' tip_adapter ''
  measured 8 safe_a '--set first.epochs=0 --set second.epochs=1 --set second.batch_size=3600' safe '--set epochs=0'
  images=wide
  measured 16 coop '--set epochs=1 --set batch_size=2000' zero_shot ''
  images=pictures
  measured 3 tsf_clip '--set pairs.batch_size=30 --set first.epochs=1 --set second.epochs=0' zero_shot ''
  images=many
fi

# --- rows that are too many ----------------------------------------------------------------------------------------------
fits_many() { ends 0 fit --model "$model" --images many --method safe --set epochs=1 "$@"; }
fits_many --out memory.st
refuses 1 'memory;MiB (--memory);--cache;MiB: 3600 rows of' fit --model "$model" --images many --method safe --memory 40 --out no.st
mkdir cache
fits_many --memory 40 --cache cache --out cache.st
cmp -s memory.st cache.st || fail "rows in a file give another classifier than rows in memory"
equals "$(find cache -type f | wc -l)" 0 "files left in the cache"
refuses 1 'absent' fit --model "$model" --images many --method safe --memory 40 --cache absent --out no.st

finish memory

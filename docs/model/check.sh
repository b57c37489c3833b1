#!/bin/sh
# Checks the model of the delivery protocol. Needs spin and gcc (Debian: apt-get install spin gcc); takes about a minute.
#
#	sh check.sh                 all lines of README.md; exit 1 if one is not as expected
#	sh check.sh -DNO_LOOK       the story of the counterexample under these defines
set -eu

model=$(cd "$(dirname "$0")" && pwd)/protocol.pml
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cp "$model" protocol.pml
failed=0

# build DEFINES FLAGS: makes ./pan.
build() {
	rm -f ./*.trail
	# shellcheck disable=SC2086 # several words each
	spin $1 -a protocol.pml >spin.out && gcc -w -O2 $2 -o pan pan.c
}

# search DEFINES: every state, the nearest first. The story of a double, if there is one, is in ./story.
search() {
	build "$1" "-DSAFETY -DBFS"
	./pan >out 2>&1 || true
	: >story
	if [ -f protocol.pml.trail ]; then
		# shellcheck disable=SC2086
		spin $1 -t protocol.pml | sed -n 's/^ *\(worker [01]: .*\|tracker: .*\|tick\)$/\1/p' >story
	fi
}

# states: how many the last run stored.
states() { awk '/states, stored/ { print $1; exit }' out; }

# complete: the last run went through everything and found no error.
complete() { grep -q 'errors: 0$' out && ! grep -q 'too small\|out of memory\|Search not completed\|resource' out; }

# double: the last search ended with a second issue, and with nothing else.
double() { grep -q 'assertion violated (created<=1)' out && grep -q '^tracker: issue 2' story; }

none() { # none NAME DEFINES
	search "$2"
	if complete; then echo "$1: no double issue ($(states) states)"; else unexpected "$1"; fi
}

two() { # two NAME DEFINES
	search "$2"
	if double; then echo "$1: two issues after $(wc -l <story | tr -d ' ') steps"; else unexpected "$1"; fi
}

unexpected() {
	failed=1
	echo "$1: NOT AS EXPECTED"
	cat out
}

# full: no double however many faults there are; once there are no more of them, no end but that all is filed. The
# second is checked on a coarser clock (one tick for 20 seconds), as an end state and, with weak fairness, as a cycle.
full() {
	search ""
	if ! complete; then unexpected full; return; fi
	count=$(states)
	build "-DLIVE -DLEASE=3 -DTIMEOUT=1 -DSETTLE=2" "-DNOREDUCE -DSAFETY -DNOCLAIM"
	./pan -m1000000 >out 2>&1 || true
	if ! complete; then unexpected "full, end states"; return; fi
	build "-DLIVE -DLEASE=3 -DTIMEOUT=1 -DSETTLE=2" "-DNOREDUCE -DNFAIR=3"
	./pan -a -f -m1000000 >out 2>&1 || true
	if ! complete; then unexpected "full, lost reports"; return; fi
	echo "full: no double issue, no lost report ($count states; $(states) for the reports)"
}

if [ $# -gt 0 ]; then
	search "$*"
	cat story
	exit 0
fi
full
two "without the look" -DNO_LOOK
two "without the fence" -DNO_FENCE
two "without the intent" -DNO_INTENT
# Where the promise ends.
none "full, with Jira's settle time" -DSETTLE=6
two "written a tick after its deadline" -DLATE=1
two "asleep before the fence, and the monotonic clock with it" -DSLEEP
none "the same, with the deadline checked by the wall clock as well" "-DSLEEP -DWALL"
exit $failed

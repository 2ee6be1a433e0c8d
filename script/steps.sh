# Sourced by the scripts that run tests, after lib.sh: steps, each with a line when it starts and one when it has ended,
# lanes of steps that run beside each other, and the count of the tests that passed and failed. The work directory has a
# folder log.
# shellcheck shell=bash disable=SC2154  # lib.sh sets work

passed=0
failed=0
number=0 # of the step that runs
total=0  # steps, as count_steps says
lane=    # name of the lane that runs, if any
lanes=() # processes of the lanes
running= # process group of the step that runs
beating= # process group of its heartbeat
status=  # exit status of the last process group
skipped=() # what was left out, and why; no failure
declare -A failed_steps=() # those that failed or were skipped

# tally LOG: "PASSED FAILED" as the test runners in the log counted; "0 0" where none did.
tally() {
  awk '
    /^\[doctest\] test cases:/ { split($0, field, "|"); pass += field[2]; fail += field[3] }
    /All [0-9]+ tests passed/ { match($0, /[0-9]+/); pass += substr($0, RSTART, RLENGTH) }
    /[0-9]+ of [0-9]+ tests failed/ {
      match($0, /[0-9]+ of [0-9]+/); split(substr($0, RSTART, RLENGTH), count, " of ")
      fail += count[1]; pass += count[2] - count[1]
    }
    /^[0-9]+ passed, [0-9]+ failed$/ { pass += $1; fail += $3 }
    / in [0-9.]+s( |$)/ { # pytest
      if (match($0, /[0-9]+ passed/)) pass += substr($0, RSTART)
      if (match($0, /[0-9]+ failed/)) fail += substr($0, RSTART)
      if (match($0, /[0-9]+ error/)) fail += substr($0, RSTART)
    }
    /^Files=[0-9]+, Tests=/ { split($0, field, "="); pass += field[3] }
    /Failed [0-9]+\/[0-9]+ subtests/ {
      match($0, /[0-9]+\//); bad = substr($0, RSTART, RLENGTH - 1); fail += bad; pass -= bad
    }
    END { print pass + 0, fail + 0 }' "$1"
}

# heartbeat LOG: once a minute, the time that the step has taken and the last line of its log.
heartbeat() {
  local start=$SECONDS
  while sleep 60; do
    printf '%-12s ... %d s: %s\n' "$lane" $((SECONDS - start)) "$(tail -n 1 "$1" | tr -dc '[:print:]' | cut -c 1-90)"
  done
}

# own_group COMMAND...: runs it in a process group of its own, so that a signal to this script
# ends it too. Sets status. Neither this nor what calls it stands in a condition: bash would
# ignore `set -e` in all that it runs.
own_group() {
  status=0
  set -m
  ("$@") </dev/null &
  running=$!
  set +m
  wait "$running" || status=$?
  running=
}

# to_log LOG COMMAND...: runs it, its output to that file.
to_log() { "${@:2}" >"$1" 2>&1; }

# end_group PID: ends that process group, if one is given.
end_group() {
  [[ -z $1 ]] || { kill -- "-$1" && wait "$1"; } 2>/dev/null || true
}

# end_steps: ends what runs. The first part of an EXIT trap.
end_steps() {
  local process
  for process in "${lanes[@]}"; do
    { kill "$process" && wait "$process"; } 2>/dev/null || true
  done
  end_group "$beating"
  end_group "$running"
}

# count_steps FUNCTION: how many steps it runs.
# shellcheck disable=SC2317  # called by the function
count_steps() (
  step() { echo; }
  step_after() { echo; }
  say() { :; }
  "$1" | wc -l
)

# step NAME COMMAND...: runs a command or function, its output to a log; adds the tests it counted,
# or itself as one test, to the totals. Sets status.
step() {
  local name=$1 log=$work/log/${1//[^a-zA-Z0-9]/-} start=$EPOCHREALTIME pass fail
  shift
  number=$((number + 1))
  printf '%s%2d/%d  %3d:%02d  %s\n' "${lane:+$lane }" "$number" "$total" $((SECONDS / 60)) $((SECONDS % 60)) "$name"
  : >"$log"
  set -m
  heartbeat "$log" &
  beating=$!
  set +m
  own_group to_log "$log" "$@"
  end_group "$beating"
  beating=
  read -r pass fail < <(tally "$log")
  if [[ $status -ne 0 && $fail -eq 0 ]]; then
    fail=1
  elif [[ $((pass + fail)) -eq 0 ]]; then
    pass=1
  fi
  passed=$((passed + pass)) failed=$((failed + fail))
  report "$name" "$pass" "$fail" "$start"
  if [[ $fail -gt 0 ]]; then
    failed_steps[$name]=1
    tail -n 40 "$log" | sed 's/^/      | /'
  fi
}

report() {
  awk -v name="$1" -v pass="$2" -v fail="$3" -v from="$4" -v to="$EPOCHREALTIME" 'BEGIN {
    printf "%-4s         %-36s %5d passed%s  %.1f s\n", fail ? "FAIL" : "ok", name, pass, fail ? ", " fail " failed" : "", to - from
  }'
}

# step_after EARLIER NAME COMMAND...: that step, unless an earlier one has failed which it needs, or was left out.
step_after() {
  if [[ -n ${failed_steps[$1]:-} ]]; then
    number=$((number + 1))
    failed_steps[$2]=1
    say "skip         $2: needs \"$1\""
  else
    step "${@:2}"
  fi
}

# run_steps FUNCTION: its steps, after those that have run.
run_steps() {
  total=$((number + $(count_steps "$1")))
  "$1"
}

# run_lanes FUNCTION...: the steps of each function, in a process of its own beside the others. Steps of different lanes
# need nothing of each other. Adds up their counts; a lane that ends before its last step has failed.
run_lanes() {
  local name
  for name in "$@"; do
    run_lane "$name" </dev/null &
    lanes+=($!)
  done
  for name in "${lanes[@]}"; do wait "$name" || true; done
  lanes=()
  for name in "$@"; do add_lane "$name"; done
}

# run_lane FUNCTION: its steps; leaves their counts, and the names of those that failed, in a file.
# shellcheck disable=SC2317  # end_steps is called by a trap
run_lane() {
  lane=$1 lanes=() number=0 passed=0 failed=0
  trap end_steps EXIT
  trap 'exit 143' TERM
  total=$(count_steps "$lane")
  "$lane"
  {
    echo "$passed $failed"
    [[ $failed -eq 0 ]] || printf '%s\n' "${!failed_steps[@]}"
  } >"$work/$lane.lane"
}

# add_lane FUNCTION: adds what run_lane has left to the counts.
add_lane() {
  local pass=0 fail=1 name names=("lane $1")
  if [[ -e $work/$1.lane ]]; then
    { read -r pass fail && mapfile -t names; } <"$work/$1.lane"
  fi
  passed=$((passed + pass)) failed=$((failed + fail))
  for name in "${names[@]}"; do failed_steps[$name]=1; done
}

# close_count: names what was left out and the steps that failed; the last line has the totals. Ends the script, with 1 where a test failed.
close_count() {
  local name
  for name in "${skipped[@]}"; do say "left out: $name"; done
  for name in "${!failed_steps[@]}"; do say "not passed: $name"; done | sort
  say "$passed passed, $failed failed"
  exit $((failed > 0))
}

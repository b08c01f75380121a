#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tool that plays scripts in a terminal: every command does what it says, every check can fail.
# shellcheck disable=SC2016 # the shells in the terminal expand it
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
unset REFLOAT_ACCEPT
need_program bash stty od infocmp
need_terminal vt100 linux xterm-256color

# holds NAME PROGRAM, breaks NAME REGEX PROGRAM: the script on standard input is played with bash -c
# PROGRAM. It holds: every check is met. It breaks: a check fails, and REGEX is said about it; what is waited
# for in vain is waited for as long as the script says.
holds()
{
	run "$terminal_play" - -- bash --norc -c "$2"
	is "$status" 0 "$1"
	[ "$status" = 0 ] || note "$output$errors"
}

breaks()
{
	REFLOAT_PATIENCE=1 run "$terminal_play" - -- bash --norc -c "$3"
	is "$status" 1 "$1"
	like "$output" "$2" "$1, and says why"
}

# flat NAME REGEX: what the last run gave, as one line behind its exit status
flat()
{
	like "$status $(tr '\n' ' ' <<<"$output$errors")" "$2" "$1"
}

# unread NAME REGEX: the script cannot be understood
unread()
{
	run "$terminal_play" - -- true
	like "$status $errors" "^2 .*$2" "$1"
}

# --- the script itself
unread "an unknown command" '1: no command is called begin' <<<'begin'
unread "too few words" 'wait does not take 0 words' <<<'wait'
unread "too many words" 'does not take 3' <<<'expect a b c'
unread "a quote that is not closed" '2: a quote that is not closed' <<<$'start\nexpect "abc'
unread "an unknown escape" 'no such escape' <<<'type "\q"'
unread "something behind a quote" 'right behind a quote' <<<'type "a"b'
unread "a check before start" 'expect comes after start' <<<'expect a'
unread "no number" 'x is not a number' <<<'size x 80'
unread "an unknown key" 'no key is called Dwn' <<<$'start\nkey Dwn'
unread "an unknown signal" 'no signal is called NONE' <<<$'start\nsignal NONE'
unread "no regular expression" 'not a regular expression' <<<'mask "[" x'
run "$terminal_play" -
is "$status" 2 "no program"
run "$terminal_play" "$scratch/none" -- true
like "$status $errors" '^2 .*none: No such file' "no script"
run "$terminal_play" - -- "$scratch/no-program" <<<'start'
flat "a program that is not there" '^1 not ok.*No such file'

# --- wait, expect
holds "wait and expect" 'sleep 0.2; echo "hello  world"; sleep 0.2; clear; echo bye' <<-'EOS'
	start   # a comment
	wait "hello  world"
	expect 'lo  w'
	expect-not nothing
	expect-line 1 hello
	expect-line -24 hello
	expect-line 2 ""
	wait-gone hello
	wait bye 3
EOS
breaks "wait ends with the time" '"abc" did not come$' 'echo xyz; sleep 100' <<-'EOS'
	start
	wait xyz
	wait abc 0.3
EOS
like "$output" '^#   1 .xyz$' "a wait in vain shows the screen"
breaks "wait ends with the program" 'did not come, and the program has ended' 'echo x; exit 3' <<-'EOS'
	start
	wait abc
	expect never-run
EOS
like "$output" 'ended with status 3' "... and says how it ended"
like "$output" '1 further lines were not run' "... and what was not run"
breaks "wait-gone in vain" '"abc" did not go' 'echo abc; sleep 100' <<-'EOS'
	start
	wait abc
	wait-gone abc 0.3
EOS
breaks "expect" '"abc" is not on the screen' 'echo xyz' <<-'EOS'
	start
	wait xyz
	expect abc
EOS
breaks "expect-not" '"xyz" is on the screen' 'echo xyz' <<-'EOS'
	start
	wait xyz
	expect-not xyz
EOS
holds "expect-not of what goes with the same screen" 'echo old; printf new; for i in {1..60000}; do :; done; printf "\033[2J"; exec sleep 9' <<-'EOS'
	start
	wait new
	expect-not old
EOS
breaks "expect-line" 'wanted "xyz", got ""' 'echo xyz' <<-'EOS'
	start
	wait xyz
	expect-line 2 xyz
EOS
breaks "expect-line with an empty one" 'wanted "", got "xyz"' 'echo xyz' <<-'EOS'
	start
	wait xyz
	expect-line 1 ""
EOS
run "$terminal_play" --title T - -- echo abc <<-'EOS'
	start
	name what it is about
	wait abc
	expect abc
EOS
is "$output" $'ok 1 - T: what it is about\nok 2 - T: expect abc\n1..2' "names and titles of checks"

(sleep 0.3 && : >"$scratch/beside") &
holds "wait-file" 'sleep 90' <<-EOS
	start
	wait-file $scratch/beside
EOS
breaks "wait-file in vain" 'none did not come' 'sleep 90' <<-EOS
	start
	wait-file $scratch/none 0.3
EOS

# --- the terminal
holds "size, term, env" 'echo "$TERM $A ${B-no B} ${COLUMNS-none}"; stty size; sleep 90' <<-'EOS'
	size 40 120
	term linux
	env "A=1 2" B=3
	env COLUMNS=7
	unset B
	start
	wait "40 120"
	expect "linux 1 2 no B none"
EOS
holds "term none" 'echo "[$(printenv TERM || echo none)]"' <<-'EOS'
	term none
	start
	wait "[none]"
EOS
holds "size-zero" 'stty size' <<-'EOS'
	size-zero
	start
	wait "0 0"
EOS
holds "resize" 'trap "stty size" WINCH; echo ready; while :; do read -r -t 0.05; done' <<-'EOS'
	start
	wait ready
	resize 10 40
	wait "10 40"
	settle
	size-zero
	wait "0 0"
EOS
# how long an answer is waited for comes from the number, in tenths of a second
ask='stty raw -echo min 0 time $N; printf "\033[5;7H\033[6n"; dd bs=1 count=6 2>/dev/null | od -An -c; stty sane'
holds "cursor position reports" "N=200; $ask" <<-'EOS'
	start
	wait "033   [   5   ;   7   R"
EOS
holds "no reports" "N=5; $ask; echo end" <<-'EOS'
	no-reports
	start
	wait end
	expect-not "033   ["
EOS
holds "UTF-8, wide and combining characters" 'printf "a\344\270\226b e\314\201|\n"' <<-'EOS'
	start
	wait "a世b e\xcc\x81|"
	expect-line 1 "|"
	expect-cursor 2 1
EOS
holds "no UTF-8" 'printf "\303\244|\n"' <<-'EOS'
	utf8 off
	start
	wait "C$|" # seven bits, as an ASCII terminal
EOS
breaks "expect-cursor" 'it is in row 1 column 4' 'printf "abc"; sleep 9' <<-'EOS'
	start
	wait abc
	expect-cursor 1 1
EOS

# --- keys
keys='stty raw -echo; printf "%s\r\n" ready; dd bs=1 count=$N 2>/dev/null | od -An -c; stty sane'
# sends TERM KEYS NUMBER OD [BEFORE]: what the keys send, NUMBER bytes
sends()
{
	holds "$1 sends $2" "N=$3; printf '%b' '${5-}'; $keys" <<-EOS
		term $1
		start
		wait ready
		keys $2
		wait "$4"
	EOS
}
sends vt100 Down 3 '033   [   B'
sends vt100 Down 3 '033   O   B' '\033[?1h\033='
sends linux Down 3 '033   [   B'
sends linux F1 4 '033   [   [   A'
sends linux "Home End" 8 '033   [   1   ~ 033   [   4   ~'
sends xterm-256color "Home F5" 8 '033   [   H 033   [   1   5   ~'
sends xterm-256color "Delete PgUp" 8 '033   [   3   ~ 033   [   5   ~'
sends linux "Enter Tab Esc Space Backspace" 5 '\\r  \\t 033     177'
sends vt100 "Ctrl-L Alt-x ä" 5 '\\f 033   x 303 244'
sends unknown-terminal "Up" 3 '033   [   A'
sends vt100 "Shift-Tab" 3 '033   [   Z'
holds "key with a count, type, eof" 'cat >/dev/null; echo; echo "end of it"' <<-'EOS'
	start
	key a 3
	type "b\x63" d
	wait "aaabc d"
	type "\n"
	eof
	wait "end of it"
	expect-exit 0
EOS
mouse='stty raw -echo; printf "\033[?1000h\033[?1006h%s\r\n" ready; dd bs=1 count=$N 2>/dev/null | od -An -c; stty sane'
holds "click" "N=9; $mouse" <<-'EOS'
	start
	wait ready
	click 3 5
	wait "033   [   <   0   ;   5   ;   3   M"
EOS
holds "wheel" "N=10; $mouse" <<-'EOS'
	start
	wait ready
	wheel down
	wait "033   [   <   6   5   ;   1   ;   1   M"
EOS
for file in one two; do
	run "$terminal_play" - -- bash -c "stty raw -echo; echo ready; dd bs=1 count=60 2>/dev/null >$scratch/$file; echo end" <<-'EOS'
		start
		wait ready
		random-keys 42 60 a b c d Up
		random-keys 42 60 a b c d Up
		wait end
	EOS
done
is "$(wc -c <"$scratch/one") $(cmp "$scratch/one" "$scratch/two" && echo same)" "60 same" \
	"random keys are the same for a seed"
breaks "random keys that end the program" 'keys, the last of them: ([ab] )*q( [abq])*$' \
	'stty raw -echo; echo ready; while read -r -N 1 key; do [ "$key" != q ] || exit 0; done' <<-'EOS'
	start
	wait ready
	random-keys 7 1000 a b a b q
EOS

# --- attributes
paint='printf "\033[1mbold\033[m \033[7mreverse\033[m \033[31mred\033[m plain \033[4munder\033[m\n"'
holds "attributes" "$paint" <<-'EOS'
	start
	wait plain
	expect-attribute bold bold
	expect-attribute reverse reverse
	expect-attribute red color
	expect-attribute under underline
EOS
breaks "expect-attribute" '"plain" in row 1 is not reverse' "$paint" <<-'EOS'
	start
	wait plain
	expect-attribute plain reverse
EOS
breaks "expect-no-color" 'row 1 column 14 is coloured' "$paint" <<-'EOS'
	start
	wait plain
	expect-no-color
EOS
holds "no colour" 'printf "\033[1;7mplain\033[m\n"' <<-'EOS'
	start
	wait plain
	expect-no-color
EOS

# --- what is compared
compare='echo "the time is 12:34:56"; printf "\033[24Hlast line   "; sleep 9'
printf 'start\nwait last\nmask "[0-9]+:[0-9:]+" TIME\ncompare screen.txt\n' >"$scratch/compare"
run "$terminal_play" --expected "$scratch" "$scratch/compare" -- bash -c "$compare"
flat "compare without its file" '^1 .*screen.txt: No such file'
run env REFLOAT_ACCEPT=yes "$terminal_play" --expected "$scratch" "$scratch/compare" -- bash -c "$compare"
is "$status $(wc -l <"$scratch/screen.txt") $(head -n 1 "$scratch/screen.txt")/$(tail -n 1 "$scratch/screen.txt")/" \
	"0 24 the time is TIME/last line/" "accepted screens are written, masked, without spaces at the end"
run "$terminal_play" --expected "$scratch" "$scratch/compare" -- bash -c "$compare"
is "$status" 0 "the same screen"
run "$terminal_play" --expected "$scratch" "$scratch/compare" -- bash -c "${compare/last line/last word}"
flat "another screen" '^1 .*differs'
like "$output" '^#  24 -last line$' "... and the lines that differ"
run "$terminal_play" --expected "$scratch" --log "$scratch/raw" - -- printf 'a\033[mb' <<-'EOS'
	start
	wait ab
	dump dumped.txt
	dump
EOS
is "$(head -n 1 "$scratch/dumped.txt") $(od -An -c "$scratch/raw")" "ab    a 033   [   m   b" "dump and log"
like "$output" '^#   1 .ab$' "dump to the output"

# --- rest: not silence alone
busy='for i in {1..40000}; do :; done'
answered='start
key Enter
settle 20
bytes-reset
sleep 300
bytes-max 0 the answer has come before
expect answer'
holds "settle waits for a program that is at work" "read -r x; $busy; echo answer; sleep 9" <<<"$answered"
holds "... or whose child is" "read -r x; ($busy); echo answer; exec sleep 9" <<<"$answered"
holds "... and for what it has not read yet" "trap '$busy; echo one' USR1; echo ready; read -r x; while ! read -r x; do :; done; echo two; sleep 9" <<-'EOS'
	start
	wait ready
	signal USR1
	type "a\nb\n"
	settle 20
	bytes-reset
	sleep 300
	bytes-max 0 all was read before
	expect two
EOS
holds "... not for ever" 'trap "" TERM; echo ready; exec sleep 300' <<-'EOS'
	start
	wait ready
	type "nobody reads it\n"
	settle 20
	expect-running
EOS

# --- bytes and time
holds "bytes" 'echo 12345678; read -r x; echo 1234; sleep 90' <<-'EOS'
	start
	wait 12345678
	bytes-max 10 for the first screen
	expect-bytes 5678
	bytes-reset
	expect-bytes-not 5678
	key Enter
	wait 1234
	settle
	bytes-max 8
EOS
breaks "bytes-max" '10 bytes were sent, at most 9 may be' 'echo 12345678' <<-'EOS'
	start
	wait 12345678
	settle
	bytes-max 9 for the first screen
EOS
like "$output" 'not ok 2 - for the first screen' "... by its name"
breaks "expect-bytes" 'were not sent' 'printf "\033[1mx"' <<-'EOS'
	start
	wait x
	expect-bytes "\e[2m"
EOS
breaks "expect-bytes-not" 'were sent' 'printf "\033[1mx"' <<-'EOS'
	start
	wait x
	expect-bytes-not "\e[1m"
EOS
run "$terminal_play" - -- bash -c 'echo 123; sleep 90' <<-'EOS'
	start
	time-first-byte
	time-screen 123 until-123
	settle
	bytes-print first
	delay-print delay
	cpu-idle 0.3
EOS
values=$(sed -n 's/^# value //p' <<<"$output" | sed 's/ [0-9.]* / N /' | paste -sd ,)
is "$values" "time-first-byte N ms,until-123 N ms,first N bytes,delay N ms,idle-wakeups N wake-ups,idle-wakeups-all N wake-ups,idle-cpu N ms,idle-bytes N bytes" \
	"figures are printed"
breaks "time-screen in vain" '"xyz" did not come' 'echo 123' <<-'EOS'
	start
	time-screen xyz
EOS
breaks "time-first-byte in vain" 'nothing was sent' 'sleep 0.1' <<-'EOS'
	start
	time-first-byte
EOS
slow='for i in $(seq 20); do printf "%0100d" 0; done; echo; echo done'
breaks "a slow line" 'a screen took ([2-9]|[1-9][0-9])' "$slow; sleep 9" <<-'EOS'
	baud 9600
	start
	wait done
	delay-max 2
EOS
holds "a fast line" "$slow; sleep 9" <<-'EOS'
	start
	wait done
	delay-max 30
EOS
holds "delays are counted anew" "$slow; sleep 9" <<-'EOS'
	baud 9600
	start
	wait done
	delay-reset
	delay-max 0.1
EOS
holds "an idle program" 'echo ready; exec sleep 99' <<-'EOS'
	start
	wait ready
	settle 1000
	cpu-idle 0.5 0 it sleeps
EOS
breaks "a program that wakes up" 'wake-ups in 2 s' 'echo ready; while :; do read -r -t 0.05; done' <<-'EOS'
	start
	wait ready
	cpu-idle 2 3
EOS
breaks "settle without an end" 'the output does not end' 'while :; do echo x; read -r -t 0.01; done' <<-'EOS'
	start
	wait x
	settle 400 1
EOS

# --- only what is printable
clean='printf "\033[H\033[2J\033[1;31mred\033[m\017 \033[3;4Hab\b\tc\a\r\n"'
holds "only printable" "$clean" <<-'EOS'
	term linux
	start
	wait red
	only-printable
EOS
# dirty NAME BYTES REGEX
dirty()
{
	breaks "not printable: $1" "$3" "printf 'abc$2def'" <<-'EOS'
		term linux
		start
		wait def
		only-printable
	EOS
}
dirty "a control character" '\001' 'byte 3: a control character: .x01'
dirty "another character set by shifting" '\016' 'byte 3: a control character: .x0e'
dirty "line drawing" '\033(0\033(B' 'byte 3: a sequence that this terminal has not: .e.0'
dirty "a title" '\033]0;title\007' 'byte 3: a sequence'
dirty "a title that does not end" '\033]0;title\033\134' 'byte 3: a sequence'
dirty "a mode" '\033[?1049h' 'byte 3: a sequence that this terminal has not: .e.[?]1049h'
dirty "a device control string" '\033P1\033\134' 'byte 3: a sequence'
dirty "C1 in UTF-8" '\302\233m' 'byte 3: not printable: .xc2.x9b'
dirty "invalid UTF-8" '\300\257' 'byte 3: not UTF-8: .xc0'
dirty "a surrogate" '\355\240\200' 'byte 3: not printable'
dirty "a bidirectional override" '\342\200\256' 'byte 3: not printable: .xe2.x80.xae'
dirty "a zero-width space" '\342\200\213' 'byte 3: not printable'
dirty "DEL" '\177' 'byte 3: not printable: .x7f'
holds "line drawing where it is allowed" 'printf "\033)0\016q\017x\n"' <<-'EOS'
	start
	wait "─x"
	only-printable line-set
EOS
holds "a sequence that is allowed" 'printf "\033]0;title\007x\n"' <<-'EOS'
	start
	allow-sequence "\e]0;\a"
	wait x
	only-printable
EOS
breaks "C1 without UTF-8" 'a control character: .x9b' 'printf "\2330mx\n"' <<-'EOS'
	utf8 off
	start
	wait x
	only-printable
EOS

# --- settings and modes of the terminal
holds "settings put back" 'stty raw -echo; stty sane' <<-'EOS'
	start
	settings-saved
	expect-exit 0
EOS
breaks "settings-same: flags" 'c_lflag: 0[0-7]* before' 'stty -echo' <<-'EOS'
	settings-saved
	start
	expect-exit 0
	settings-same
EOS
breaks "settings-same: characters" 'c_cc.0.: 3 before, 7 now' 'stty intr ^G' <<-'EOS'
	settings-saved
	start
	expect-exit 0
	settings-same
EOS
breaks "settings-same: speed" 'the speed differs|c_cflag' 'stty 9600' <<-'EOS'
	settings-saved
	start
	expect-exit 0
	settings-same
EOS
holds "settings-same" 'stty -echo -icanon intr ^G; stty echo icanon intr ^C' <<-'EOS'
	settings-saved
	start
	expect-exit 0
	settings-same
	terminal-restored
EOS
# left_on WHAT BYTES REGEX
left_on()
{
	breaks "terminal-restored: $1" "$3" "printf 'x$2'" <<-'EOS'
		start
		expect-exit 0
		terminal-restored
	EOS
	holds "$1 and off again" "printf 'x$2$4'" <<-'EOS'
		start
		expect-exit 0
		terminal-restored
	EOS
}
left_on "the cursor" '\033[?25l' 'the cursor is hidden' '\033[?25h'
left_on "the screen" '\033[?1049h' 'the alternate screen is shown' '\033[?1049l'
left_on "the mouse" '\033[?1000h' 'the mouse is asked for' '\033[?1000l'
left_on "the keys" '\033[?1h' 'application keys are on' '\033[?1l'
left_on "reverse" '\033[7m' 'text is written' '\033[m'
left_on "colour" '\033[41m' 'text is written' '\033[49m'

# --- jobs and signals
holds "suspend and continue" 'stty -echo; echo ready; read -r x; echo "got $x"' <<-'EOS'
	start
	wait ready
	suspend
	continue
	expect-running
	type "abc\n"
	wait "got abc"
	expect-exit 0
EOS
breaks "suspend in vain" 'it does not stop' 'trap "" TSTP; echo ready; sleep 90' <<-'EOS'
	start
	wait ready
	suspend 0.3
EOS
breaks "continue of what runs" 'it was not stopped' 'sleep 90' <<-'EOS'
	start
	continue
EOS
holds "a program that stops itself" 'echo ready; kill -STOP $$; echo again; sleep 90' <<-'EOS'
	start
	expect-stopped
	continue
	wait again
EOS
breaks "expect-running" 'it does not run' 'true' <<-'EOS'
	start
	expect-exit 0
	expect-running
EOS
holds "a signal" 'trap "echo got it; exit 3" TERM; echo ready; while :; do sleep 0.05; done' <<-'EOS'
	start
	wait ready
	signal TERM
	wait "got it"
	expect-exit 3
EOS
holds "a signal to the foreground" 'set -m; bash -c "trap \"echo job; exit\" USR1; echo ready; while :; do sleep 0.05; done"; echo shell' <<-'EOS'
	start
	wait ready
	signal USR1 foreground
	wait shell
	expect job
EOS
holds "death by a signal" 'kill -SEGV $$' <<-'EOS'
	start
	expect-signal SIGSEGV
EOS
breaks "expect-signal" 'wanted SIGTERM' 'kill -KILL $$' <<-'EOS'
	start
	expect-signal TERM
EOS
like "$output" 'killed by signal 9' "... and says what it was"
breaks "expect-exit" 'wanted status 0' 'exit 3' <<-'EOS'
	start
	expect-exit 0
EOS
like "$output" 'ended with status 3' "... and says what it was"
breaks "expect-exit after a signal" 'wanted status 0' 'kill -KILL $$' <<-'EOS'
	start
	expect-exit 0
EOS
holds "hangup" "trap 'echo yes >$scratch/hangup; exit 5' HUP; echo ready; while :; do sleep 0.05; done" <<-'EOS'
	start
	wait ready
	hangup
	expect-exit 5
EOS
is "$(cat "$scratch/hangup")" yes "hangup sends SIGHUP"
holds "a silent hangup" "trap 'echo signal >$scratch/hangup' HUP; echo ready; read -r x || echo end >$scratch/hangup; exit 6" <<-'EOS'
	start
	wait ready
	hangup silent
	expect-exit 6
EOS
is "$(cat "$scratch/hangup")" end "a silent hangup is the end of input alone"

# --- nothing is left behind
# alive NAME: whether the process whose number is in that file runs
alive()
{
	local pid
	pid=$(cat "$scratch/$1") && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null &&
		! grep -q '^State:.Z' "/proc/$pid/status"
}

# begun: the program has written its number, once it is there
begun()
{
	for _ in $(seq 600); do
		[ ! -s "$scratch/pid" ] || ! alive pid || break
		sleep 0.1
	done
}

# gone NAME: it does not, or comes to its end
gone()
{
	for _ in $(seq 600); do
		alive "$1" || return 0
		sleep 0.1
	done
	return 1
}
holds "no process left" 'sleep 0.1 & wait' <<-'EOS'
	start
	no-process-left
EOS
breaks "no-process-left" '1 processes were left' "setsid sleep 300 & echo \$! >$scratch/pid" <<-'EOS'
	start
	no-process-left 0.5
EOS
gone pid
ok $? "what left the session is killed all the same"
holds "what comes to its end has the time for it" 'sleep 2 & disown' <<-'EOS'
	start
	no-process-left 20
EOS
breaks "... and no more" '1 processes were left' 'sleep 300 & disown' <<-'EOS'
	start
	no-process-left 0.5
EOS
breaks "the time limit" 'the time limit is over' \
	"trap '' HUP TERM INT; echo \$\$ >$scratch/pid; echo on the screen; while :; do sleep 1; done" <<-'EOS'
	limit 8
	start
	wait "on the screen"
	wait abc 20
EOS
like "$output" '^#   1 .on the screen$' "... shows the screen"
like "$output" 'everything within the time limit' "... is a check that fails"
gone pid
ok $? "... and the program is killed"
printf 'start\nwait abc 60\n' >"$scratch/script"
rm "$scratch/pid"
"$terminal_play" "$scratch/script" -- bash -c "trap '' HUP TERM; echo \$\$ >$scratch/pid; while :; do sleep 1; done" \
	>"$scratch/out" 2>&1 &
begun
alive pid
ok $? "a program under a test that will be killed"
kill -KILL $!
wait $! 2>/dev/null
gone pid
ok $? "a test that is killed leaves no program behind"
rm "$scratch/pid"
"$terminal_play" "$scratch/script" -- bash -c "echo \$\$ >$scratch/pid; echo ready; sleep 300" \
	>"$scratch/out" 2>&1 &
begun
kill -TERM $!
wait $!
status=$?
errors=
output=$(cat "$scratch/out")
flat "a test that is ended says so" '^1 .*ended by signal Terminated'
gone pid
ok $? "... and leaves no program behind"
REFLOAT_PATIENCE=1 run "$terminal_play" --limit 1 - -- sleep 100 <<-'EOS'
	start
	settle 5000
EOS
flat "--limit" '^1 .*the time limit is over'
done_testing

#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys at random on the sample server, where mounts, undoing and shells really happen: no crash, no
# leak (with sanitizers), a way back from everywhere, and what is mounted can be taken down.
# shellcheck disable=SC2154 # menu.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100 xterm-256color
private_namespace "$@"
# shellcheck source=tests/lib/menu.sh
. "$(dirname "$0")/../lib/menu.sh"

# no shell takes keys that were meant for the menu: both end at once
mkdir "$scratch/root"
mount -o loop,offset=2097152,sizelimit=1258291200 "$scratch/sample/web01-a.img" "$scratch/root" &&
	cp "$scratch/root/usr/lib/systemd/systemd" "$scratch/root/usr/bin/bash" && # it is true(1)
	umount "$scratch/root"
ok $? "the server's shell ends at once"

# the menu again and again, until SIGUSR1 says that this was the last one, or it does not end well
cat >"$scratch/again" <<'SHELL'
#!/bin/bash
trap 'is_last=yes' USR1
saved=$(stty -g)
stty -echo -isig # what is typed between two menus
while [ -z "$is_last" ]; do
	"$@"
	status=$?
	echo menu >>"$MENUS"
	[ $status -eq 0 ] || exit $status
done
stty "$saved"
SHELL
chmod +x "$scratch/again"
export MENUS=$scratch/menus

keys="Up Up Down Down Down Down Left Right Enter Enter Enter Enter Enter Esc Esc q q Tab Shift-Tab Space
	Space PgUp PgDn Home End Backspace / ? k i m c s u l p p v y y n o w g G x j ! F1 Ctrl-L Ctrl-C
	Alt-x 2 w e b"
keys=${keys//$'\n'/ } # one line of the script
openings=("" "m" "m p" "m Down Down Down Down Down Space p Enter" "m Space p Enter" "m p Enter" "u" "u u"
	"u Down Enter" "u u Enter" "c" "c Enter" "i Enter" "k End" "l v" "? w" "q")
sizes=("24 80" "24 80" "10 40" "7 20" "40 132")

# bursts SEED: now and then from the first screen to somewhere with time to get there, then quickly
# whatever comes
bursts()
{
	local burst
	RANDOM=$1
	for ((burst = 0; burst < ${REFLOAT_BURSTS:-25}; burst++)); do
		echo "resize ${sizes[RANDOM % ${#sizes[@]}]}"
		printf 'key Esc\nsettle 120\nkey Esc\nsettle 120\n' # in a hurry it would be Alt
		echo "keys n ${openings[RANDOM % ${#openings[@]}]}"
		echo "settle $((RANDOM % 400 + 1))"
		echo "random-keys $((RANDOM + 1)) $((RANDOM % 30 + 1)) $keys"
	done
}

# walk SEED TERM LOCALE
walk()
{
	: >"$MENUS"
	play "seed $1 on $2" --limit 150 -- "$scratch/again" "${menu[@]}" <<-EOS
		term $2
		env SHELL=/bin/true LC_ALL=$3
		settings-saved
		start
		wait "1 is a guess" 20
		$(bursts "$1")
		resize 24 80
		signal USR1
		settle 1000
		$(for _ in {1..12}; do printf 'key Esc\nsettle 120\n'; done)
		keys n q
		settle 300
		key y
		name there is a way out from everywhere
		expect-exit 0
		only-printable
		settings-same
		terminal-restored
		no-process-left
	EOS
	note "the menu was left $(wc -l <"$MENUS") times, with $("$refloat" status --json |
		jq '.operations | length') operations"
	run "${menu[@]}" umount --yes
	like "$status" '^[04]$' "seed $1: what is mounted can be taken down"
	[[ $status = [04] ]] || note "$output$errors"
	nothing_left "seed $1: nothing is left"
}

walk 1 vt100 C
walk 2 xterm-256color C.UTF-8
walk 3 linux C
done_testing

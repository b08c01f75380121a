# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# The menu on the serial console: a passphrase that is typed, wrong ones, and members that are missing.

scene luks-lvm-md
console "$scene" 0 <<-'EOS'
	size 24 80
	term vt100
	start
	name the first screen says what is locked
	wait "locked: " 120
	expect "vg0-root"
	name the containers
	key o
	wait "locked" 120
	settle 1000
	name a passphrase is asked for
	key Enter
	wait "Passphrase:" 120
	name a wrong one is refused
	type "rocks\r"
	wait "Not opened" 180
	name and again
	type "reefs"
	wait "*****" 120
	key Enter
	wait-gone "*****" 180
	wait "Not opened" 180
	type "shoals\r"
	name the third time there is advice
	wait "keyboard of this rescue system" 180
	type "tide and harbour\r"
	name the right one opens it
	wait-gone "Passphrase:" 180
	wait "open: root_crypt" 180
	name no passphrase was shown
	expect-bytes-not "tide"
	expect-bytes-not "rocks"
	key q
	name the system is found
	wait "not mounted" 180
	expect "web01"
	key m
	wait "Show the plan" 180
	name the plan says what is brought up, in the right order
	key p
	wait "Start the array md1" 180
	wait "Activate the volume root" 120
	wait "Open the encrypted container" 120
	key Enter
	name every step is done
	wait "Done." 400
	key Enter
	wait "mounted under /mnt/web01" 120
	name all is undone
	key u
	wait "WHAT UNDOING DOES" 120
	key u
	wait "Risk:" 120
	key Enter
	wait "Done." 400
	key Enter
	wait "nothing to undo" 120
	key q
	expect-exit 0
	terminal-restored
	only-printable
EOS
nothing_left "$scene: after the menu"

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# The menu on the serial console, as over IPMI: no size, vt100, 9600 baud.

g "stty -F /dev/ttyS0 -g"
settings=$output
console "9600 baud" 960 <<-EOS
	size 24 80
	term vt100
	start
	name the first screen says what there is
	wait "not mounted; 4 filesystems, 1 is a guess" 120
	expect "only looking"
	name Disks
	key k
	wait "nvme0n1p1" 120
	key q
	wait "nothing to undo" 120
	name the form of the mount
	key m
	wait "Show the plan" 120
	name a guess can be switched on
	keys Down Down Down Down Down
	settle
	expect "/home"
	key Space
	wait "/home      [x] yes" 120
	name the plan in sentences
	key p
	wait "Mount nvme0n1p1 (xfs, web01-var) at /mnt/web01/var" 120
	name the guess is asked about
	key Enter
	wait "Is that right?" 120
	name every step is done
	key y
	wait "Done." 120
	expect "mounted READ-WRITE"
	key Enter
	wait "mounted under /mnt/web01" 120
	name a shell in the system
	key c
	wait "Open a shell in the system" 120
	key Enter
	wait "(web01)" 120
	type "cat /etc/hostname; echo 'in''side'\r"
	wait inside 20
	type "exit\r"
	expect-line -1 "Enter open"
	wait "mounted under /mnt/web01" 120
	name all is undone
	key u
	wait "WHAT UNDOING DOES" 120
	key u
	wait "Risk:" 120
	key Enter
	wait "Done." 120
	key Enter
	wait "nothing to undo" 120
	name the end
	key q
	expect-exit 0
	terminal-restored
	only-printable
EOS
g "stty -F /dev/ttyS0 -g"
is "$output" "$settings" "the settings of the serial line are as they were"
nothing_left "after the menu at 9600 baud"

# --- disks come and go while somebody looks at them
console "pulled disks" 0 <<-EOS
	size 60 100
	term vt100
	start
	wait "not mounted; 4 filesystems" 120
	key k
	wait "pulled-virtio" 120
	expect "pulled-nvme"
	expect "pulled-ahci"
	name a virtio disk goes
	$(hand pull PULL-VIRT)
	wait-gone "pulled-virtio" 120
	name an NVMe disk goes
	$(hand pull PULL-NVME)
	wait-gone "pulled-nvme" 120
	name a SATA disk goes
	$(hand pull PULL-AHCI)
	wait-gone "pulled-ahci" 120
	name the others are still there
	wait "web01-root" 120
	wait "web01-var" 120
	name the virtio disk comes back
	$(hand plug PULL-VIRT)
	wait "pulled-virtio" 120
	name the NVMe disk comes back
	$(hand plug PULL-NVME)
	wait "pulled-nvme" 120
	name the SATA disk comes back
	$(hand plug PULL-AHCI)
	wait "pulled-ahci" 120
	keys q q
	expect-exit 0
	terminal-restored
EOS

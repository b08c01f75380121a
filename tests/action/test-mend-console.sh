#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Logins on consoles, the SSH server's start and its host keys mended in trees of every init: the least change,
# that it is mended then, and that undoing makes the tree exactly what it was.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
# shellcheck source=tests/lib/edit-play.sh
. "$(dirname "$0")/../lib/edit-play.sh"
at=$scratch/root

# grow: lines PATH = TEXT, PATH -> TARGET, PATH (an empty file), PATH/ (a folder), PATH * (a program) on standard
# input, added to the tree
grow()
{
	local path sign text
	while read -r path sign text; do
		[ -n "$path" ] || continue
		mkdir -p "$at/$(dirname "$path")"
		case $path$sign in
		*/) mkdir -p "$at/$path" ;;
		*-\>) ln -sfn "$text" "$at/$path" ;;
		*=) printf '%b\n' "$text" >"$at/$path" ;;
		*\*) printf '#!/bin/true\n' >"$at/$path" && chmod 755 "$at/$path" ;;
		*) : >"$at/$path" ;;
		esac
	done
}

# fresh: a tree with what every one has, and what standard input adds
fresh()
{
	rm -rf "$at" /run/refloat
	mkdir -p "$at/etc"
	printf 'root:x:0:0:root:/root:/bin/sh\n' >"$at/etc/passwd"
	printf 'root:!:19000:0:99999:7:::\n' >"$at/etc/shadow"
	grow
}

systemd()
{
	fresh <<-'END'
		usr/lib/systemd/systemd *
		sbin/init -> /usr/lib/systemd/systemd
		sbin/agetty *
		usr/sbin/sshd *
		usr/lib/systemd/system/default.target -> graphical.target
		usr/lib/systemd/system/graphical.target = [Unit]\nRequires=multi-user.target
		usr/lib/systemd/system/multi-user.target = [Unit]\nRequires=basic.target
		usr/lib/systemd/system/basic.target = [Unit]\nWants=sockets.target
		usr/lib/systemd/system/sockets.target = [Unit]
		usr/lib/systemd/system/getty.target = [Unit]
		usr/lib/systemd/system/multi-user.target.wants/getty.target -> ../getty.target
		usr/lib/systemd/system/getty@.service = [Service]\nExecStart=-/sbin/agetty --noclear %I\n[Install]\nWantedBy=getty.target\nDefaultInstance=tty1
		usr/lib/systemd/system/serial-getty@.service = [Service]\nExecStart=-/sbin/agetty %I\n[Install]\nWantedBy=getty.target
		usr/lib/systemd/system-generators/systemd-getty-generator *
		usr/lib/systemd/system/ssh.service = [Unit]\nConditionPathExists=!/etc/ssh/sshd_not_to_be_run\n[Service]\nExecStart=/usr/sbin/sshd -D\n[Install]\nWantedBy=multi-user.target\nAlias=sshd.service
		boot/grub/grub.cfg = linux /vmlinuz root=/dev/sda1 console=tty0 console=ttyS0,115200
		etc/systemd/system/getty.target.wants/getty@tty1.service -> /usr/lib/systemd/system/getty@.service
		etc/systemd/system/multi-user.target.wants/ssh.service -> /usr/lib/systemd/system/ssh.service
	END
	grow
}

sysv()
{
	fresh <<-'END'
		sbin/init *
		sbin/getty *
		etc/init.d/
	END
	grow
}

upstart()
{
	fresh <<-'END'
		sbin/init -> upstart
		sbin/getty *
		etc/init/rc.conf = start on runlevel [0123456]
		etc/init/rc-sysinit.conf = env DEFAULT_RUNLEVEL=2
		boot/grub/menu.lst = title a\nkernel /v console=ttyS0,9600
	END
	grow
}

# all that the tree has
tree()
{
	(
		cd "$at" || exit
		find . ! -type d -printf '%p %M %U %G %s %T@ %l\n' ! -name .pwd.lock | sort
		find . -type d -printf '%p %M %U %G\n' | sort
		find . -type f -exec sha256sum {} + | sort
	)
}

# mended NAME WHAT STATES: WHAT is mended so that "look" says STATES, and undone again; $shown has the commands
mended()
{
	local name=$1 what=$2 states=$3 before
	before=$(tree)
	play mend "$what" "$at" show
	shown=${output//$at/}
	play mend "$what" "$at"
	is "${output##*$'\n'}" "done" "$name"
	notes=$output
	play look "$at"
	is "$(tr '\n' ',' <<<"$output")" "$states," "  it is mended"
	play mend "$what" "$at" show
	unlike "$output" '^(ln|cp|rm|install|chmod|touch) ' "  and there is no more to do"
	play undo
	is "$output" "done" "  it is undone"
	is "$(tree)" "$before" "  exactly"
}

wants=/etc/systemd/system/getty.target.wants
lib=/usr/lib/systemd/system

# --- consoles of systemd
systemd <<<''
before=$(tree)
play mend console "$at"
like "$output" 'note: Its consoles have a login' "nothing is changed where nothing is wrong"
is "$(tree)" "$before" "  and nothing is made"

systemd <<<'etc/systemd/system/serial-getty@ttyS0.service -> /dev/null'
mended "a serial login that is masked" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/systemd/system/serial-getty@ttyS0.service" "  by taking the mask off, and no more"

systemd <<-'END'
	etc/systemd/system/serial-getty@.service
	etc/systemd/system/getty@tty1.service -> /dev/null
END
mended "an empty file that masks, and a link" console "tty1 login,ttyS0 login,sshd started"
is "$(sort <<<"$shown")" "rm /etc/systemd/system/getty@tty1.service
rm /etc/systemd/system/serial-getty@.service" "  by removing both"

systemd <<<'etc/systemd/system/getty.target -> /dev/null'
mended "getty.target is masked" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/systemd/system/getty.target" "  once for both"

systemd <<<''
rm "$at/$wants/getty@tty1.service"
mended "tty1 is disabled" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sn $lib/getty@.service $wants/getty@tty1.service" "  as systemctl enable does it"

systemd <<<''
rm -r "${at:?}/$wants"
mended "with its folder" console "tty1 login,ttyS0 login,sshd started"
like "$shown" "^install -d -m 0755 .* $wants"$'\n'"ln -sn" "  which is made"

systemd <<<'etc/systemd/system/getty.target.wants/getty@tty1.service -> /dev/null'
mended "a link to nothing hides it" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sfn $lib/getty@.service $wants/getty@tty1.service" "  and leads to the unit then"

systemd <<<'etc/systemd/system-generators/systemd-getty-generator -> /dev/null'
mended "the generator is masked" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sn $lib/serial-getty@.service $wants/serial-getty@ttyS0.service" "  so a link does its part"

systemd <<<'etc/systemd/system/getty@tty1.service.d/own.conf = [Service]\nExecStart=\nExecStart=-/opt/kiosk \\\n  --full\nRestart=always'
mended "a drop-in starts a program that is missing" console "tty1 login,ttyS0 login,sshd started"
play mend console "$at"
is "$(cat "$at/etc/systemd/system/getty@tty1.service.d/own.conf")" '[Service]
#ExecStart=
#ExecStart=-/opt/kiosk \
#  --full
Restart=always' "  and only that is commented out"
play undo

systemd <<<''
rm "$at$lib/multi-user.target.wants/getty.target"
mended "nothing pulls getty.target in" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sn $lib/getty.target /etc/systemd/system/multi-user.target.wants/getty.target" "  multi-user.target does"

systemd <<<'etc/systemd/system/getty@.service = [Service]\nExecStart=-/opt/kiosk'
mended "the administrator's unit file starts what is missing" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/systemd/system/getty@.service" "  so that of the package counts again"

systemd <<<'usr/lib/systemd/system/getty@.service = [Service]\nExecStart=-/opt/kiosk'
play mend console "$at"
like "$output" 'note: .*getty@.service starts /opt/kiosk, which is not there: its package' \
	"a package's own is left to its package"

systemd <<-'END'
	usr/lib/systemd/system/rescue.target = [Unit]
	etc/systemd/system/default.target -> /usr/lib/systemd/system/rescue.target
END
mended "the system starts into rescue.target" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sfn $lib/multi-user.target /etc/systemd/system/default.target" "  not any more"
mended "so does its SSH server" sshd-start "tty1 login,ttyS0 login,sshd started"

systemd <<<'etc/systemd/system/default.target -> /usr/lib/systemd/system/gone.target'
mended "the system starts into a target that is gone" console "tty1 login,ttyS0 login,sshd started"

systemd <<-'END'
	etc/systemd/system/own.target = [Unit]
	etc/systemd/system/default.target -> own.target
END
play mend console "$at"
like "$output" 'note: The system starts into own.target, which starts no logins' "a target of one's own is left alone"

systemd <<<'boot/grub/grub.cfg = linux /vmlinuz single console=ttyS0'
play mend console "$at"
like "$output" 'note: .*/boot/grub/grub.cfg lets the system start into rescue.target' "what the boot loader says is said"

systemd <<<''
mv "$at/etc/systemd" "$at/etc/real"
ln -s real "$at/etc/systemd"
ln -s /dev/null "$at/etc/real/system/getty.target"
mended "through a folder that is a symlink" console "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/real/system/getty.target" "  and once for both consoles"

# --- inittab
sysv <<<'etc/inittab = # mine\nid:2:initdefault:\n1:2345:respawn:/sbin/getty 38400 tty1\n#T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100'
grow <<<'boot/grub/menu.lst = title a\nkernel /v console=ttyS0'
mended "a serial line that is commented out" console "tty1 login,ttyS0 login,sshd missing"
play mend console "$at"
is "$(grep -n ttyS0 "$at/etc/inittab")" "4:T0:23:respawn:/sbin/getty -L ttyS0 9600 vt100" "  its line comes back"
play undo

grow <<<'boot/grub/menu.lst = title a\nkernel /v console=ttyS0,115200n8'
mended "and one at another speed" console "tty1 login,ttyS0 login,sshd missing"
play mend console "$at"
is "$(grep ttyS0 "$at/etc/inittab")" "T0:23:respawn:/sbin/getty -L ttyS0 115200 vt100" "  gets the kernel's"
play undo

sysv <<<'etc/inittab = id:5:initdefault:\n1:23:respawn:/sbin/getty 38400 tty1'
mended "a line of other run levels" console "tty1 login,sshd missing"
play mend console "$at"
is "$(tail -n 1 "$at/etc/inittab")" "1:235:respawn:/sbin/getty 38400 tty1" "  gets this one, too"
play undo

sysv <<<'etc/inittab = id:3:initdefault:\nS0:3:once:/bin/x'
grow <<<'etc/lilo.conf = append="console=ttyS0,57600"'
mended "lines that are missing" console "tty1 login,ttyS0 login,sshd missing"
play mend console "$at"
is "$(tail -n 2 "$at/etc/inittab")" "1:2345:respawn:/sbin/getty 38400 tty1
r0:2345:respawn:/sbin/getty -L 57600 ttyS0 vt100" "  are added, each with an id of its own"
play undo

sysv <<<'etc/inittab = id:3:initdefault:\n1:2345:respawn:/sbin/mingetty tty1'
mended "a program that is missing" console "tty1 login,sshd missing"
play mend console "$at"
is "$(tail -n 2 "$at/etc/inittab")" "#1:2345:respawn:/sbin/mingetty tty1
1:2345:respawn:/sbin/getty 38400 tty1" "  is another one's"
play undo

fresh <<-'END'
	sbin/init -> /bin/busybox
	bin/busybox *
	sbin/getty -> /bin/busybox
	sbin/openrc *
	etc/runlevels/default/
	etc/inittab = ::sysinit:/sbin/openrc sysinit\n#tty1::respawn:/sbin/getty 38400 tty1
	boot/extlinux.conf = LABEL a\n APPEND console=ttyS0,115200
END
mended "Alpine's" console "tty1 login,ttyS0 login,sshd missing"
play mend console "$at"
is "$(tail -n 2 "$at/etc/inittab")" "tty1::respawn:/sbin/getty 38400 tty1
ttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100" "  as busybox has it"
play undo

sysv <<<'etc/inittab = id:3:initdefault:'
rm "$at/sbin/getty"
play mend console "$at"
like "$output" 'note: There is no program for a login on tty1' "without a program for it nothing is made up"

# --- upstart, OpenRC, runit
upstart <<<'etc/init/tty1.conf = start on stopped rc RUNLEVEL=[2345]\nrespawn\nexec /sbin/getty -8 38400 tty1'
mended "no job for the serial line" console "tty1 login,ttyS0 login,sshd missing"
play mend console "$at"
like "$(cat "$at/etc/init/ttyS0.conf")" 'exec /sbin/getty -L 9600 ttyS0 vt100' "  one is made"
play undo

upstart <<-'END'
	etc/init/tty1.conf = start on stopped rc RUNLEVEL=[2345]\nrespawn\nexec /sbin/getty -8 38400 tty1
	etc/init/ttyS0.conf = start on runlevel [23]\nexec /sbin/getty -L 9600 ttyS0
	etc/init/tty1.override = # not now\nmanual
END
mended "a job that is started by hand" console "tty1 login,ttyS0 login,sshd missing"

upstart <<-'END'
	sbin/mingetty *
	sbin/agetty *
	etc/inittab = id:3:initdefault:
	etc/init/start-ttys.conf = start on stopped rc RUNLEVEL=[2345]\nenv ACTIVE_CONSOLES=/dev/tty[1-6]\nscript\n. /etc/sysconfig/init\nend script
	etc/init/tty.conf = instance $TTY\nexec /sbin/mingetty $TTY
	etc/init/serial.conf = start on fedora.serial-console-available DEV=* and stopped rc RUNLEVEL=[2345]\nexec /sbin/agetty /dev/$DEV
	etc/sysconfig/init = BOOTUP=color\nACTIVE_CONSOLES=/dev/tty[56]
END
mended "Red Hat's list of consoles" console \
	"tty1 login,ttyS0 login,tty2 login,tty3 login,tty4 login,tty5 login,tty6 login,sshd missing"

fresh <<-'END'
	sbin/init -> openrc-init
	sbin/openrc-init *
	sbin/agetty *
	etc/init.d/agetty *
	etc/runlevels/default/
END
mended "OpenRC's service" console "tty1 login,sshd missing"
is "$shown" "ln -sn agetty /etc/init.d/agetty.tty1
ln -sn /etc/init.d/agetty.tty1 /etc/runlevels/default/agetty.tty1" "  and its run level"

fresh <<-'END'
	sbin/init -> runit-init
	sbin/agetty *
	etc/sv/agetty-tty1/run *
	etc/sv/agetty-tty1/down
	etc/sv/sshd/run *
	etc/runit/runsvdir/default/sshd -> /etc/sv/sshd
END
mended "runit's service" console "tty1 login,sshd started"

# --- the SSH server
systemd <<<''
rm "$at/etc/systemd/system/multi-user.target.wants/ssh.service"
mended "the SSH server is disabled" sshd-start "tty1 login,ttyS0 login,sshd started"
is "$shown" "ln -sn $lib/ssh.service /etc/systemd/system/multi-user.target.wants/ssh.service
ln -sn $lib/ssh.service /etc/systemd/system/sshd.service" "  as systemctl enable does it"

systemd <<<'etc/systemd/system/ssh.service -> /dev/null'
mended "it is masked" sshd-start "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/systemd/system/ssh.service" "  and was enabled before"

systemd <<<'etc/ssh/sshd_not_to_be_run'
mended "it is forbidden" sshd-start "tty1 login,ttyS0 login,sshd started"
is "$shown" "rm /etc/ssh/sshd_not_to_be_run" "  by one file"

systemd <<<'usr/lib/systemd/system/ssh.service = [Service]\nExecStart=/usr/sbin/sshd -D'
rm "$at/etc/systemd/system/multi-user.target.wants/ssh.service"
mended "its unit does not say what starts it" sshd-start "tty1 login,ttyS0 login,sshd started"
like "$notes" 'note: ssh.service does not say what starts it' "  which is said"

systemd <<<''
rm "$at$lib/ssh.service"
play mend sshd-start "$at"
like "$output" 'note: There is nothing that could start an SSH server' "without one that is said"

sysv <<-'END'
	etc/debian_version = 7.11
	etc/init.d/ssh *
	etc/init.d/.depend.start = TARGETS = rsyslog cron\nINTERACTIVE =\ncron: rsyslog
	etc/rc2.d/K84ssh -> ../init.d/ssh
	etc/rc3.d/S16ssh -> ../init.d/ssh
	etc/rc4.d/
	etc/rc5.d/S02x -> ../init.d/x
END
printf '#!/bin/sh\n### BEGIN INIT INFO\n# Default-Start: 2 3 4 5\n### END INIT INFO\n' >"$at/etc/init.d/ssh"
mended "a System V script that is stopped" sshd-start "sshd started"
is "$(grep -v depend <<<"$shown")" "rm /etc/rc2.d/K84ssh
ln -sn ../init.d/ssh /etc/rc2.d/S16ssh
ln -sn ../init.d/ssh /etc/rc4.d/S20ssh
ln -sn ../init.d/ssh /etc/rc5.d/S20ssh" "  by the links that its header asks for"
play mend sshd-start "$at"
is "$(head -n 1 "$at/etc/init.d/.depend.start")" "TARGETS = rsyslog cron ssh" "  and insserv's list has it"
play undo

sysv <<-'END'
	etc/inittab = id:3:initdefault:\n1:2345:respawn:/sbin/getty 38400 tty1
	etc/rc.d/init.d/sshd = #!/bin/bash\n# chkconfig: 2345 55 25
	etc/rc.d/rc3.d/K25sshd -> ../init.d/sshd
	etc/rc.d/rc2.d/
END
rmdir "$at/etc/init.d"
ln -s rc.d/init.d "$at/etc/init.d"
chmod 644 "$at/etc/rc.d/init.d/sshd"
mended "Red Hat's" sshd-start "tty1 login,sshd started"
is "$shown" "chmod 0755 /etc/rc.d/init.d/sshd
ln -sn ../init.d/sshd /etc/rc.d/rc2.d/S55sshd
rm /etc/rc.d/rc3.d/K25sshd
ln -sn ../init.d/sshd /etc/rc.d/rc3.d/S55sshd" "  with the number that chkconfig gives it"

sysv <<-'END'
	etc/inittab = id:3:initdefault:\n1:2345:respawn:/sbin/getty 38400 tty1
	etc/rc.d/rc.sshd = #!/bin/sh
END
rmdir "$at/etc/init.d"
mended "Slackware's" sshd-start "tty1 login,sshd started"
is "$shown" "chmod 0755 /etc/rc.d/rc.sshd" "  which is executed then"

upstart <<-'END'
	etc/init/tty1.conf = start on stopped rc RUNLEVEL=[2345]\nexec /sbin/getty -8 38400 tty1
	etc/init/ssh.conf = start on runlevel [2345]\nexec /usr/sbin/sshd -D
	etc/init/ssh.override = manual
END
mended "upstart's" sshd-start "tty1 login,ttyS0 none,sshd started"

fresh <<-'END'
	sbin/init -> openrc-init
	sbin/openrc-init *
	etc/init.d/sshd *
	etc/runlevels/default/
END
mended "OpenRC's" sshd-start "tty1 none,sshd started"
is "$shown" "ln -sn /etc/init.d/sshd /etc/runlevels/default/sshd" "  in its run level"

# --- host keys
systemd <<<'etc/ssh/sshd_config = PermitRootLogin no'
if command -v ssh-keygen >/dev/null; then
	before=$(tree)
	play mend host-keys "$at"
	like "$output" 'note: Who has logged in to this server before is warned' "host keys are made"
	is "$(stat -c '%n %a %u %g' "$at"/etc/ssh/*_key* | sed 's,.*/,,')" "ssh_host_ed25519_key 600 0 0
ssh_host_ed25519_key.pub 644 0 0
ssh_host_rsa_key 600 0 0
ssh_host_rsa_key.pub 644 0 0" "  two pairs, the secret halves root's alone"
	is "$(ssh-keygen -y -f "$at/etc/ssh/ssh_host_rsa_key")" "$(cut -d ' ' -f 1,2 "$at/etc/ssh/ssh_host_rsa_key.pub")" \
		"  which belong together"
	like "$(head -n 1 "$at/etc/ssh/ssh_host_rsa_key")" 'BEGIN RSA PRIVATE KEY' "  and can be read by old systems"
	! grep -q 'PRIVATE' /run/refloat/journal
	ok $? "  and the journal has none of it"
	is "$(find /run/refloat -name 'host-key-*')" "" "  nor is anything left of making them"
	play mend host-keys "$at"
	is "$output" "done" "  once they are there, nothing is made"
	play undo
	is "$(tree)" "$before" "  and they are undone exactly"
	grow <<<'etc/ssh/sshd_config = HostKey /etc/ssh/own_ecdsa_key\nHostKey /etc/ssh/odd'
	play mend host-keys "$at"
	is "$(cd "$at/etc/ssh" && echo *)" "own_ecdsa_key own_ecdsa_key.pub sshd_config" "those that the settings name are"
	chmod 644 "$at/etc/ssh/own_ecdsa_key"
	play mend host-keys "$at" show
	is "${output//$at/}" "chmod 0600 /etc/ssh/own_ecdsa_key" "one that others may read is closed, not made anew"
else
	skip "no ssh-keygen here" "host keys are made"
fi
# --- SELinux
label()
{
	getfattr -h -n security.selinux --only-values "$at$1" 2>/dev/null | tr -d '\0'
}
systemd <<-'END'
	etc/selinux/config = SELINUX=enforcing\nSELINUXTYPE=targeted
	etc/ssh/sshd_config = PermitRootLogin no
END
rm "$at/etc/systemd/system/multi-user.target.wants/ssh.service"
if setfattr -n security.selinux -v system_u:object_r:etc_t:s0 "$at/etc/ssh" 2>/dev/null && command -v ssh-keygen >/dev/null; then
	find "$at/etc/systemd" -exec setfattr -h -n security.selinux -v system_u:object_r:systemd_unit_file_t:s0 {} +
	play mend host-keys "$at"
	is "$(label /etc/ssh/ssh_host_rsa_key)" system_u:object_r:sshd_key_t:s0 "a host key has the label of its kind"
	is "$(label /etc/ssh/ssh_host_rsa_key.pub)" system_u:object_r:sshd_key_t:s0 "  so has its public half"
	play mend sshd-start "$at"
	is "$(label /etc/systemd/system/multi-user.target.wants/ssh.service)" \
		system_u:object_r:systemd_unit_file_t:s0 "a link of a unit has the label of its folder"
	[ ! -e "$at/.autorelabel" ]
	ok $? "  and nothing has to be labelled anew"
	play undo
else
	skip "no labels here" "labels of what is made"
fi

systemd <<-'END'
	etc/ssh/sshd_config = PermitRootLogin no
	usr/lib/systemd/system/sshd-keygen@.service = [Service]\nExecStart=/usr/sbin/sshd %i
END
play mend host-keys "$at"
like "$output" 'note: .* has no host keys yet: .*sshd-keygen@.service makes them' "where a unit makes them, it is left to it"
[ ! -e "$at/etc/ssh/ssh_host_rsa_key" ]
ok $? "  and none is made"
systemd <<<'etc/ssh/sshd_config = PermitRootLogin no'
if command -v ssh-keygen >/dev/null && mount --bind /dev/null "$(command -v ssh-keygen)"; then
	play mend host-keys "$at"
	like "$output" 'note: .* there is no ssh-keygen here .*refloat chroot -- ssh-keygen -A' \
		"without ssh-keygen the way by the chroot is said"
	umount "$(command -v ssh-keygen)"
fi
done_testing

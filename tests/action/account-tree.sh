# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # the variables are for the tests
# A small system for tests of what changes accounts, and what is compared before and after. Sourced behind tap.sh.

# of nothing that anybody has ever typed
# shellcheck disable=SC2016 # it is what it looks like: a hash
tree_hash='$6$lighthouse$/r.ol4YN.uu9zGBzu/C9n2Oq5892nC9DUVt/.kUYIqMnO8LhYG6MmyFhSlSk3Pnu6rm88DpKrp9FfSolDoOxm1'

# program FILE: something that starts where /lib/loader is there
program()
{
	printf '#!/lib/loader\n' >"$1"
	chmod 755 "$1"
}

# person FOLDER NAME NUMBER [FIELD OF SHADOW...]: with a home and a group
person()
{
	local root=$1 name=$2 number=$3
	shift 3
	[ $# -gt 0 ] || set -- "$tree_hash:19600:0:99999:7:::"
	echo "$name:x:$number:$number:$name,,,:/home/$name:/bin/bash" >>"$root/etc/passwd"
	echo "$name:$1" >>"$root/etc/shadow"
	echo "$name:x:$number:" >>"$root/etc/group"
	echo "$name:!::" >>"$root/etc/gshadow"
	mkdir -m 700 "$root/home/$name"
	chown "$number:$number" "$root/home/$name"
}

# tree_make FOLDER: a Debian without people
tree_make()
{
	local root=$1 module
	mkdir -p "$root"/etc/{pam.d,security,skel/.config,default,ssh} "$root"/{bin,sbin,home,root,var/log,run} \
		"$root"/usr/{bin,sbin,lib/security} "$root/lib"
	chmod 700 "$root/root"
	echo x >"$root/lib/loader"
	program "$root/bin/bash"
	program "$root/bin/sh"
	program "$root/usr/bin/tmux"
	program "$root/usr/sbin/nologin"
	program "$root/usr/bin/sudo"
	for module in unix permit deny shells securetty access time listfile nologin faillock; do
		echo x >"$root/usr/lib/security/pam_$module.so"
	done
	printf '/bin/sh\n/usr/bin/tmux\n/bin/bash\n' >"$root/etc/shells"
	printf 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n' >"$root/etc/os-release"
	printf 'UID_MIN 1000\nUID_MAX 60000\nENCRYPT_METHOD SHA512\n' >"$root/etc/login.defs"
	printf 'root ALL=(ALL:ALL) ALL\n%%sudo ALL=(ALL:ALL) ALL\n' >"$root/etc/sudoers"
	chmod 440 "$root/etc/sudoers"
	printf 'alias ll="ls -l"\n' >"$root/etc/skel/.bashrc"
	printf 'x\n' >"$root/etc/skel/.config/tool"
	printf 'auth required pam_unix.so\naccount required pam_unix.so\n' >"$root/etc/pam.d/common"
	printf 'auth required pam_nologin.so\n@include common\n' >"$root/etc/pam.d/login"
	cp "$root/etc/pam.d/login" "$root/etc/pam.d/sshd"
	printf 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n' >"$root/etc/passwd"
	printf 'root:%s:19600:0:99999:7:::\ndaemon:*:19600:0:99999:7:::\n' "$tree_hash" >"$root/etc/shadow"
	printf 'root:x:0:\ndaemon:x:1:\nsudo:x:27:\n' >"$root/etc/group"
	printf 'root:*::\ndaemon:*::\nsudo:*::\n' >"$root/etc/gshadow"
	chmod 640 "$root/etc/shadow" "$root/etc/gshadow"
	chown 0:42 "$root/etc/shadow" "$root/etc/gshadow"
	: >"$root/etc/.pwd.lock"
	chmod 600 "$root/etc/.pwd.lock"
}

# tree_state FOLDER: all that is in it, to the byte and the attribute; times but for those of folders
tree_state()
{
	(
		cd "$1" || exit
		find . ! -type d ! -name .pwd.lock -printf '%p %M %U %G %s %T@ %n %l\n' | sort
		find . -type d -printf '%p %M %U %G\n' | sort
		find . -type f ! -name .pwd.lock -exec sha256sum {} + | sort -k 2
		find . -print0 | sort -z | xargs -0 getfattr -h -d -m -
		find . ! -type l -print0 | sort -z | xargs -0 getfacl -n -p
		lsattr -R . | grep -v '^$' | sort
	) 2>/dev/null
}

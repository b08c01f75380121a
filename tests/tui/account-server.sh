# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # the hash is for the tests
# What tests of accounts in the menu share: a Debian without people in a folder. Sourced behind tap.sh.

# of nothing that anybody has ever typed
# shellcheck disable=SC2016 # it is what it looks like: a hash
account_hash='$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/'

# account_server FOLDER: what a shell and a libcrypt need are those of this machine
account_server()
{
	local tree=$1 file service
	mkdir -p "$tree"/{dev,proc,sys,run,tmp,mnt,root,home,var/log,etc/pam.d,etc/ssh,usr/{bin,lib/security,sbin}}
	ln -s usr/bin "$tree/bin"
	ln -s usr/lib "$tree/lib"
	ln -s usr/sbin "$tree/sbin"
	for file in $(ldd /bin/bash | grep -o '/[^ ]*') $(ldconfig -p | grep -o '/[^ ]*/libcrypt\.so\.1' | head -n 1); do
		mkdir -p "$tree/$(dirname "$file")"
		cp -L "$file" "$tree/$file"
	done
	cp -L /bin/bash "$tree/usr/bin/bash"
	printf '%s\n' 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' ID=debian >"$tree/etc/os-release"
	for service in login sshd other; do
		printf '%s required pam_unix.so\n' auth account password session >"$tree/etc/pam.d/$service"
	done
	echo x >"$tree/usr/lib/security/pam_unix.so"
}

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # variables of test-servers.sh
# Getting back into a server from which everybody is locked out (lock-server.sh), each account in a way of its own:
# mended by the program, through its menu or by commands, it is booted from its own disks, and each account logs
# in, at the serial console with its password or by its SSH key.
old_password=old-anchor
new_password=new-harbour

# accounts_with PROOF: names of those that are to prove it
accounts_with()
{
	"$here/lock-server.sh" --list | awk -v proof="$1" '{
		count = split($2, proofs, ",")
		for (i = 1; i <= count; i++)
			if (proofs[i] == proof) print $1
	}'
}

# way_of NAME: what locks it
way_of()
{
	"$here/lock-server.sh" --ways | sed -n "s/^$1 //p"
}

# make_key: the key of whoever logs in by SSH; sets $key
make_key()
{
	key=$scratch/key
	[ -f "$key" ] || ssh-keygen -q -t ed25519 -N '' -C rescuer -f "$key"
}

# lock WHAT...: the server's disks, in the guest: "accounts", "system"
lock()
{
	local what
	make_key
	g "cat >/run/lock-server.sh <<'LOCK'
$(cat "$here/lock-server.sh")
LOCK
echo '$(cat "$key.pub")' >/run/rescuer.pub"
	r mount --yes "$answers"
	is "$status" 0 "$name: it is mounted to be locked"
	for what in "$@"; do
		g "bash /run/lock-server.sh /mnt/$name /run/rescuer.pub $what"
		is "$status$errors" 0 "$name: locked: $what"
	done
	r umount --yes
	is "$status" 0 "$name: and taken down"
}

# logins [PROOF=PASSWORD...]: a line for each login that is to work
write_logins()
{
	local user
	for user in $(accounts_with old); do
		echo "console $user $old_password"
	done
	for user in $(accounts_with new); do
		echo "console $user $new_password"
	done
	for user in $(accounts_with sudo); do
		echo "sudo $user $old_password"
	done
	for user in $(accounts_with word); do
		echo "word $user $old_password"
	done
	for user in $(accounts_with key); do
		echo "key $user"
	done
}

# boot_and_log_in [PASSWORD COMMAND]: the server starts, and all of $scratch/logins is tried: $tried; the output of
# COMMAND, which root, with PASSWORD, runs behind, is $output
boot_and_log_in()
{
	local last=()
	[ $# -eq 0 ] || last=(--password "$1" --off "$2")
	run "$here/server.py" "$disks" --limit 1500 --logins "$scratch/logins" --key "$key" "${last[@]}" 9>&-
	ok "$status" "$name: it boots to its login"
	[ "$status" -eq 0 ] || note "$output"
	note "$errors"
	tried=$(grep -E '^(console|sudo|word|key) ' <<<"$output")
	output=$(grep -vE '^(console|sudo|word|key) ' <<<"$output")
}

# check_logins: each has come to be who it is
check_logins()
{
	local way user password wanted title
	while read -r way user password; do
		wanted="$way $user yes $user"
		title=$(way_of "$user")
		case $way in
		console) title="logs in at the console: $title" ;;
		sudo)
			wanted="$way $user yes root"
			title="becomes root by sudo: $title"
			;;
		word) title="logs in by SSH with its password: $title" ;;
		key) title="logs in by its SSH key: $title" ;;
		esac
		is "$(grep "^$way $user " <<<"$tried")" "$wanted" "$name: $user $title"
	done <"$scratch/logins"
}

# check_locked: none gets in, and none gets further than it was told to
check_locked()
{
	local way user password
	while read -r way user password; do
		like "$(grep "^$way $user " <<<"$tried")" "^$way $user no " "$name: $user is locked ($way): $(way_of "$user")"
	done <"$scratch/logins"
}

# locked_before: each lock holds by itself: without those of the system, and nothing mended
locked_before()
{
	overlay "$made_folder"
	start_guest "$disks/table"
	give_passphrase
	lock accounts
	end_guest
	write_logins | sed "s/$new_password/$old_password/; /^console member /d" >"$scratch/logins"
	# one may log in, and does not become root
	printf '%s\n' "console member $old_password" "word member $old_password" "key member" >"$scratch/others"
	cat "$scratch/others" >>"$scratch/logins"
	boot_and_log_in
	sed -i '/^[cwk][^ ]* member/d' "$scratch/logins"
	check_locked
	mv "$scratch/others" "$scratch/logins"
	check_logins
}

# --- mended by commands

# mend_by_commands: as a script would
mend_by_commands()
{
	local user script
	script="refloat() { command refloat --target /mnt/$name \"\$@\" >/run/said 2>&1 && return
		echo \"\$* ended with \$?: \$(tail -n 3 /run/said)\"; }
		refloat mend-account --all --yes"
	for user in $("$here/lock-server.sh" --list | cut -d ' ' -f 1); do
		script+="
		refloat mend-account $user --all --yes"
	done
	for user in $(accounts_with sudo); do
		script+="
		refloat mend-account $user --admin --yes"
	done
	for user in $(accounts_with new); do
		script+="
		echo $new_password | refloat passwd $user --password-stdin --yes"
	done
	for user in keyless root; do
		script+="
		refloat add-key $user --key-file /run/rescuer.pub --yes"
	done
	g "$script"
	is "$output" "" "$name: everything is mended by commands"
}

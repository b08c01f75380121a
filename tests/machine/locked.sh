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
	"$here/lock-server.sh" --ways | sed -n "s/^$1 [^ ]* //p"
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

# write_logins: a line for each login that is to work
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

# emergency_logins: those of the account that was made
emergency_logins()
{
	printf '%s\n' "console rescue $new_password" "sudo rescue $new_password" "key rescue"
}

# boot_and_log_in [PASSWORD COMMAND]: the server starts, and all of $scratch/logins is tried: $tried; the output of
# COMMAND, which root, with PASSWORD, runs behind, is $output
boot_and_log_in()
{
	local last=()
	[ $# -eq 0 ] || last=(--password "$1" --off "$2")
	run_server --limit 1500 --logins "$scratch/logins" --key "$key" "${last[@]}"
	ok "$status" "$name: it boots to its login"
	[ "$status" -eq 0 ] || note "$output"
	note "$errors"
	tried=$(grep -E '^(console|sudo|word|key) ' <<<"$output")
	output=$(grep -vE '^(console|sudo|word|key) ' <<<"$output")
}

# rest_and_copy: the disks as they are now become what changed() compares with
rest_and_copy()
{
	made=$scratch/locked
	rm -rf "$made"
	mkdir "$made"
	"$guest_py" qmp "$folder" stop >/dev/null
	cp "$disks"/disk*.qcow2 "$made/"
	"$guest_py" qmp "$folder" cont >/dev/null
}

# look_at_accounts: of a system that is not mounted: not one byte changes; sets $listed
look_at_accounts()
{
	g sync
	rest_and_copy
	r accounts --all --json "$keys"
	is "$status$errors" 0 "$name: its accounts are listed while it is not mounted"
	listed=$output
	is "$(changed)" "" "$name: listing accounts has changed not one byte"
	is "$(left)" "" "$name: and has left nothing"
}

# check_found: each way is seen
check_found()
{
	local user found kind words
	while read -r user kind words; do
		# what is everybody's is the system's, or root's
		found=$(jq -r --arg name "$user" '[.accounts[] | select(.name == $name)] as $own |
			(if $own == [] then (.accounts[] | select(.name == "root")), . else $own[] end) |
			.obstacles[].kind' <<<"$listed")
		[ "$kind" = - ] || is "$(grep -x -m 1 -- "$kind" <<<"$found")" "$kind" "$name: found of $user: $words"
	done < <("$here/lock-server.sh" --ways)
}

# check_logins: each has come to be who it is
check_logins()
{
	local way user password wanted title
	while read -r way user password; do
		wanted="$way $user yes $user"
		title=$(way_of "$user")
		title=${title:-the emergency account}
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

# boots_well PASSWORD: the server's disks start it up to its login prompt, and the logins of $scratch/logins
# get in
boots_well()
{
	boot_and_log_in "$1" 'cat /root/rescued; systemctl is-system-running --wait'
	is "${output%%$'\n'*}" rescued "$name: what was written during the rescue is there"
	is "$(tail -n 1 <<<"$output")" running "$name: and all is well"
	check_logins
}

# everybody_logs_in: nobody is locked out any more
everybody_logs_in()
{
	{
		write_logins
		emergency_logins
	} >"$scratch/logins"
	boots_well "$new_password"
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

# not_kept: the password that was typed is in no file of the rescue system, nor of the server
not_kept()
{
	g "grep -rl '${new_password%r}[r]' /run /tmp /root /var $1 2>/dev/null"
	is "$output" "" "$name: the password is kept nowhere"
}

# --- mended by commands

# mend_by_commands: as a script would
mend_by_commands()
{
	local user script
	r mount --yes "$answers"
	is "$status" 0 "$name: it is mounted to be mended"
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
	for user in $(accounts_with key); do
		case $user in
		keyless | root) script+="
		refloat add-key $user --key-file /run/rescuer.pub --yes" ;;
		esac
	done
	script+="
		echo $new_password | refloat add-account rescue --password-stdin --key-file /run/rescuer.pub --yes"
	g "$script"
	is "$output" "" "$name: everything is mended by commands"
	not_kept "/mnt/$name/{etc,var,home,root,tmp}"
	r umount --yes
	is "$status" 0 "$name: and it is taken down"
	is "$(left)" "" "$name: and nothing is left"
}

# --- mended by the menu

# menu_plan: the plan is read, done, and the account is shown again
menu_plan()
{
	cat <<-'EOS'
		wait "do it" 240
		key Enter
		wait "Done" 400
		key Enter
		wait "gets in" 120
		settle 300 60
	EOS
}

# menu_account NAME PROOFS: what a hand would do on its screen
menu_account()
{
	case $1 in
	star | never | kind | empty | keyless | member) ;;
	change)
		# it gets in, so that nothing is in its way; the note about it is the last of the list
		printf '%s\n' 'settle 300 60' 'key End' 'key Enter'
		menu_plan
		;;
	*)
		echo 'key e'
		menu_plan
		;;
	esac
	case ,$2, in
	*,new,*)
		printf '%s\n' 'key p' 'wait "Once more" 60' "type \"$new_password\\r$new_password\\r\""
		menu_plan
		;;
	esac
	case $1 in
	keyless)
		# the key that lets in whoever works here
		printf '%s\n' 'key k' 'wait "Paste a key" 60' 'key Space' 'wait "let in:" 60' 'key Down 3' 'key Enter'
		menu_plan
		;;
	root)
		printf '%s\n' 'key k' 'wait "Paste a key" 60' 'key Down' "type \"$(cat "$key.pub")\\r\\r\""
		menu_plan
		;;
	member)
		echo 'key s'
		menu_plan
		;;
	esac
}

# menu_emergency: an account of its own, with a password and a key
menu_emergency()
{
	cat <<-EOS
		name the emergency account
		key n
		wait "Once more" 60
		type "\r$new_password\r$new_password\r$(cat "$key.pub")\r"
		wait "do it" 240
		key Enter
		wait "Done" 400
		key Enter
		wait "Accounts of" 120
	EOS
}

# menu_accounts: each of the list, from the first to the last
menu_accounts()
{
	local first=1 user proofs
	{
		"$here/lock-server.sh" --list | grep '^root '
		"$here/lock-server.sh" --list | grep -v '^root '
	} | while read -r user proofs; do
		[ $first = 1 ] || echo 'key Down'
		printf '%s\n' 'settle 300 60' 'key Enter' "name $user: $(way_of "$user")" "wait \"$user, \" 60"
		[ $first = 0 ] || is_mounted_before || menu_mount
		menu_account "$user" "$proofs"
		printf '%s\n' 'key q' 'wait "Accounts of" 60'
		first=0
	done
}

# is_mounted_before: by a command, since what is asked before a mount is more than to agree
is_mounted_before()
{
	[ -n "$(setting answers)" ]
}

# menu_mount: what mends an account mounts its system first
menu_mount()
{
	cat <<-'EOS'
		key p
		wait "Mount it" 120
		key y
		wait "do it" 240
		key Enter
		wait "Done" 600
		key Enter
		wait "Once more" 240
		key Esc
		wait "gets in" 120
	EOS
}

# mend_by_menu: on the serial console, as somebody at an IPMI console does it
mend_by_menu()
{
	local state
	if [ ! -x "$terminal_play" ]; then
		skip "needs libvterm and ncurses (tests/tui/terminal_play was not built)" "$name is mended by the menu"
		mend_by_commands
		return
	fi
	g "mkdir -p -m 700 /root/.ssh && cp /run/rescuer.pub /root/.ssh/authorized_keys"
	state='not mounted; '
	if is_mounted_before; then
		state='mounted under'
		r mount --yes "$answers"
		is "$status" 0 "$name: it is mounted to be mended"
	fi
	{
		printf '%s\n' 'size 24 80' 'term vt100' start
		unlock_by_menu
		printf '%s\n' "wait \"$state\" 300" 'key a' 'wait "Accounts of" 120' 'wait "bang" 240'
		menu_accounts
		menu_emergency
		printf '%s\n' 'key q' 'key u' 'wait "WHAT UNDOING DOES" 120' 'key u' 'wait "do it" 180' 'key Enter' \
			'wait "Done" 600' 'key Enter' 'key q' 'expect-exit 0'
	} >"$scratch/menu"
	play "$name is mended by the menu" --limit 2400 -- "$guest_py" terminal "$folder" --rate 0 \
		"export TERM=vt100; exec refloat --target /mnt/$name" <"$scratch/menu"
	is "$(left)" "" "$name: nothing is left by the menu"
	not_kept
}

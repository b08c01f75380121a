#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Setting passwords: where they come from, what becomes of the files, what is said, and that nothing but
# shadow has a trace of them.
# shellcheck disable=SC2016 # jq has variables of its own
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$top_srcdir/tests/lib/play.sh"
need_root
private_namespace "$@"
# shellcheck source=tests/cli/accounts.sh
. "$top_srcdir/tests/cli/accounts.sh"

secret='Tide-and-Harbour 77'
tree=$scratch/tree
make_tree "$tree"
make_home "$tree/home"
shadow=$tree/etc/shadow

# passwd_of USER WORD...: what is on standard input is the password's source
passwd_of()
{
	local user=$1
	shift
	run "$refloat" passwd "$user" --root "$tree" "$@"
	text=$(tr -s ' \n' ' ' <<<"$output $errors")
}

# others FILE USER: all lines but that of USER
others()
{
	grep -v "^$2:" "$1" | sha256sum
}

# --- from standard input
before=$(cat "$shadow")
before_passwd=$(cat "$tree/etc/passwd")
before_others=$(others "$shadow" anna)
passwd_of anna --password-stdin --yes <<<"$secret"
is "$status" 0 "--password-stdin"
fits "$(field "$shadow" anna 2)" "$secret"
ok $? "the hash fits the password"
like "$(field "$shadow" anna 2)" '^\$y\$' "it is of the kind that the system's PAM asks for"
like "$text" 'hashed with yescrypt, as its /etc/pam.d/common-password \(line [0-9]+\) asks for' "which is said"
is "$(field "$shadow" anna 3)" "$(($(date +%s) / 86400))" "it counts as changed today"
is "$(others "$shadow" anna)" "$before_others" "no other line has changed"
is "$(cat "$tree/etc/passwd")" "$before_passwd" "passwd has not"
is "$(stat -c '%a %u %g' "$shadow")" "640 0 42" "mode and owner are as they were"
is "$(cat "$shadow-")" "$before" "the old one is kept beside it"
like "$text" 'The password counts as changed today' "that the time begins anew is said"
passwd_of bert --password-stdin --yes < <(printf 'no newline at the end')
fits "$(field "$shadow" bert 2)" 'no newline at the end'
ok $? "a first line without its newline"
like "$text" 'Still in the way: the account has expired on 2025-01-31; its shell is /bin/false, which ends every login; no SSH server is installed\.' \
	"what is still in the way is said, many in one note"
like "$text" "\"refloat mend-account bert --all --root $tree\" mends what can be mended of it" "with what mends it"
unlike "$text" 'Still in the way[^"]*(locked|no password)' "and nothing that the password ends"
passwd_of anna --password-stdin --plan <<<"$secret"
like "$text" 'Still in the way \(SSH\): no SSH server is installed\.' "one or two for themselves"
run "$refloat" undo --yes
run "$refloat" undo --yes
is "$(cat "$shadow")" "$before" "undo puts the very bytes back"
[ ! -e "$shadow-" ]
ok $? "and takes the copy away"

for line in '' $'carriage\r' $'esc\033[A' "$(head -c 600 /dev/zero | tr '\0' x)"; do
	passwd_of anna --password-stdin --yes <<<"$line"
	[ "$status" -ne 0 ] && [[ $errors == "refloat: password: "* ]]
	ok $? "refused: $(head -c 12 <<<"$line" | cat -v)"
done
printf 'a\0b\n' >"$scratch/nul"
passwd_of anna --password-stdin --yes <"$scratch/nul"
like "$errors" 'has a NUL in it' "refused: a NUL"
passwd_of anna --password-stdin --yes </dev/null
like "$errors" 'standard input: it is empty' "refused: nothing at all"
is "$(cat "$shadow")" "$before" "none of these has changed anything"

# --- hashes
hash=$(openssl passwd -6 "$secret")
passwd_of anna --hash-stdin --yes <<<"$hash"
is "$status $(field "$shadow" anna 2)" "0 $hash" "--hash-stdin"
run "$refloat" undo --yes
passwd_of anna --hash-stdin --plan < <(perl -e 'print crypt("harbour", "ab"), "\n"')
like "$text" 'only the first eight characters count: its hash is one of DES' "what DES is worth is said"
for line in 'hello' '' '*' '!' "${hash:0:40}" "!$hash" "$hash:0" "x"; do
	passwd_of anna --hash-stdin --yes <<<"$line"
	[ "$status" -ne 0 ] && [[ $errors == *"is no hash"* ]]
	ok $? "no hash: '${line:0:12}'"
done
rm -f "$tree/usr/lib/x86_64-linux-gnu/"libcrypt*
printf 'GLIBC_2.2.5\0$1$\0$5$\0$6$\0' >"$scratch/old"
old=$tree/usr/lib/x86_64-linux-gnu/libcrypt.so.1
cp -L /bin/true "$old"
cat "$scratch/old" >>"$old"
passwd_of anna --hash-stdin --yes <<<'$y$j9T$abcdefghijklmnopqrstu1$OZAFfP.3YRGVC30UdOwN.kYw6/87YiX5VbDgN04y3J6'
[ "$status" -ne 0 ] && [[ $errors == *"does not understand a hash of the kind yescrypt"* ]]
ok $? "a hash that its libcrypt does not know"
passwd_of anna --password-stdin --yes <<<"$secret"
like "$(field "$shadow" anna 2)" '^\$6\$' "yescrypt is not for a libcrypt that does not have it"
fits "$(field "$shadow" anna 2)" "$secret"
ok $? "and the hash fits"
run "$refloat" undo --yes
is "$(cat "$shadow")" "$before" "undone"

# --- made up
passwd_of anna --generate --yes
is "$status" 0 "--generate"
made=$(sed -n 's/^New password of anna: //p' <<<"$output")
like "$made" '^[bcdefghjknprstuvx]{16}$' "it is shown"
is "$(grep -c "$made" <<<"$output$errors")" 1 "once"
fits "$(field "$shadow" anna 2)" "$made"
ok $? "and is the one that was set"
passwd_of anna --generate --yes --json
made=$(jq -r .password <<<"$output")
is "$(jq -r '.result' <<<"$output")" "done" "--generate --json"
fits "$(field "$shadow" anna 2)" "$made"
ok $? "the password is a member of the object"
is "$(grep -c "$made" <<<"$output$errors")" 1 "there alone"
passwd_of anna --generate --yes
unlike "$output" "$made" "another one each time"
chmod 0644 "$shadow"
for _ in 1 2 3; do
	run "$refloat" undo --yes
done
chmod 0640 "$shadow"
is "$(cat "$shadow")" "$before" "undone"

# --- plans, and nobody to ask
passwd_of anna --plan
is "$status" 0 "--plan asks for no password"
like "$text" "Change $shadow: set the password of anna" "and shows what would be done"
is "$(find /run/refloat/edits -name new 2>/dev/null | wc -l)" 0 "what it needed is wiped at once"
is "$(cat "$shadow")" "$before" "nothing is done"
passwd_of anna --generate --password-stdin --yes
is "$status" 2 "two sources"
like "$errors" 'Give one of' "are one too many"
passwd_of anna --generate --yes --job
like "$errors" 'with --job nobody would see' "--generate --job"
passwd_of anna </dev/null
is "$status" 2 "no terminal to ask on"
passwd_of anna --yes </dev/null
like "$errors" 'there is no terminal to ask for the password on' "no terminal, --yes"
like "$errors" '--password-stdin, --hash-stdin or --generate' "what there is instead"
passwd_of anna --json --yes </dev/null
is "$status" 2 "with --json nobody is asked"
passwd_of nobodyknows --generate --yes
[ "$status" -eq 4 ] && [[ $errors == *"there is no account of this name"* ]]
ok $? "an account that is not there"
run "$refloat" passwd --generate --yes
is "$status" 2 "no account"
like "$("$refloat" passwd --help | tr -s ' \n' ' ')" 'Usage: refloat passwd USER \[--password-stdin\]' "--help"
unlike "$("$refloat" passwd --help; "$refloat" --complete)" '(^|[ -])hash$' "the hash is no word of it"

# --- other systems
rm -f "$shadow-"
while read -r system user start where; do
	other=$scratch/$system
	cp -R "$top_srcdir/tests/system/accounts/$system" "$other"
	run "$refloat" passwd "$user" --root "$other" --password-stdin --yes <<<"$secret"
	is "$status" 0 "$system: the password of $user is set"
	found=$(field "$other/etc/$where" "$user" 2)
	[[ $found == "$start"* ]] && fits "$found" "$secret"
	ok $? "$system: it begins with $start in $where"
done <<'END'
debian-8 root $6$ shadow
rhel-6 root $6$ shadow
rhel-9 root $6$ shadow
sles-11 root $6$ shadow
alpine-3 root $6$ shadow
slackware-14 root $6$ shadow
arch root $6$ shadow
END
bare=$scratch/bare
make_tree "$bare"
rm "$bare/etc/shadow"
sed -i 's/^anna:x:/anna::/' "$bare/etc/passwd"
run "$refloat" passwd anna --root "$bare" --password-stdin --yes <<<"$secret"
fits "$(field "$bare/etc/passwd" anna 2)" "$secret"
ok $? "without a shadow it goes to passwd"
[ ! -e "$bare/etc/shadow" ]
ok $? "and no shadow is made"

# --- read-only, immutable, not mounted
make_images
run_with_loops "$refloat" "${images[@]}" mount --yes --read-only
run "$refloat" "${images[@]}" passwd anna --generate --yes
[ "$status" -ne 0 ] && [[ $errors == *"it is mounted read-only at /mnt/web01"* ]]
ok $? "mounted read-only: refused"
like "$(tr -s ' \n' ' ' <<<"$errors")" 'mount it again without "--read-only"' "and what to do"
run "$refloat" umount --yes
run "$refloat" "${images[@]}" passwd anna --generate --json </dev/null
[ "$status" -ne 0 ] && [ ! -e /mnt/web01/etc ]
ok $? "not mounted, no --yes: refused"
run_with_loops "$refloat" "${images[@]}" passwd anna --password-stdin --plan <<<"$secret"
[ "$status" -eq 1 ] && [[ $errors == *"it is not mounted"*"refloat mount"* ]]
ok $? "not mounted, --plan: what comes first is said"
run_with_loops "$refloat" "${images[@]}" passwd anna --password-stdin --yes <<<"$secret"
is "$status" 0 "not mounted, --yes: it is mounted first"
like "$(tr -s ' \n' ' ' <<<"$output")" 'web01 is not mounted: that comes first.*Mount .* at /mnt/web01.*Set the password of anna' \
	"both plans are shown"
fits "$(field /mnt/web01/etc/shadow anna 2)" "$secret"
ok $? "and the password set"
run "$refloat" "${images[@]}" undo --yes
run "$refloat" "${images[@]}" umount --yes
is "$status" 0 "and all is taken down"
run_with_loops "$refloat" "${images[@]}" passwd anna --generate --yes --json </dev/null
made=$(jq -r .password <<<"$output")
fits "$(field /mnt/web01/etc/shadow anna 2)" "$made"
ok $? "with --json, too: one object"
if chattr +i /mnt/web01/etc/shadow 2>/dev/null; then
	run "$refloat" "${images[@]}" passwd anna --password-stdin --yes <<<"$secret"
	is "$status" 0 "an immutable shadow"
	fits "$(field /mnt/web01/etc/shadow anna 2)" "$secret"
	ok $? "has the password"
	like "$(lsattr /mnt/web01/etc/shadow)" '^....i' "and its flag again"
	chattr -i /mnt/web01/etc/shadow
else
	skip "no chattr here" "an immutable shadow"
fi
run "$refloat" "${images[@]}" umount --yes

# --- no trace: while the plan waits for its answer, and of a core that is forced then
cat >"$scratch/trace.py" <<'PYTHON'
import glob, os, pty, re, resource, select, signal, sys, time

refloat, tree, secret, scratch = sys.argv[1:5]
os.makedirs(scratch + "/core", exist_ok=True)

def check(is_so, name):
    print(("ok" if is_so else "not ok") + " - " + name)

def start():
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(scratch + "/core")
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        os.environ["TERM"] = "vt100"
        signal.signal(signal.SIGQUIT, signal.SIG_DFL) # these tests may run in the background of a script
        os.execv(refloat, [refloat, "passwd", "anna", "--root", tree, "--verbose", "--log", scratch + "/log"])
    return pid, fd

def wait_for(fd, words, seen):
    end = time.time() + 60
    while words not in seen:
        ready, _, _ = select.select([fd], [], [], max(0, end - time.time()))
        if not ready:
            break
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        seen += data
    return seen

def to_question():
    pid, fd = start()
    seen = wait_for(fd, b"show): ", b"")
    os.write(fd, secret.encode() + b"\n")
    seen = wait_for(fd, b"once more: ", seen)
    os.write(fd, secret.encode() + b"\n")
    return pid, fd, wait_for(fd, b"[y/N]", seen)

def memory_of(pid):
    found = b""
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as memory:
        for line in maps:
            start, end, flags = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line).groups()
            if "w" not in flags or int(end, 16) - int(start, 16) > 1 << 28:
                continue
            try:
                memory.seek(int(start, 16))
                found += memory.read(int(end, 16) - int(start, 16))
            except OSError:
                pass
    return found

def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""

def find_in_files(folder, words):
    return [path for path in glob.glob(folder + "/**", recursive=True)
            if os.path.isfile(path) and words in read(path)]

hash_of = lambda: [line.split(":")[1] for line in open(tree + "/etc/shadow") if line.startswith("anna:")][0].encode()
words = secret.encode()
pid, fd, seen = to_question()
check(b"[y/N]" in seen, "typed twice: the plan is shown and asked about")
check(words not in seen, "the terminal does not show it")
check(words not in read("/proc/%d/cmdline" % pid) + read("/proc/%d/environ" % pid), "it is in no argument and no environment")
if os.environ.get("SANITIZED") != "yes":
    check(words not in memory_of(pid), "its memory is wiped before the question")
check(not find_in_files("/run/refloat", words), "nothing below /run/refloat has it")
os.kill(pid, signal.SIGQUIT)
_, status = os.waitpid(pid, 0)
check(os.WIFSIGNALED(status) and not os.WCOREDUMP(status), "a core that is forced is none")
check(not os.listdir(scratch + "/core"), "and no file")
pid, fd, seen = to_question()
os.write(fd, b"y\n")
seen = wait_for(fd, b"takes this back", seen)
while True:
    try:
        if not os.read(fd, 4096):
            break
    except OSError:
        break
_, status = os.waitpid(pid, 0)
check(status == 0, "it is set")
made = hash_of()
check(words not in seen and made not in seen, "neither the password nor its hash was shown")
check(words not in read(scratch + "/log") and made not in read(scratch + "/log"), "nor are they in the log")
check(not find_in_files("/run/refloat", words) and not find_in_files("/run/refloat", made),
      "nor in the journal, nor in what is kept for undo")
check(not find_in_files(tree, words), "nor in another file of the system")
PYTHON
"$refloat" --version >/dev/null
[[ $(ldd "$refloat" 2>/dev/null) != *libasan* ]] || export SANITIZED=yes
while IFS= read -r line; do
	case $line in
	"ok - "*) ok 0 "${line#ok - }" ;;
	"not ok - "*) ok 1 "${line#not ok - }" ;;
	*) note "$line" ;;
	esac
done < <(python3 "$scratch/trace.py" "$(realpath "$refloat")" "$tree" "$secret" "$scratch" 2>&1)
fits "$(field "$shadow" anna 2)" "$secret"
ok $? "and it is the one that was typed"
passwd_of anna --password-stdin --yes --job <<<"$secret"
is "$status" 0 "as a job"
for _ in $(seq 600); do
	"$refloat" jobs --json | jq -e 'all(.jobs[]; .state == "ended" or .state == "done" or .result != null)' >/dev/null && break
	sleep 0.1
done
unlike "$(cat /run/refloat/jobs/*/* 2>/dev/null)" "Harbour|$(field "$shadow" anna 2 | sed 's/[$.\/]/./g')" \
	"the folder of a job has neither password nor hash"

# --- a person at the terminal
if [ -x "$terminal_play" ] && infocmp vt100 >/dev/null 2>&1; then
	play "typed" -- "$refloat" passwd bert --root "$tree" <<'SCRIPT'
limit 120
size 40 100
settings-saved
start
wait "New password for bert (it does not show):" 30
type "short\r"
wait "The same once more:" 30
type "shirt\r"
wait "these two are not the same" 30
settle 300 10
type "short\r"
wait "The same once more:" 30
settle 300 10
type "short\r"
wait "This password is short: 5 characters." 30
wait "Do this? [y/N]" 30
type "n\r"
wait "nothing was done"
expect-exit 1
settings-same
SCRIPT
	play "nothing typed" -- "$refloat" passwd bert --root "$tree" <<'SCRIPT'
limit 60
size 40 100
start
wait "New password for bert" 30
type "\r"
wait "nothing was typed"
wait "Nothing was changed"
expect-exit 1
SCRIPT
	play "Ctrl-C" -- "$refloat" passwd bert --root "$tree" <<'SCRIPT'
limit 60
settings-saved
start
wait "New password for bert" 30
type "half"
key Ctrl-C
expect-signal INT
settings-same
SCRIPT
	play "an unknown account is said before anything is typed" -- "$refloat" passwd brt --root "$tree" <<'SCRIPT'
limit 60
start
wait "there is no account of this name" 30
wait "Did you mean bert?"
expect-not "New password"
expect-exit 4
SCRIPT
	play "mounted first" -- "$refloat" "${images[@]}" passwd anna <<'SCRIPT'
limit 120
size 60 100
start
wait "is not mounted: that comes first" 60
wait "Do this? [y/N]" 60
type "y\r"
wait "New password for anna" 60
settle 300 10
type "tide and harbour\r"
wait "The same once more:" 30
settle 300 10
type "tide and harbour\r"
wait "Set the password of anna" 60
expect-not "tide and harbour"
settle 300 10
type "y\r"
wait "takes this back" 60
expect-exit 0
SCRIPT
	fits "$(field /mnt/web01/etc/shadow anna 2)" "tide and harbour"
	ok $? "mounted first: the password is set"
	run "$refloat" "${images[@]}" umount --yes
else
	skip "needs libvterm and ncurses" "a person at the terminal"
fi
done_testing

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a server from its own disks, waits for its login prompt, logs in and runs a command there.

  server.py FOLDER [--limit S] [--passphrase TEXT] [--logins FILE --key FILE] [--password TEXT] [--off] [COMMAND]

FOLDER is what build-servers.sh --overlay wrote: the table of disks and the settings (firmware: bios or uefi;
passphrase). The machine starts as a real one does: firmware, boot loader, kernel, and a serial line on which
all of them speak. A passphrase is typed where it is asked for. Without COMMAND the login prompt is enough;
with it, root logs in (with TEXT, or the password it was made with) and runs it: its output and its exit status are
those of this program. --off: after the command the server is shut down in order, rather than switched off. All that
was said on the line is in FOLDER/console.log.

--logins: before that, each login of FILE is tried, and printed with what came of it: "WAY USER yes NAME", NAME being
whom the server took it for, or "WAY USER no WHY". A line of FILE is "WAY USER [PASSWORD]". The ways: console, at the
login prompt; sudo, the same, and NAME is who that makes it; word, the password over SSH; key, over SSH with the
private key of --key. SSH goes through a network card that the server then has, and a port of this machine.

Exit status 120: no login; the last lines are on standard error. 121: the same, and the machine has said nothing at all
for some minutes.
"""
import argparse
import base64
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True  # a source folder stays as it is
import guest

PASSWORD = "afloat"
NO_LOGIN = 120
SILENT = 121
SILENT_SECONDS = 300  # a server that starts, or lets somebody in, says something sooner
FIRMWARE = (("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            ("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            ("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"),
            ("/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/ovmf-x86_64-vars.bin"))
# what is said when there will be no login, and what that means
DEAD_ENDS = ((rb"grub rescue> $", "GRUB does not find its modules"),
             (rb"\rgrub> $", "GRUB finds no menu"),
             (rb"GRUB GRUB", "GRUB's boot code is broken"),
             (rb"No bootable device", "the firmware finds no boot code"),
             (rb"Kernel panic", "the kernel panics"),
             (rb"\(initramfs\) (\x1b\[6n)?$", "the root filesystem is not found"),
             (rb"Give root password for maintenance|You are in emergency mode", "emergency mode"))
LOGIN = rb"\n(?!Last )\S+ login: $"
SHELL = rb"[$#] $"
ANSWER = rb"\x1e([^\x1e]*)\x1e"
LOGIN_SECONDS = 600  # for one login, in an emulated machine whose processors others use too
# systemd gives a getty up that ends five times in ten seconds, as it does behind each login
GETTY_SECONDS = 2.5
# not there yet: a server goes on starting behind its login prompt
NOT_YET = re.compile("refused|closed by|reset by|kex_exchange|banner")
PASSPHRASE = rb"(Please unlock disk|Enter passphrase)[^\n]*: $"


def read_settings(folder):
    with open(f"{folder}/settings", encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("=", 1) for line in lines)


def firmware_words(folder, firmware):
    """UEFI keeps its boot entries in a file of this server's own."""
    if firmware != "uefi":
        return []
    for code, variables in FIRMWARE:
        if os.path.exists(code):
            memory = f"{folder}/uefi-variables"
            if not os.path.exists(memory):
                shutil.copyfile(variables, memory)
            return ["-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}",
                    "-drive", f"if=pflash,unit=1,format=raw,file={memory}"]
    return guest.fail("no UEFI firmware here (package ovmf)", 77)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def qemu_command(folder, settings, port):
    words = ["qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=512", "-M", "q35,graphics=off",
             "-cpu", "Nehalem", "-smp", "2", "-m", "768M", "-nodefaults", "-no-user-config",
             "-display", "none", "-no-reboot", "-chardev", "stdio,id=console,signal=off",
             "-serial", "chardev:console", "-device", "virtio-rng-pci",
             "-device", "virtio-scsi-pci,id=scsi", *firmware_words(folder, settings["firmware"])]
    if port:
        words += ["-netdev", f"user,id=lan,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22",
                  "-device", "virtio-net-pci,netdev=lan,romfile="]
    for number, disk in enumerate(guest.read_disks(f"{folder}/table"), 1):
        if disk.slot():
            words += ["-device", f"pcie-root-port,id={disk.slot()},chassis={number},slot={number}"]
        for node in disk.nodes():
            words += ["-blockdev", json.dumps(node)]
        words += ["-device", json.dumps({**disk.device(), "bootindex": number})]
    return words


class Line:
    """The serial line of the server."""

    def __init__(self, command, log, seconds):
        self.deadline = time.monotonic() + seconds
        self.log = log
        self.machine = subprocess.Popen(["nice", "-n", "5", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log,
                                        preexec_fn=lambda: guest.die_with_parent(signal.SIGKILL))
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.machine.stdout, selectors.EVENT_READ)
        self.said = b""
        self.found = None  # what the last pattern matched
        self.login_began = 0.0
        self.heard = time.monotonic()

    def read(self, deadline):
        """False at the end, or when the time is over."""
        left = deadline - time.monotonic()
        if left <= 0 or not self.selector.select(left):
            return False
        got = os.read(self.machine.stdout.fileno(), 65536)
        self.heard = time.monotonic()
        self.log.write(got)
        self.log.flush()
        self.said += got
        return bool(got)

    def wait(self, *patterns, seconds=None):
        """The number of the first pattern that is said, and what was said up to there."""
        deadline = min(self.deadline, time.monotonic() + seconds) if seconds else self.deadline
        while True:
            for number, pattern in enumerate(patterns):
                found = re.search(pattern, self.said)
                if found:
                    self.found = found
                    before, self.said = self.said[:found.start()], self.said[found.end():]
                    return number, before
            if not self.read(min(deadline, self.heard + SILENT_SECONDS)):
                return None, self.said

    def is_silent(self):
        return self.machine.poll() is None and time.monotonic() >= self.heard + SILENT_SECONDS

    def type(self, text):
        self.machine.stdin.write(text.encode())
        self.machine.stdin.flush()

    def end(self):
        self.machine.kill()
        self.machine.wait()


def give_up(line, reason):
    tail = line.said.decode(errors="replace").replace("\r", "").splitlines()[-25:]
    status = SILENT if line.is_silent() else NO_LOGIN
    line.end()
    sys.stderr.write("\n".join(tail) + f"\nserver.py: no login: {reason}\n")
    sys.exit(status)


def wait_login(line, passphrase):
    patterns = (LOGIN, PASSPHRASE, *(pattern for pattern, _ in DEAD_ENDS))
    while True:
        number, before = line.wait(*patterns)
        if number == 0:
            return
        if number == 1 and passphrase:
            line.type(passphrase + "\n")
            continue
        line.said = before + line.said
        if number is None:
            give_up(line, "nothing more was said, or not in time")
        give_up(line, "a passphrase is asked for" if number == 1 else DEAD_ENDS[number - 2][1])


def last_words(said):
    """What a line said last, for people."""
    words = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode(errors="replace")).split("\n")
    words = [text.strip() for text in words if text.strip() and not text.strip().endswith("login:")]
    return words[-1] if words else "nothing was said"


def log_in_once(line, user, password):
    """At the login prompt: None when a shell waits, else why not, and whether the prompt just came again."""
    time.sleep(max(0.0, line.login_began + GETTY_SECONDS - time.monotonic()))
    line.login_began = line.heard = time.monotonic()
    line.type(user + "\n")
    number, before = line.wait(rb"Password: $", LOGIN, seconds=LOGIN_SECONDS)
    if number == 0:
        line.type(password + "\n")
        number, before = line.wait(SHELL, LOGIN, rb"Login incorrect", rb"[Pp]assword: $", seconds=LOGIN_SECONDS)
        if number == 0:
            return None, False
    if number == 3:
        line.type("\x04")
    return last_words(before + line.found.group() if number in (2, 3) else before), number == 1


def log_in(line, user, password):
    """The same, again where login ran out of its time, a minute if nobody changed that."""
    why, is_again = log_in_once(line, user, password)
    for _ in range(2):
        if is_again:
            why, is_again = log_in_once(line, user, password)
    if is_again:
        line.said = line.found.group() + line.said
    return why


def log_out(line):
    """Back to a login prompt, whatever waits there."""
    for _ in range(8):
        if line.wait(LOGIN, seconds=LOGIN_SECONDS / 8)[0] == 0:
            return True
        line.type("\x04")
    return False


def try_console(line, user, password, way):
    """One login at the console: whom the server takes it for, and True; or why not, and False."""
    why = log_in(line, user, password)
    if why is None:
        who = "sudo id -un" if way == "sudo" else "id -un"
        line.type(f"printf '\\036%s\\036\\n' \"$({who})\"; exit\n")
        number, before = line.wait(ANSWER, rb"\[sudo\] password for \S+ $", seconds=LOGIN_SECONDS)
        if number == 1:
            line.type(password + "\n")
            number, before = line.wait(ANSWER, seconds=LOGIN_SECONDS)
        why = line.found.group(1).decode() if number == 0 else last_words(before)
        is_in = number == 0 and why != ""
    else:
        is_in = False
    if not log_out(line):
        give_up(line, f"no login prompt after {user} logged in")
    return is_in, why


def try_ssh(port, user, password, key, seconds):
    """One login over SSH; for so many seconds it may be that sshd is not there yet."""
    words = ["ssh", "-F", "/dev/null", "-p", str(port), "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes",
             "-o", "IdentityAgent=none", "-o", "NumberOfPasswordPrompts=1", "-o", "ConnectTimeout=60"]
    environment = {**os.environ, "LC_ALL": "C"}
    if password is None:
        words += ["-o", "BatchMode=yes", "-o", "PreferredAuthentications=publickey", "-i", key]
    else:
        words += ["-o", "PreferredAuthentications=password,keyboard-interactive",
                  "-o", "PubkeyAuthentication=no"]
        environment |= {"SSH_ASKPASS": os.path.abspath(__file__), "SSH_ASKPASS_REQUIRE": "force",
                        "SERVER_PY_ANSWER": password}
    deadline = time.monotonic() + seconds
    while True:
        try:
            got = subprocess.run([*words, f"{user}@127.0.0.1", "id -un"], stdin=subprocess.DEVNULL, check=False,
                                 capture_output=True, text=True, env=environment, timeout=LOGIN_SECONDS)
        except subprocess.TimeoutExpired:
            return False, "it does not end"
        said = (got.stdout if got.returncode == 0 else got.stderr).strip().split("\n")[-1]
        if got.returncode == 0 or not NOT_YET.search(said) or time.monotonic() > deadline:
            return got.returncode == 0, said
        time.sleep(3)


def try_logins(line, port, key, path):
    """Those over SSH go on beside those at the console."""
    with open(path, encoding="utf-8") as lines:
        wanted = [text.split() for text in lines if text.strip()]

    def say(way, user, is_in, said):
        sys.stdout.write(f"{way} {user} {'yes' if is_in else 'no'} {said}\n")
        sys.stdout.flush()

    def try_all_ssh():
        seconds = LOGIN_SECONDS
        for way, user, *password in wanted:
            if way in ("key", "word"):
                say(way, user, *try_ssh(port, user, password[0] if way == "word" else None, key, seconds))
                seconds = 0

    beside = threading.Thread(target=try_all_ssh, daemon=True)
    beside.start()
    for way, user, *password in wanted:
        if way not in ("key", "word"):
            say(way, user, *try_console(line, user, password[0], way))
    beside.join()


def run(line, command, password):
    """Logs in as root and runs COMMAND: its output and exit status."""
    why = log_in(line, "root", password)
    if why:
        give_up(line, f"root is refused: {why}")
    packed = base64.b64encode(command.encode()).decode()
    line.type("stty -echo -onlcr; printf '\\036%s' begin; "
              f"echo {packed} | base64 -d | TERM=dumb sh 2>&1; printf '\\036%s\\036' $?\n")
    line.heard = time.monotonic()
    if line.wait(rb"\x1ebegin")[0] is None:
        give_up(line, "the command does not run")
    number, output = line.wait(rb"\x1e(?=\d+\x1e)")
    if number is None:
        give_up(line, "the command does not end")
    return int(line.wait(rb"\x1e")[1]), output


def shut_down(line):
    line.type("systemctl poweroff\n")
    while line.read(line.deadline):
        pass
    if line.machine.poll() is None and time.monotonic() >= line.deadline:
        give_up(line, "it does not shut down")


def main():
    # ssh asks this program for the password
    if "SERVER_PY_ANSWER" in os.environ:
        print(os.environ["SERVER_PY_ANSWER"])
        return 0
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--passphrase")
    parser.add_argument("--logins")
    parser.add_argument("--key")
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--off", action="store_true")
    parser.add_argument("command", nargs="?")
    options = parser.parse_intermixed_args()
    guest.die_with_parent(signal.SIGTERM)
    settings = read_settings(options.folder)
    port = free_port() if options.logins else None
    began = time.monotonic()
    with open(f"{options.folder}/console.log", "wb") as log:
        line = Line(qemu_command(options.folder, settings, port), log, options.limit)
        wait_login(line, options.passphrase or settings["passphrase"])
        sys.stderr.write(f"server.py: login after {time.monotonic() - began:.0f} seconds\n")
        status = 0
        if options.logins:
            try_logins(line, port, options.key, options.logins)
        if options.command:
            status, output = run(line, options.command, options.password)
            sys.stdout.buffer.write(output)
            if options.off:
                shut_down(line)
        line.end()
    return status


if __name__ == "__main__":
    sys.exit(main())

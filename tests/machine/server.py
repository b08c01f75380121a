#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a server from its own disks, waits for its login prompt and runs a command there.

  server.py FOLDER [--limit S] [--passphrase TEXT] [--off] [COMMAND]

FOLDER is what build-servers.sh --overlay wrote: the table of disks and the settings (firmware: bios or uefi;
passphrase). The machine starts as a real one does: firmware, boot loader, kernel, and a serial line on which
all of them speak. A passphrase is typed where it is asked for. Without COMMAND the login prompt is enough;
with it, root logs in and runs it: its output and its exit status are those of this program. --off: after the
command the server is shut down in order, rather than switched off. All that was said on the line is in FOLDER/console.log.

Exit status 120: no login; the last lines are on standard error.
"""
import argparse
import base64
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True  # a source folder stays as it is
import guest

PASSWORD = "afloat"
NO_LOGIN = 120
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
LOGIN = rb"\n\S+ login: $"
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


def qemu_command(folder, settings):
    words = ["qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=512", "-M", "q35,graphics=off",
             "-cpu", "Nehalem", "-smp", "2", "-m", "768M", "-nodefaults", "-no-user-config",
             "-display", "none", "-no-reboot", "-chardev", "stdio,id=console,signal=off",
             "-serial", "chardev:console", "-device", "virtio-rng-pci",
             "-device", "virtio-scsi-pci,id=scsi", *firmware_words(folder, settings["firmware"])]
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
        self.machine = subprocess.Popen(["nice", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log,
                                        preexec_fn=lambda: guest.die_with_parent(signal.SIGKILL))
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.machine.stdout, selectors.EVENT_READ)
        self.said = b""

    def read(self):
        """False at the end, or when the time is over."""
        left = self.deadline - time.monotonic()
        if left <= 0 or not self.selector.select(left):
            return False
        got = os.read(self.machine.stdout.fileno(), 65536)
        self.log.write(got)
        self.log.flush()
        self.said += got
        return bool(got)

    def wait(self, *patterns):
        """The number of the first pattern that is said, and what was said up to there."""
        while True:
            for number, pattern in enumerate(patterns):
                found = re.search(pattern, self.said)
                if found:
                    before, self.said = self.said[:found.start()], self.said[found.end():]
                    return number, before
            if not self.read():
                return None, self.said

    def type(self, text):
        self.machine.stdin.write(text.encode())
        self.machine.stdin.flush()

    def end(self):
        self.machine.kill()
        self.machine.wait()


def give_up(line, reason):
    tail = line.said.decode(errors="replace").replace("\r", "").splitlines()[-25:]
    line.end()
    sys.stderr.write("\n".join(tail) + f"\nserver.py: no login: {reason}\n")
    sys.exit(NO_LOGIN)


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


def run(line, command):
    """Logs in and runs COMMAND: its output and exit status."""
    line.type("root\n")
    if line.wait(rb"Password: $")[0] is None:
        give_up(line, "no password is asked for")
    line.type(PASSWORD + "\n")
    if line.wait(rb"root@[^\n]*# $", rb"Login incorrect")[0] != 0:
        give_up(line, "the password is refused")
    packed = base64.b64encode(command.encode()).decode()
    line.type("stty -echo -onlcr; printf '\\036%s' begin; "
              f"echo {packed} | base64 -d | TERM=dumb sh 2>&1; printf '\\036%s\\036' $?\n")
    if line.wait(rb"\x1ebegin")[0] is None:
        give_up(line, "the command does not run")
    number, output = line.wait(rb"\x1e(?=\d+\x1e)")
    if number is None:
        give_up(line, "the command does not end")
    return int(line.wait(rb"\x1e")[1]), output


def shut_down(line):
    line.type("systemctl poweroff\n")
    while line.read():
        pass
    if line.machine.poll() is None and time.monotonic() >= line.deadline:
        give_up(line, "it does not shut down")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--passphrase")
    parser.add_argument("--off", action="store_true")
    parser.add_argument("command", nargs="?")
    options = parser.parse_intermixed_args()
    guest.die_with_parent(signal.SIGTERM)
    settings = read_settings(options.folder)
    began = time.monotonic()
    with open(f"{options.folder}/console.log", "wb") as log:
        line = Line(qemu_command(options.folder, settings), log, options.limit)
        wait_login(line, options.passphrase or settings["passphrase"])
        sys.stderr.write(f"server.py: login after {time.monotonic() - began:.0f} seconds\n")
        status = 0
        if options.command:
            status, output = run(line, options.command)
            sys.stdout.buffer.write(output)
            if options.off:
                shut_down(line)
        line.end()
    return status


if __name__ == "__main__":
    sys.exit(main())

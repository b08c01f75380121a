#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine with real disks for the tests: starts QEMU, runs commands in it, pulls and plugs its disks.

  guest.py serve FOLDER --kernel FILE --initrd FILE --disks TABLE   runs the machine until it is ended
  guest.py wait FOLDER [SECONDS]           until commands can be run in it
  guest.py run FOLDER [--limit S] COMMAND  runs a command: its output, errors and exit status
  guest.py terminal FOLDER [--rate N] COMMAND
                                           runs a command on the serial console, which is this terminal
  guest.py stall FOLDER DISK, flow FOLDER DISK
                                           DISK answers no more, and answers again (not for NVMe)
  guest.py slow FOLDER DISK BYTES          DISK reads and writes so many bytes a second, until flow
  guest.py smart FOLDER DISK BITS          an NVMe disk says of itself that it fails: the bits of NVMe's critical
                                           warning (4: unreliable); 0: it is well again
  guest.py pull FOLDER DISK, plug FOLDER DISK
                                           DISK is taken out of the running machine, and put in again
  guest.py insert FOLDER TABLE             the disks of TABLE are put in, and the kernel knows them (not ahci)
  guest.py remove FOLDER [DISK...]         disks that were put in are taken out for good: all of them
  guest.py qmp FOLDER COMMAND [JSON]       a command for QEMU itself

TABLE is a file with a line for each disk: its kind (ahci, nvme, virtio, scsi), its serial number, which is
the DISK of the commands, its image, and after that words: "sector=4096", "errors=FIRST-LAST,..." (sectors of
512 bytes that cannot be read), "unplugged" (not there before plug), "read-only". An image whose name ends in
.qcow2 is one, others are raw. FOLDER holds the sockets and the logs; those of the kernel are in kernel.log.

QEMU is a child of serve, which is a child of the test: when one of them ends, however it ends, so does
what it started.
"""
import argparse
import base64
import collections
import ctypes
import fcntl
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import termios
import threading
import time
import tty

F_SETPIPE_SZ = 1031
SLOT_KINDS = ("nvme", "virtio")
PR_SET_PDEATHSIG = 1
MARK = b"\x1e"
PROMPT = b"rescue# "


def die_with_parent(number):
    """The kernel sends this process the signal NUMBER when its parent ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def fail(text, status=1):
    sys.stderr.write(f"guest.py: {text}\n")
    sys.exit(status)


# --- the disks


class Disk:
    """A line of the table."""

    def __init__(self, number, line):
        self.number = number  # among those of its kind
        self.line = line
        self.kind, self.serial, self.image, *words = line.split()
        if self.kind not in ("ahci", "nvme", "virtio", "scsi"):
            fail(f"no such kind of disk: {self.kind}", 2)
        self.sector = 512
        self.errors = []
        self.is_plugged = True
        self.is_read_only = False
        for word in words:
            name, _, value = word.partition("=")
            if name == "sector":
                self.sector = int(value)
            elif name == "errors":
                for span in value.split(","):
                    first, last = span.split("-")
                    self.errors += range(int(first), int(last) + 1)
            elif name == "unplugged":
                self.is_plugged = False
            elif name == "read-only":
                self.is_read_only = True
            else:
                fail(f"no such word for a disk: {word}", 2)

    def nodes(self):
        """What the device reads from, lowest first: file, errors, throttle."""
        below = f"{self.serial}-file"
        yield {"driver": "file", "node-name": below, "filename": self.image,
               "read-only": self.is_read_only}
        if self.errors:
            yield {"driver": "blkdebug", "node-name": f"{self.serial}-errors", "image": below,
                   "inject-error": [{"event": "none", "iotype": "read", "errno": 5, "once": False,
                                     "immediately": False, "sector": sector}
                                    for sector in self.errors]}
            below = f"{self.serial}-errors"
        yield {"driver": "qcow2" if self.image.endswith(".qcow2") else "raw",
               "node-name": f"{self.serial}-disk", "file": below, "read-only": self.is_read_only}

    def device(self):
        common = {"drive": f"{self.serial}-disk", "id": self.serial, "serial": self.serial}
        sectors = {"logical_block_size": self.sector, "physical_block_size": self.sector}
        if self.kind == "ahci":
            return {"driver": "ide-hd", "bus": f"ide.{self.number}", **common}
        if self.kind == "scsi":
            return {"driver": "scsi-hd", "bus": "scsi.0", **common, **sectors}
        driver = "nvme" if self.kind == "nvme" else "virtio-blk-pci"
        return {"driver": driver, "bus": self.slot(), **common, **sectors}

    def slot(self):
        """What it is plugged into, None where that is there anyway."""
        return f"{self.kind}{self.number}" if self.kind in SLOT_KINDS else None


def read_disks(path, counts=None):
    with open(path, encoding="utf-8") as table:
        lines = [line for line in table if line.strip() and not line.startswith("#")]
    counts = counts or collections.Counter()
    disks = []
    for line in lines:
        kind = line.split()[0]
        disks.append(Disk(counts[kind], line))
        counts[kind] += 1
    return disks


def write_disks(folder, disks):
    with open(f"{folder}/disks", "w", encoding="utf-8") as table:
        table.writelines(disk.line for disk in disks)


def find_disk(folder, serial):
    for disk in read_disks(f"{folder}/disks"):
        if disk.serial == serial:
            return disk
    fail(f"no disk has the serial number {serial}", 2)


# --- the machine


def qemu_command(options, disks):
    folder = options.folder
    words = ["qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=512", "-M", "q35,graphics=off",
             "-cpu", "Nehalem", "-smp", "2", "-m", options.memory, "-nodefaults", "-no-user-config",
             "-display", "none", "-no-reboot", "-kernel", options.kernel, "-initrd", options.initrd,
             "-append", "console=ttyS2 loglevel=6 panic=-1 mitigations=off nokaslr no_timer_check rdinit=/init",
             "-qmp", f"unix:{folder}/qmp,server=on,wait=off",
             "-chardev", f"pipe,id=console,path={folder}/console", "-serial", "chardev:console",
             "-serial", f"unix:{folder}/agent,server=on,wait=off",
             "-serial", f"file:{folder}/kernel.log",
             "-device", "virtio-scsi-pci,id=scsi"]
    if options.share:
        words += ["-virtfs", f"local,path={options.share},mount_tag=share,security_model=none"]
    slots = [disk.slot() for disk in disks if disk.slot()]
    slots += [f"{kind}{number}" for kind in SLOT_KINDS for number in range(options.slots)]
    for number, slot in enumerate(dict.fromkeys(slots), 1):
        words += ["-device", f"pcie-root-port,id={slot},chassis={number},slot={number}"]
    for disk in disks:
        for node in disk.nodes():
            words += ["-blockdev", json.dumps(node)]
        if disk.is_plugged:
            words += ["-device", json.dumps(disk.device())]
    return words


def serve(options):
    if not options.stay:
        die_with_parent(signal.SIGTERM)
    os.makedirs(options.folder, exist_ok=True)
    disks = read_disks(options.disks)
    write_disks(options.folder, disks)
    for direction in ("in", "out"):
        os.mkfifo(f"{options.folder}/console.{direction}")
    with open(f"{options.folder}/qemu.log", "wb") as log:
        machine = subprocess.Popen(["nice", "-n", "5", *qemu_command(options, disks)], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log,
                                   preexec_fn=lambda: die_with_parent(signal.SIGKILL))

    def end(_number, _frame):
        machine.kill()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    try:
        return machine.wait(timeout=options.limit)
    except subprocess.TimeoutExpired:
        machine.kill()
        machine.wait()
        fail(f"the machine was ended after {options.limit} seconds")


# --- commands in the machine


class Agent:
    """The serial line on which commands are run."""

    def __init__(self, folder, limit):
        self.deadline = time.monotonic() + limit
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(f"{folder}/agent")
        self.buffer = b""

    def read(self, is_enough):
        """Reads until is_enough(buffer) tells how many bytes belong together; returns these."""
        while (count := is_enough(self.buffer)) is None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.line.settimeout(left)
            got = self.line.recv(65536)
            if not got:
                raise ConnectionError("the machine has ended")
            self.buffer += got
        got, self.buffer = self.buffer[:count], self.buffer[count:]
        return got

    def read_line(self):
        return self.read(lambda got: got.find(b"\n") + 1 or None)

    def run(self, command):
        number = str(time.monotonic_ns()).encode()
        self.line.sendall(number + b" " + base64.b64encode(command.encode()) + b"\n")
        while True:
            words = self.read_line().split()
            if words and words[0] == b"=" + number and len(words) == 4:
                break
        sizes = int(words[2]), int(words[3])
        output = self.read(lambda got: sizes[0] if len(got) >= sizes[0] else None)
        errors = self.read(lambda got: sizes[1] if len(got) >= sizes[1] else None)
        return int(words[1]), output, errors


def run(options):
    try:
        status, output, errors = Agent(options.folder, options.limit).run(options.command)
    except TimeoutError:
        fail(f"not done after {options.limit} seconds: {options.command}", 124)
    except OSError as error:
        fail(f"{error}: {options.command}", 125)
    sys.stdout.buffer.write(output)
    sys.stderr.buffer.write(errors)
    return status


def wait(options):
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        try:
            if Agent(options.folder, 2).run("true")[0] == 0:
                return 0
        except (OSError, TimeoutError):
            time.sleep(0.2)
    fail(f"the machine is not there after {options.seconds} seconds")


# --- QEMU itself


class Monitor:
    """QEMU's own line: a command, and its answer."""

    def __init__(self, folder):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(30)
        line.connect(f"{folder}/qmp")
        self.file = line.makefile("rw", encoding="utf-8")
        self.file.readline()
        self.run("qmp_capabilities")

    def next(self):
        return json.loads(self.file.readline())

    def run(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = self.next()
            if "error" in answer:
                fail(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def wait_event(self, name, device):
        while True:
            event = self.next()
            if event.get("event") == name and event["data"].get("device") == device:
                return


def throttle(options, bytes_a_second):
    disk = find_disk(options.folder, options.disk)
    backend = f"/machine/peripheral/{disk.serial}"
    if disk.kind == "virtio":
        backend += "/virtio-backend"
    zeros = {name: 0 for name in ("bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr")}
    Monitor(options.folder).run("block_set_io_throttle", id=backend, bps=bytes_a_second, **zeros)


def smart(options):
    disk = find_disk(options.folder, options.disk)
    Monitor(options.folder).run("qom-set", path=f"/machine/peripheral/{disk.serial}",
                                property="smart_critical_warning", value=options.bits)


def pull(options):
    """Where the bus of a disk does not know of pulling, the kernel of the guest is told."""
    disk = find_disk(options.folder, options.disk)
    if disk.kind == "ahci":
        return Agent(options.folder, 30).run(
            f"grep -l {disk.serial} /sys/block/sd*/device/vpd_pg80 | head -n 1 |"
            " { read -r at; echo 1 >${at%vpd_pg80}delete; }")[0]
    monitor = Monitor(options.folder)
    monitor.run("device_del", id=disk.serial)
    monitor.wait_event("DEVICE_DELETED", disk.serial)
    return 0


def plug(options):
    disk = find_disk(options.folder, options.disk)
    if disk.kind == "ahci":
        return Agent(options.folder, 30).run(
            "for host in /sys/class/scsi_host/*; do echo - - - >$host/scan; done")[0]
    device_add(Monitor(options.folder), disk)
    return 0


def device_add(monitor, disk):
    device = {name: str(value) if name.endswith("_size") else value
              for name, value in disk.device().items()}
    monitor.run("device_add", **device)


def insert(options):
    """One after the other, so that sda is the first of them."""
    there = read_disks(f"{options.folder}/disks")
    counts = collections.Counter(disk.kind for disk in there)
    monitor = Monitor(options.folder)
    agent = Agent(options.folder, 60)
    for disk in read_disks(options.table, counts):
        if disk.kind == "ahci":
            fail("an AHCI disk cannot be put into a running machine", 2)
        for node in disk.nodes():
            monitor.run("blockdev-add", **node)
        there.append(disk)
        write_disks(options.folder, there)
        if not disk.is_plugged:
            continue
        device_add(monitor, disk)
        agent.run("for i in $(seq 300); do"
                  f" grep -qs {disk.serial} /sys/block/*/serial /sys/block/*/device/serial"
                  " /sys/block/*/device/vpd_pg80 && exit; sleep 0.05; done")
    return 0


def remove(options):
    there = read_disks(f"{options.folder}/disks")
    monitor = Monitor(options.folder)
    goes = [disk for disk in there if not options.disk or disk.serial in options.disk]
    present = {device["name"] for device in
               monitor.run("qom-list", path="/machine/peripheral")}
    for disk in reversed(goes):
        if disk.serial in present:
            monitor.run("device_del", id=disk.serial)
            monitor.wait_event("DEVICE_DELETED", disk.serial)
        for node in reversed(list(disk.nodes())):
            monitor.run("blockdev-del", **{"node-name": node["node-name"]})
    write_disks(options.folder, [disk for disk in there if disk not in goes])
    return 0


def qmp(options):
    print(json.dumps(Monitor(options.folder).run(options.name, **json.loads(options.json))))
    return 0


# --- the serial console


class Console:
    """Passes on what comes and goes between a terminal and the console, as a KVM or IPMI client does.
    What is typed between two marks (0x1e) is a command for this side of the line: a hand that pulls
    a disk while somebody looks at the screen."""

    def __init__(self, folder, rate):
        self.folder = folder
        self.out = os.open(f"{folder}/console.out", os.O_RDONLY | os.O_NONBLOCK)
        self.keys = os.open(f"{folder}/console.in", os.O_WRONLY)
        # what waits in the pipe is what a real line would not have sent yet
        fcntl.fcntl(self.out, F_SETPIPE_SZ, 4096)
        self.rate = rate
        self.shown = b""
        self.typed = b""

    def read_until(self, text, seconds):
        """What comes behind TEXT; None where it does not come."""
        got = b""
        deadline = time.monotonic() + seconds
        while text not in got and time.monotonic() < deadline:
            try:
                got += os.read(self.out, 65536)
            except BlockingIOError:
                time.sleep(0.01)
        return got.split(text, 1)[1] if text in got else None

    def start(self, command):
        """Types COMMAND at the prompt and takes all before its first output."""
        begin = MARK + b"begin" + MARK
        # keys that came too late for the last command are taken back: Ctrl-U
        os.write(self.keys, b"\x15\n")
        if self.read_until(PROMPT, 5) is None:
            # what the last command left there goes; init gives a new prompt
            kill = threading.Thread(target=Agent(self.folder, 60).run,
                                    args=("kill -KILL -- -$(cat /run/console.pid)",))
            kill.start()
            if self.read_until(PROMPT, 60) is None:
                fail("the console does not answer")
            kill.join()
        os.write(self.keys, command.encode() + b"\n")
        self.shown = self.read_until(begin, 60)
        if self.shown is None:
            fail("the console does not run the command")

    def show(self):
        """Writes what came; returns the exit status once the command has ended."""
        text, mark, rest = self.shown.partition(MARK + b"end ")
        if not mark:
            # an end that has come in part waits for its rest
            held = text.rfind(MARK)
            text, rest = (text[:held], text[held:]) if held >= 0 else (text, b"")
        status, end, _ = rest.partition(MARK) if mark else (b"", b"", b"")
        write_all(1, text)
        self.shown = (MARK + b"end " if mark else b"") + rest
        return int(status) if end else None

    def type(self, keys):
        before, mark, rest = (self.typed + keys).partition(MARK)
        if self.typed:
            before, mark, rest = b"", MARK, (self.typed + keys)[1:]
        write_all(self.keys, before)
        command, end, after = rest.partition(MARK)
        self.typed = b"" if end or not mark else MARK + rest
        if end:
            subprocess.Popen(["sh", "-c", command.decode()], stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.type(after)

    def run(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.out, selectors.EVENT_READ)
            selector.register(0, selectors.EVENT_READ)
            while (status := self.show()) is None:
                for key, _ in selector.select():
                    if key.fd == 0:
                        keys = os.read(0, 4096)
                        if not keys:
                            return 129
                        self.type(keys)
                        continue
                    # a tenth of a second's worth at a time
                    self.shown += os.read(self.out, self.rate // 10 if self.rate else 65536)
                    if self.rate:
                        time.sleep(0.1)
            return status


def write_all(to, data):
    while data:
        data = data[os.write(to, data):]


def terminal(options):
    console = Console(options.folder, options.rate)
    console.start(options.command)
    settings = termios.tcgetattr(0) if os.isatty(0) else None
    if settings:
        tty.setraw(0)
    try:
        return console.run()
    finally:
        if settings:
            termios.tcsetattr(0, termios.TCSADRAIN, settings)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)

    def verb(name, function):
        sub = verbs.add_parser(name)
        sub.add_argument("folder")
        sub.set_defaults(function=function)
        return sub

    sub = verb("serve", serve)
    for name in ("kernel", "initrd"):
        sub.add_argument(f"--{name}", required=True)
    sub.add_argument("--disks", default="/dev/null")
    sub.add_argument("--slots", type=int, default=0, help="for NVMe and for virtio disks that come later")
    sub.add_argument("--share")
    sub.add_argument("--memory", default="1G")
    sub.add_argument("--limit", type=float, default=1800)
    sub.add_argument("--stay", action="store_true", help="when what started it has ended, too")
    verb("wait", wait).add_argument("seconds", type=float, nargs="?", default=300)
    sub = verb("run", run)
    sub.add_argument("--limit", type=float, default=600)
    sub.add_argument("command")
    sub = verb("terminal", terminal)
    sub.add_argument("--rate", type=int, default=0, help="bytes a second")
    sub.add_argument("command")
    verb("stall", lambda options: throttle(options, 1)).add_argument("disk")
    verb("flow", lambda options: throttle(options, 0)).add_argument("disk")
    sub = verb("slow", lambda options: throttle(options, options.bytes))
    sub.add_argument("disk")
    sub.add_argument("bytes", type=int)
    sub = verb("smart", smart)
    sub.add_argument("disk")
    sub.add_argument("bits", type=int)
    verb("pull", pull).add_argument("disk")
    verb("plug", plug).add_argument("disk")
    verb("insert", insert).add_argument("table")
    verb("remove", remove).add_argument("disk", nargs="*")
    sub = verb("qmp", qmp)
    sub.add_argument("name")
    sub.add_argument("json", nargs="?", default="{}")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = read_options()
    sys.exit(chosen.function(chosen))

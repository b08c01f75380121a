/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that the other screens use, explained in two sentences each. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

#define INDENT 4

struct word {
	const char *term;
	const char *text;
};

/* In the order of the alphabet. */
static const struct word words[] = {
	{N_("array"),
	 N_("Several disks or partitions that Linux joins into one device such as md0: "
	    "software RAID. Most kinds go on working while one member is missing; "
	    "the array is then called degraded.")},
	{N_("bind mount"), N_("A folder shown a second time at another place. Both places are the "
			      "same files: what is changed or deleted in one is changed or deleted "
			      "in the other.")},
	{N_("chroot"), N_("A shell for which the mounted system's folder is the root folder, so "
			  "that it uses that system's programs and files. The kernel is still "
			  "that of the rescue system, and the system's services do not run.")},
	{N_("container"), N_("Here: an encrypted device, which shows a readable one once it is "
			     "opened with a passphrase or a key file. Before that nobody can see "
			     "what is in it, not even which filesystem.")},
	{N_("ESP"), N_("The EFI system partition: a small FAT partition from which UEFI firmware "
		       "starts the boot loader. Installed systems have it at /boot/efi or at "
		       "/efi.")},
	{N_("faillock"),
	 N_("Counts wrong passwords of each account and locks it for a while, or until somebody "
	    "resets the count. The counts stand in /run/faillock or /var/run/faillock, older "
	    "systems have pam_tally2 for it.")},
	{N_("filesystem"), N_("The order in which files and folders lie on a device: ext4, XFS, "
			      "btrfs, NTFS and others. It has to be mounted before its files can "
			      "be reached.")},
	{N_("fstab"), N_("The file /etc/fstab of an installed system: which filesystem belongs "
			 "into which folder, and with which options. refloat reads it to mount "
			 "the whole system as the system itself would do it.")},
	{N_("GPT"), N_("The partition table of newer disks, where each partition has an identifier "
		       "and a name of its own. A second copy lies at the end of the disk and is "
		       "read when the first one is damaged.")},
	{N_("guess"), N_("A device that refloat inferred, because the fstab names it in a way that "
			 "is no longer true here, such as /dev/hda1. The reason stands beside it, "
			 "and nothing is mounted on a guess before you agree.")},
	{N_("initramfs"), N_("A small bundle of programs beside the kernel that runs first when a "
			     "server starts, and finds the root filesystem. If it lacks a driver "
			     "the server stops there, often at a prompt of its own.")},
	{N_("journal replay"), N_("A filesystem notes its changes in a journal first; after a "
				  "crash, mounting it read-write completes those that were under "
				  "way. That writes to the disk, so refloat never does it to look "
				  "or to mount read-only, and the files seen then may be a little "
				  "older.")},
	{N_("LABEL"), N_("A name that somebody gave to a filesystem, such as home. Two disks may "
			 "carry the same one; refloat then asks and picks neither.")},
	{N_("logical volume"), N_("A device cut out of the space of a volume group (LVM), used as "
				  "a partition is used. It may lie on several disks and can be "
				  "made larger later.")},
	{N_("loop device"), N_("A file, or a part of a disk, shown as a device of its own, such as "
			       "/dev/loop0. refloat looks into filesystems through read-only "
			       "ones, so that looking cannot change them.")},
	{N_("LUKS"), N_("The usual encryption of disks on Linux. Any one of several passphrases or "
			"key files opens it; without the header at its start nothing does.")},
	{N_("MBR"), N_("The older partition table, in the first sector of the disk: four primary "
		       "partitions, of which one may hold further, logical ones. It has no second "
		       "copy, and reaches 2 TiB far on most disks.")},
	{N_("mount point"), N_("The folder in which a mounted filesystem appears. What lay in the "
			       "folder before is hidden meanwhile, not deleted.")},
	{N_("multipath"), N_("One disk that the server reaches over several cables, and that shows "
			     "as several disks. "
			     "The device joined from them is the one to use.")},
	{N_("noauto"), N_("An option in a line of the fstab: not to be mounted when the system "
			  "starts. refloat leaves such lines out as well, and lets you switch "
			  "them on.")},
	{N_("PAM"), N_("The rules in /etc/pam.d by which a system decides who may log in and how: "
		       "each rule asks a module, for example for the password. A rule that is "
		       "broken, or whose module is missing, can keep everybody out.")},
	{N_("partition"), N_("A part of a disk with a number, such as sda1, as the partition table "
			     "has it. It holds a filesystem, swap, or a member of something "
			     "bigger.")},
	{N_("PARTUUID"), N_("The identifier of a partition. It stands in the partition table and "
			    "not in the filesystem, so it stays when the partition is formatted "
			    "anew.")},
	{N_("plan"), N_("The list of steps that an operation would take, shown before anything is "
			"done. Each step can be read as a sentence or as the shell command that "
			"does the same.")},
	{N_("RAID member"), N_("A disk or partition that is one part of an array. It must not be "
			       "mounted or mended by itself: a change to one member alone damages "
			       "the array.")},
	{N_("read-only"), N_("Mounted so that files can be read and nothing on the disk changes. "
			     "Choose it for a disk that may be dying, and where traces must stay, "
			     "for example after a break-in.")},
	{N_("rescue system"), N_("The system that runs now, from memory, a stick or the network, "
				 "so that the installed one can be mended. What you change in it "
				 "is usually gone when the machine starts again.")},
	{N_("root filesystem"),
	 N_("The filesystem of an installed system that has /, with /etc and its fstab. All others "
	    "are mounted into its folders.")},
	{N_("SAM"), N_("The file in which Windows keeps its local accounts and the hashes of their "
		       "passwords, a part of its registry. Microsoft accounts and accounts of a "
		       "domain are kept elsewhere.")},
	{N_("shadow"), N_("The file /etc/shadow: for each account the hash of its password, and "
			  "until when both are good. A ! in front of the hash locks the password, "
			  "a * means that there is none.")},
	{N_("signature"),
	 N_("The bytes at a fixed place by which one sees what is on a device. Old ones can be "
	    "left "
	    "over from earlier use; where two contradict each other refloat does not pick one.")},
	{N_("sshd_config"),
	 N_("The settings of the SSH server, in /etc/ssh: whether root may log in, whether with a "
	    "password or a key, and which users may. Of a setting that stands twice the first one "
	    "counts, and Match blocks change it for some users or hosts.")},
	{N_("step"), N_("One act of a plan, such as mounting one filesystem. It is noted before it "
			"begins, so that it can be undone even if the program is killed in the "
			"middle of it.")},
	{N_("subvolume"), N_("A part of a btrfs filesystem that can be mounted like a filesystem "
			     "of its own. Many systems keep / and /home in two of them, named @ "
			     "and @home.")},
	{N_("superblock"), N_("The place in a filesystem that says what it is and where all the "
			      "rest lies. If it is damaged the filesystem cannot be mounted, but "
			      "many kinds have spare copies.")},
	{N_("swap"), N_("Disk space that a system uses as if it were memory. A rescue does not "
			"need it, unless memory is short.")},
	{N_("tmpfs"), N_("A filesystem in memory, whose files are gone when the machine stops. "
			 "Nothing of it is on a disk, so there is nothing to rescue in it.")},
	{N_("undo"), N_("Takes back what an operation did, the last step first. refloat remembers "
			"the steps even if the line drops or the program is killed.")},
	{N_("UUID"), N_("The long identifier that a filesystem gets when it is made, and keeps "
			"wherever the disk is plugged in. A copy of the disk has the same one; "
			"if both are here refloat picks neither.")},
	{N_("volume group"), N_("Disks or partitions that LVM joins into one pool of space. "
				"Logical volumes are cut out of it.")},
	{N_("WWN"),
	 N_("A number that the maker gave to a disk, and no other disk has. It is printed on many "
	    "disks, so that the right one can be pulled.")},
};

static void open_glossary(struct app *app, void *state, const void *argument)
{
	struct reading *reading = state;

	(void)app;	/* words are the same on every machine */
	(void)argument; /* there is none */
	text_view_init(&reading->view, 0);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (i > 0)
			text_view_add_blank(&reading->view);
		text_view_add_paragraph(&reading->view, ROLE_HEADING, 0, 0, _(words[i].term));
		text_view_add_paragraph(&reading->view, ROLE_NORMAL, INDENT, INDENT,
					_(words[i].text));
	}
}

static const struct binding bindings[] = {{.key = 0}};

const struct screen_class screen_glossary = {
	.name = "glossary",
	.title = N_("Words"),
	.help = N_("The words that refloat uses for disks and systems, each in two sentences, in "
		   "the order of the alphabet.\n"
		   "Type / and a part of a word to find it."),
	.bindings = bindings,
	.state_size = sizeof(struct reading),
	.open = open_glossary,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.close = reading_close,
};

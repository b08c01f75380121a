/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disk images given with --image. */
#include "storage/image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/process.h"
#include "base/root.h"
#include "storage/module.h"

#define MAGIC_BYTES 1024
#define NBD_MAX 64
#define TOOL_TIMEOUT_MS 30000

/* Formats that are no plain image of a disk, by their first bytes. */
static const struct {
	const char *bytes;
	size_t length;
	size_t offset;
	const char *name; /* for people, and qemu-img's own word where it knows the format */
	bool can_convert;
} formats[] = {
	{"QFI\xfb", 4, 0, "qcow2", true},
	{"KDMV", 4, 0, "vmdk", true},
	{"# Disk Descriptor", 17, 0, "vmdk", true},
	{"conectix", 8, 0, "vhd", true},
	{"vhdxfile", 8, 0, "vhdx", true},
	{"\x7f\x10\xda\xbe", 4, 64, "vdi", true},
	{"\x1f\x8b", 2, 0, "gzip", false},
	{"BZh", 3, 0, "bzip2", false},
	{"\xfd""7zXZ", 5, 0, "xz", false},
	{"\x28\xb5\x2f\xfd", 4, 0, "zstd", false},
	{"PK\x03\x04", 4, 0, "zip", false},
};

static int find_format(const char *bytes, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (formats[i].offset + formats[i].length <= length &&
		    memcmp(bytes + formats[i].offset, formats[i].bytes, formats[i].length) == 0)
			return (int)i;
	}
	return -1;
}

static int refuse_format(const char *file, int format, struct problem *why)
{
	const char *name = formats[format].name;

	(void)problem_set(why, -EINVAL, file, _("this is a %s file, not a plain disk image"), name);
	if (formats[format].can_convert)
		problem_set_next(why, _("Convert it: qemu-img convert -O raw %s disk.img"),
				       file);
	else
		problem_set_next(why, _("Unpack it first."));
	return -EINVAL;
}

/* A network block device that nothing uses; the caller frees; NULL: none. */
static char *find_free_nbd(const struct root *root)
{
	for (int i = 0; i < NBD_MAX; i++) {
		_cleanup_free_ char *size_file = text_format("sys/class/block/nbd%d/size", i);
		uint64_t size = 0;

		if (root_read_u64(root, size_file, &size) == 0 && size == 0)
			return text_format("/dev/nbd%d", i);
	}
	return NULL;
}

/* qemu-nbd returns before the kernel knows the size. */
static int wait_for_size(const struct root *root, const char *node)
{
	_cleanup_free_ char *size_file = text_format("sys/class/block/%s/size", node + 5);
	uint64_t size = 0;

	for (int i = 0; i < 100; i++) {
		if (root_read_u64(root, size_file, &size) == 0 && size)
			return 0;
		(void)poll(NULL, 0, 50);
	}
	return -ETIMEDOUT;
}

/*
 * FILE in qemu-nbd's words for an image that others may write to: it is looked at for as long as the
 * program runs, and mounted meanwhile. A comma in its name is doubled. The caller frees.
 */
static char *format_shared(const char *file)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_free_ char *name = NULL;

	text_list_split(&parts, file, ",");
	name = text_list_join(&parts, ",,");
	return text_format("driver=qcow2,force-share=on,file.driver=file,file.filename=%s", name);
}

static int attach_qcow2(const char *file, struct text_list *attached, char **ret_node,
			struct problem *why)
{
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *node = NULL, *option = NULL, *what = NULL;
	int r = root_open("/", &root, why);

	if (r < 0)
		return r;
	node = find_free_nbd(root);
	if (!node && !root_has_folder(root, "sys/class/block/nbd0")) {
		module_load("nbd");
		node = find_free_nbd(root);
	}
	if (!node) {
		(void)problem_set(why, -EOPNOTSUPP, file, _("a qcow2 image, and this kernel has no free "
							"network block device (nbd)"));
		problem_set_next(why, _("Load it with \"modprobe nbd\", or convert the image: "
					      "qemu-img convert -O raw %s disk.img"), file);
		return -EOPNOTSUPP;
	}
	option = text_format("--connect=%s", node);
	what = format_shared(file);
	{
		const char *const command[] = {"qemu-nbd", "--read-only", option, "--image-opts",
					       what, NULL};

		r = process_run_checked(command, TOOL_TIMEOUT_MS, NULL, why);
	}
	if (r < 0)
		return r;
	text_list_add(attached, node);
	r = wait_for_size(root, node);
	if (r < 0)
		return problem_set(why, r, file, _("%s did not get ready"), node);
	*ret_node = TAKE_PTR(node);
	return 0;
}

void image_detach(const struct text_list *attached)
{
	for (size_t i = 0; i < attached->count; i++) {
		const char *const command[] = {"qemu-nbd", "--disconnect", attached->items[i],
					       NULL};

		/* read-only, so that nothing is lost where it stays attached */
		(void)process_run_checked(command, TOOL_TIMEOUT_MS, NULL, NULL);
	}
}

static int check_file(const char *file, struct stat *status, struct problem *why)
{
	/* a wrong name is a wrong argument, whatever the system calls it */
	if (stat(file, status) < 0)
		return problem_set(why, -EINVAL, file, "%s", strerror(errno));
	if (S_ISDIR(status->st_mode)) {
		(void)problem_set(why, -EINVAL, file, _("is a folder, not a disk image"));
		problem_set_next(why, _("Name the image file itself; for a recorded machine "
					      "use --sysroot."));
		return -EINVAL;
	}
	if (!S_ISREG(status->st_mode) && !S_ISBLK(status->st_mode))
		return problem_set(why, -EINVAL, file, _("is neither a file nor a block device"));
	if (S_ISREG(status->st_mode) && status->st_size < 512)
		return problem_set(why, -EINVAL, file, _("is too short to be a disk image"));
	return 0;
}

static bool has_name(const struct machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->count; i++) {
		if (text_is_equal(machine->devices[i]->name, name))
			return true;
	}
	return false;
}

static void add_image(struct machine *machine, const char *path, const char *node, uint64_t size)
{
	const char *base = strrchr(path, '/') + 1;
	struct device *device = device_new(DEVICE_IMAGE, has_name(machine, base) ? path : base);

	device->path = text_copy(node ? node : path);
	device->backing_file = text_copy(path);
	device->position = (unsigned)machine->count + 1;
	device->size = size;
	device->sector_size = 512;
	device->physical_sector_size = 512;
	device->state = DEVICE_PROBING;
	machine_add(machine, device);
}

int image_open(const char *file, struct machine *machine, struct text_list *attached,
	       struct problem *why)
{
	_cleanup_free_ char *path = realpath(file, NULL), *node = NULL;
	_cleanup_close_ int fd = -1;
	char magic[MAGIC_BYTES] = "";
	struct stat status;
	ssize_t length;
	int format, r = check_file(file, &status, why);

	if (r < 0)
		return r;
	if (!path)
		return problem_set_errno(why, -errno, file);
	for (size_t i = 0; i < machine->count; i++) {
		if (text_is_equal(machine->devices[i]->backing_file, path))
			return problem_set(why, -EINVAL, file, _("is given twice"));
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return problem_set_errno(why, -errno, file);
	length = pread(fd, magic, sizeof(magic), 0);
	if (length < 0)
		return problem_set_errno(why, -errno, file);
	format = find_format(magic, (size_t)length);
	if (format > 0)
		return refuse_format(file, format, why);
	r = format == 0 ? attach_qcow2(path, attached, &node, why) : 0;
	if (r < 0)
		return r;
	add_image(machine, path, node, format < 0 ? (uint64_t)status.st_size : 0);
	return 0;
}

int image_check(const struct device *image, struct problem *why)
{
	if (image->state != DEVICE_OK || image->content.type || image->content.lost ||
	    image->content.is_ambiguous || image->table.type || image->table.note)
		return 0;
	(void)problem_set(why, -EINVAL, image->backing_file,
			  _("no disk image: it has no partition table and no filesystem"));
	problem_set_next(why, _("Check the name. An image of a whole disk or of one partition "
				      "will do."));
	return -EINVAL;
}

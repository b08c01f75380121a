/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word from the kernel that a block device came, went or changed. */
#include "storage/hotplug.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"

#define KERNEL_GROUP 1	  /* of netlink's multicast groups; udev's own messages are in 2 */
#define MESSAGE_MAX 8192  /* the kernel's have at most half of it */
#define MESSAGES_MAX 4096 /* taken in one go, so that a flood leaves time for keys */

struct hotplug {
	int fd;
	char *message; /* MESSAGE_MAX bytes */
};

static int open_socket(int *ret_fd)
{
	struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
					NETLINK_KOBJECT_UEVENT);
	int on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int hotplug_open(struct hotplug **ret_hotplug, struct problem *why)
{
	struct hotplug *hotplug;
	int fd = -1, r = open_socket(&fd);

	if (r < 0)
		return problem_set_errno(why, r, _("hear of disks that come and go"));
	hotplug = alloc_zero(1, sizeof(*hotplug));
	hotplug->fd = fd;
	hotplug->message = alloc_zero(MESSAGE_MAX, 1);
	*ret_hotplug = hotplug;
	return 0;
}

int hotplug_fd(const struct hotplug *hotplug)
{
	return hotplug->fd;
}

/* Anybody may send to a netlink socket; the kernel's own have no sender, and root's credentials. */
static bool is_from_kernel(struct msghdr *header)
{
	const struct sockaddr_nl *sender = header->msg_name;
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	struct ucred credentials;

	if (header->msg_namelen != sizeof(*sender) || sender->nl_pid != 0 || !control ||
	    control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_CREDENTIALS)
		return false;
	memcpy(&credentials, CMSG_DATA(control), sizeof(credentials));
	return credentials.uid == 0;
}

/* MESSAGE is "add@/devices/...", then "NAME=value" strings, each with its NUL. */
static bool is_of_block_device(const char *message, size_t length)
{
	static const char wanted[] = "SUBSYSTEM=block";
	const char *end = message + length, *at = message, *next;

	for (; at < end; at = next + 1) {
		next = memchr(at, '\0', (size_t)(end - at));
		if (!next)
			return false;
		if (strcmp(at, wanted) == 0)
			return true;
	}
	return false;
}

enum received {
	RECEIVED_NOTHING, /* there is no more */
	RECEIVED_OTHER,
	RECEIVED_NEWS,
};

static enum received receive(struct hotplug *hotplug)
{
	struct sockaddr_nl sender = {0};
	struct iovec part = {hotplug->message, MESSAGE_MAX};
	union {
		struct cmsghdr header; /* for its alignment */
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct msghdr header = {
		.msg_name = &sender,
		.msg_namelen = sizeof(sender),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(hotplug->fd, &header, 0);

	if (length < 0 && errno == EINTR)
		return RECEIVED_OTHER;
	if (length < 0)
		return errno == ENOBUFS ? RECEIVED_NEWS : RECEIVED_NOTHING; /* some were lost */
	if (!is_from_kernel(&header))
		return RECEIVED_OTHER;
	if (header.msg_flags & MSG_TRUNC)
		return RECEIVED_NEWS;
	return is_of_block_device(hotplug->message, (size_t)length) ? RECEIVED_NEWS
								    : RECEIVED_OTHER;
}

bool hotplug_read(struct hotplug *hotplug)
{
	bool is_news = false;

	for (int i = 0; i < MESSAGES_MAX; i++) {
		enum received received = receive(hotplug);

		if (received == RECEIVED_NOTHING)
			break;
		is_news = is_news || received == RECEIVED_NEWS;
	}
	return is_news;
}

struct hotplug *hotplug_free(struct hotplug *hotplug)
{
	if (!hotplug)
		return NULL;
	(void)close(hotplug->fd); /* only read from */
	free(hotplug->message);
	free(hotplug);
	return NULL;
}

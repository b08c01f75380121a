/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands for the sshd of a target. /etc/fake says what it does: "say" prints /etc/fake.out and
 * /etc/fake.err and exits with 0 where there is no such error, "patched" prints the settings in
 * front of the first Match and then defaults of its own, which forbid everything, "users" denies
 * whom it is asked for, "hang" goes on for ever with a child beside it, "flood" writes without end,
 * "look" tells what it finds around it as faults of its settings, of which each has a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <netinet/in.h>

static bool copy(const char *path, FILE *to)
{
	FILE *from = fopen(path, "re");
	int byte;

	if (!from)
		return false;
	while ((byte = getc(from)) != EOF)
		(void)putc(byte, to);
	(void)fclose(from);
	return true;
}

static int say(void)
{
	(void)copy("/etc/fake.out", stdout);
	return copy("/etc/fake.err", stderr) ? 255 : 0;
}

/* The first value counts for whoever reads that. */
static int patched(void)
{
	FILE *file = fopen("/etc/ssh/sshd_config", "re");
	char line[256];

	while (file && fgets(line, sizeof(line), file) && strncmp(line, "Match", 5) != 0)
		(void)fputs(line, stdout);
	if (file)
		(void)fclose(file);
	(void)puts(
		"permitrootlogin no\npasswordauthentication no\nkbdinteractiveauthentication no\n"
		"usepam no\npubkeyauthentication no\nauthenticationmethods any");
	return 0;
}

/* "sshd -T -C user=NAME,host=..." */
static int users(const char *connection)
{
	const char *name = connection ? strchr(connection, '=') : NULL;

	(void)puts("passwordauthentication yes\npubkeyauthentication yes\npermitrootlogin yes");
	if (name)
		(void)printf("denyusers %.*s\n", (int)strcspn(name + 1, ","), name + 1);
	return 0;
}

static _Noreturn void hang(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	if (fork() == 0)
		(void)setsid();
	for (;;)
		(void)pause();
}

static _Noreturn void flood(void)
{
	for (;;)
		(void)puts("passwordauthentication yes");
}

static void tell(unsigned line, const char *what, bool is_so)
{
	(void)fprintf(stderr, "/etc/ssh/sshd_config: line %u: Bad configuration option: %s-%s\n",
		      line, what, is_so ? "yes" : "no");
}

static bool can_write(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd >= 0 && close(fd) == 0;
}

static bool has_network(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_there;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	is_there = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	(void)close(fd);
	return is_there;
}

static bool has_descriptors(void)
{
	for (int fd = 3; fd < 256; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			return true;
	}
	return false;
}

static int look(void)
{
	tell(1, "writes", can_write("/etc/written"));
	tell(2, "remounts", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0);
	tell(3, "nodes", mknod("/run/node", S_IFBLK | 0600, makedev(7, 0)) == 0);
	tell(4, "network", has_network());
	tell(5, "descriptors", has_descriptors());
	tell(6, "terminal", open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0 || isatty(0));
	tell(7, "first", getpid() == 1);
	tell(8, "null", can_write("/dev/null"));
	tell(9, "folder", access("/run/sshd", F_OK) == 0);
	tell(10, "owner", chown("/run/sshd", 1, 1) == 0);
	return 1;
}

int main(int argc, char **argv)
{
	char word[16] = "";
	FILE *file = fopen("/etc/fake", "re");

	if (!file || fscanf(file, "%15s", word) != 1)
		return 2;
	(void)fclose(file);
	if (strcmp(word, "hang") == 0)
		hang();
	if (strcmp(word, "flood") == 0)
		flood();
	if (strcmp(word, "patched") == 0)
		return patched();
	if (strcmp(word, "users") == 0)
		return users(argc > 3 ? argv[3] : NULL);
	return strcmp(word, "look") == 0 ? look() : say();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pseudo-terminal for a program that asks. */
#include "base/question.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

int question_open(int *ret_ours, int *ret_its)
{
	_cleanup_close_ int ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), its = -1;
	struct termios mode;
	char name[64]; /* "/dev/pts/5": the kernel's own word */

	if (ours < 0 || grantpt(ours) < 0 || unlockpt(ours) < 0)
		return -errno;
	if (ptsname_r(ours, name, sizeof(name)) != 0)
		return -errno;
	its = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (its < 0 || tcgetattr(its, &mode) < 0)
		return -errno;
	mode.c_iflag = 0;
	mode.c_oflag &= ~(tcflag_t)OPOST;
	mode.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG | IEXTEN);
	mode.c_lflag |= ICANON;
	if (tcsetattr(its, TCSANOW, &mode) < 0)
		return -errno;
	*ret_ours = TAKE_FD(ours);
	*ret_its = TAKE_FD(its);
	return 0;
}

bool question_waits(int ours)
{
	struct termios mode;

	return tcgetattr(ours, &mode) == 0 && !(mode.c_lflag & ICANON);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that has the terminal to itself for a while, as a shell's job in the foreground. */
#ifndef REFLOAT_BASE_FOREGROUND_H
#define REFLOAT_BASE_FOREGROUND_H

#include <sys/types.h>

/*
 * In the child, before it runs the program: a process group of its own that has the terminal, so
 * that what is typed there (Ctrl-C, Ctrl-Z) is for it alone.
 */
void foreground_take(void);

/* Gives the terminal to the process group GROUP; nothing where there is no terminal. */
void foreground_give(pid_t group);

/*
 * Waits until the child PID ends that has called foreground_take, takes the terminal back and
 * returns its wait status. When SIGTERM or SIGHUP come, the child is hung up, a second later killed,
 * and the signal stays pending for our own handlers. A child that stops itself goes on at once.
 */
int foreground_wait(pid_t pid);

#endif

# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A new login hears of work that outlived the last one: one line for each job of refloat that runs or
# was cut off. Silent where there is none, where refloat is not found, and in shells of scripts.
case $- in
*i*)
	if [ -r /run/refloat/jobs ] && command -v refloat >/dev/null 2>&1; then
		refloat jobs --running 2>/dev/null
	fi
	;;
esac

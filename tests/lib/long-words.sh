#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A language with longer words: all texts of the program with 40% more letters, as a .mo file.
#
#   long-words.sh FILE
set -eu -o pipefail
file=$(readlink -f "$(dirname "$1")")/$(basename "$1")
cd "${top_srcdir:-$(dirname "$0")/../..}"
xgettext --files-from=po/POTFILES.in --output=- --keyword=_ --keyword=N_ --keyword=P_:1,2 \
	--from-code=UTF-8 --no-location --no-wrap | sed 's/charset=CHARSET/charset=UTF-8/' |
	msgen --no-wrap - | awk '
	# 40% more letters at the end of each line, in words where it has words, and a mark behind
	# them that shows what was cut; in front of a newline or a colon there
	function lengthen(line,    letters, pad, i) {
		letters = int(size * 0.4) + 1
		if (size == 0)
			return line
		for (i = 1; i <= letters; i++)
			pad = pad (i % 8 == 0 && line ~ / / && i < letters ? " " : "e")
		match(line, /:? *(\\n)?"$/)
		return substr(line, 1, RSTART - 1) pad "~" substr(line, RSTART)
	}
	function flush() {
		if (held != "")
			print (in_text && entries > 1 ? lengthen(held) : held)
		held = ""
	}
	/^"/ {flush(); size = length($0) - 2; held = $0; next} # a line of a longer text
	{flush()}
	/^msgid / {size = length($0) - 8; in_text = 0; entries++; held = $0; next}
	/^msgid_plural/ {in_text = 0; held = $0; next}
	/^msgstr/ {in_text = 1; size = length($0) - 9; held = $0; next}
	{print}
	END {flush()}' | msgfmt -o "$file" -

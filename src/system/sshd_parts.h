/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the sshd_config reader share. */
#ifndef REFLOAT_SYSTEM_SSHD_PARTS_H
#define REFLOAT_SYSTEM_SSHD_PARTS_H

#include "system/sshd_config.h"

enum sshd_value_kind {
	SSHD_VALUE_ANY,
	SSHD_VALUE_YES_NO,
	SSHD_VALUE_ROOT, /* PermitRootLogin's words */
	SSHD_VALUE_PORT
};

struct sshd_keyword {
	const char *name; /* lower case */
	enum sshd_value_kind kind;
	bool adds_up;		   /* each line adds to the list */
	bool is_global;		   /* not in a Match block */
	const char *default_value; /* words with blanks between; NULL */
};

/* The keyword that NAME (any case) is, or an alias of; NULL: not known; borrowed. */
const struct sshd_keyword *sshd_keyword_find(const char *name);

/* NAME is a criterion of Match that sshd has. */
bool sshd_is_criterion(const char *name);

/* Bytes that stand in place of those of a file. */
struct sshd_text {
	const char *path; /* in-root, symlinks resolved */
	const char *bytes;
	size_t length;
};

/* As sshd_config_read, but that some files are others already. */
int sshd_config_read_changed(const struct root *root, const char *path,
			     const struct sshd_text *texts, size_t text_count,
			     struct sshd_config *ret_config);

/* A setting that is in force for a login (SSHD_YES), or may be (SSHD_DEPENDS). */
struct sshd_counted {
	const struct sshd_setting *setting; /* borrowed */
	enum sshd_answer answer;
};

/* All of a keyword that count, as sshd takes them: those in Match blocks first, then, where none of
 * them is certain, those outside; of one that does not add up none behind the first that is
 * certain. */
struct sshd_counting {
	struct sshd_counted *items;
	size_t count;
	size_t capacity;
	bool has_certain;
};

/* With LOGIN NULL those outside of Match blocks alone. */
void sshd_counting_find(const struct sshd_config *config, const struct sshd_keyword *keyword,
			const struct sshd_login *login, struct sshd_counting *ret_counting);
void sshd_counting_done(struct sshd_counting *counting);
#define _cleanup_sshd_counting_ _cleanup_(sshd_counting_done)

/* Fills in by_keyword, once all settings are there. */
void sshd_config_sort(struct sshd_config *config);

/* "user@host" against USER: the host is not known here, so that SSHD_DEPENDS comes of it. */
enum sshd_answer sshd_pattern_matches_user(const char *user, const char *pattern);

/* Whether SETTING is in force for LOGIN, by the Match blocks around it. */
enum sshd_answer sshd_setting_applies(const struct sshd_config *config,
				      const struct sshd_setting *setting,
				      const struct sshd_login *login);

/* METHOD alone is one of the WAYS of AuthenticationMethods, or any is: SSHD_YES; it is in one
 * together with others: SSHD_DEPENDS. */
enum sshd_answer sshd_ways_allow(const struct text_list *ways, const char *method);

/* What sshd has a part of its work done by since 9.8: where distributions have it. */
#define SSHD_HELPERS 10
extern const char *const sshd_helpers[SSHD_HELPERS];

/* WORD is among the bytes of the program, as those are that it knows: an old one has not the newer
 * words. True where there is no program to ask. */
bool sshd_program_has(const struct root *root, const char *word);

/* The words of a line: quotes, backslashes, "#" before a word; the first word also ends at "=". */
void sshd_split_words(const char *text, struct text_list *words);

#endif

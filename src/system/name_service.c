/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A target's nsswitch.conf: which sources it takes accounts from. */
#include "system/name_service.h"

#include <string.h>

#include "base/i18n.h"
#include "system/config_lines.h"

static const struct name_source sources[] = {
	{"files", NAME_SOURCE_FILES, N_("its own files"), "/etc/passwd"},
	{"compat", NAME_SOURCE_FILES, N_("its own files, with NIS where they say so"),
	 "/etc/passwd"},
	{"altfiles", NAME_SOURCE_LOCAL, N_("files of the system image"), "/usr/lib/passwd"},
	{"usrfiles", NAME_SOURCE_LOCAL, N_("files of the distribution"), "/usr/etc/passwd"},
	{"extrausers", NAME_SOURCE_LOCAL, N_("further files"), "/var/lib/extrausers/passwd"},
	{"db", NAME_SOURCE_LOCAL, N_("databases made of files"), "/var/db/passwd.db"},
	{"tcb", NAME_SOURCE_LOCAL, N_("a shadow file for each account"), "/etc/tcb"},
	{"cache", NAME_SOURCE_LOCAL, N_("files copied from a server"), "/etc/passwd.cache"},
	{"systemd", NAME_SOURCE_DYNAMIC, N_("systemd (homed, dynamic users)"),
	 "/var/lib/systemd/home"},
	{"mymachines", NAME_SOURCE_DYNAMIC, N_("containers of systemd"), NULL},
	{"sss", NAME_SOURCE_REMOTE, N_("SSSD"), "/etc/sssd/sssd.conf"},
	{"ldap", NAME_SOURCE_REMOTE, N_("LDAP"), "/etc/nslcd.conf"},
	{"nis", NAME_SOURCE_REMOTE, N_("NIS"), "/etc/yp.conf"},
	{"nisplus", NAME_SOURCE_REMOTE, N_("NIS+"), NULL},
	{"winbind", NAME_SOURCE_REMOTE, N_("a Windows domain (winbind)"), "/etc/samba/smb.conf"},
	{"wins", NAME_SOURCE_REMOTE, N_("a Windows domain (winbind)"), "/etc/samba/smb.conf"},
	{"hesiod", NAME_SOURCE_REMOTE, N_("Hesiod"), "/etc/hesiod.conf"},
	{"centrifydc", NAME_SOURCE_REMOTE, N_("Centrify"), "/etc/centrifydc/centrifydc.conf"},
	{"vas4", NAME_SOURCE_REMOTE, N_("Active Directory (VAS)"), "/etc/opt/quest/vas/vas.conf"},
	{"lsass", NAME_SOURCE_REMOTE, N_("Active Directory (PBIS)"), NULL},
	{"oslogin", NAME_SOURCE_REMOTE, N_("OS Login of Google Cloud"), NULL},
	{"cache_oslogin", NAME_SOURCE_REMOTE, N_("OS Login of Google Cloud"),
	 "/etc/oslogin_passwd.cache"},
	{"aad", NAME_SOURCE_REMOTE, N_("Microsoft Entra ID"), NULL},
	{"himmelblau", NAME_SOURCE_REMOTE, N_("Microsoft Entra ID"),
	 "/etc/himmelblau/himmelblau.conf"},
};

const struct name_source *name_source_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		if (strcmp(sources[i].name, name) == 0)
			return &sources[i];
	}
	return NULL;
}

/* Adds the words of TEXT, with what stands in brackets left out. */
static void take_sources(char *text, struct text_list *list)
{
	char *open;

	while ((open = strchr(text, '[')) != NULL) {
		char *close = strchr(open, ']');

		memset(open, ' ', close ? (size_t)(close - open) + 1 : strlen(open));
	}
	text_list_split(list, text, " \t");
}

/* The last line for a database counts, as the C library overwrites what it had. */
void name_service_parse(const char *text, size_t length, const char *file, const char *database,
			struct name_service *ret_service)
{
	struct name_service service = {0};
	struct config_lines lines;
	char *next;

	config_lines_init(&lines, text, length, false);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *colon, *start;

		line[strcspn(line, "#")] = '\0';
		colon = strchr(line, ':');
		if (!colon)
			continue;
		*colon = '\0';
		start = text_trim(line);
		if (strcmp(start, database) != 0)
			continue;
		text_list_done(&service.sources);
		take_sources(colon + 1, &service.sources);
		text_set(&service.file, file);
		service.line = lines.line;
	}
	if (!service.file)
		text_list_add(&service.sources, "files");
	*ret_service = service;
}

void name_service_read(const struct root *root, const char *database,
		       struct name_service *ret_service)
{
	static const char *const paths[] = {"/etc/nsswitch.conf", "/usr/etc/nsswitch.conf"};
	const char *path = NULL;
	size_t length = 0;
	_cleanup_free_ char *text =
		config_read_first(root, paths, ARRAY_SIZE(paths), &path, &length);

	name_service_parse(text ? text : "", length, path, database, ret_service);
}

void name_service_done(struct name_service *service)
{
	text_list_done(&service->sources);
	free(service->file);
	*service = (struct name_service){0};
}

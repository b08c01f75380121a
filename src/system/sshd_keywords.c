/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keywords of sshd_config, of old and new versions and of what distributions add. */
#include <string.h>

#include "base/alloc.h"
#include "system/sshd_parts.h"

/* Those whose values are looked at. */
static const struct sshd_keyword keywords[] = {
	{"permitrootlogin", SSHD_VALUE_ROOT, false, false, "prohibit-password"},
	{"passwordauthentication", SSHD_VALUE_YES_NO, false, false, "yes"},
	{"kbdinteractiveauthentication", SSHD_VALUE_YES_NO, false, false, "yes"},
	{"pubkeyauthentication", SSHD_VALUE_YES_NO, false, false, "yes"},
	{"permitemptypasswords", SSHD_VALUE_YES_NO, false, false, "no"},
	{"usepam", SSHD_VALUE_YES_NO, false, true, "no"},
	{"strictmodes", SSHD_VALUE_YES_NO, false, true, "yes"},
	{"allowusers", SSHD_VALUE_ANY, true, false, NULL},
	{"denyusers", SSHD_VALUE_ANY, true, false, NULL},
	{"allowgroups", SSHD_VALUE_ANY, true, false, NULL},
	{"denygroups", SSHD_VALUE_ANY, true, false, NULL},
	{"authorizedkeysfile", SSHD_VALUE_ANY, false, false,
	 ".ssh/authorized_keys .ssh/authorized_keys2"},
	{"authenticationmethods", SSHD_VALUE_ANY, false, false, "any"},
	{"port", SSHD_VALUE_PORT, true, true, "22"},
	{"listenaddress", SSHD_VALUE_ANY, true, true, NULL},
	{"hostkey", SSHD_VALUE_ANY, true, true, NULL},
	{"maxauthtries", SSHD_VALUE_ANY, false, false, "6"},
	{"authorizedkeyscommand", SSHD_VALUE_ANY, false, false, "none"},
	{"authorizedkeyscommanduser", SSHD_VALUE_ANY, false, false, NULL},
	{"chrootdirectory", SSHD_VALUE_ANY, false, false, "none"},
	{"forcecommand", SSHD_VALUE_ANY, false, false, "none"},
	{"pubkeyacceptedalgorithms", SSHD_VALUE_ANY, false, false, NULL},
	{"trustedusercakeys", SSHD_VALUE_ANY, false, false, "none"},
	{"gssapiauthentication", SSHD_VALUE_YES_NO, false, false, "no"},
	{"hostbasedauthentication", SSHD_VALUE_YES_NO, false, false, "no"},
	{"permittty", SSHD_VALUE_YES_NO, false, false, "yes"},
	{"maxsessions", SSHD_VALUE_ANY, false, false, "10"},
	{"revokedkeys", SSHD_VALUE_ANY, false, false, "none"},
	{"addressfamily", SSHD_VALUE_ANY, false, true, "any"},
};

static const struct {
	const char *name;
	const char *now;
} aliases[] = {
	{"challengeresponseauthentication", "kbdinteractiveauthentication"},
	{"skeyauthentication", "kbdinteractiveauthentication"},
	{"dsaauthentication", "pubkeyauthentication"},
	{"authorizedkeysfile2", "authorizedkeysfile"},
	{"pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms"},
	{"hostdsakey", "hostkey"},
};

/* Those that are only known to exist. */
static const struct sshd_keyword others[] = {
#define MATCHED(name)                                                                              \
	{                                                                                          \
		name, SSHD_VALUE_ANY, false, false, NULL                                           \
	}
#define GLOBAL(name)                                                                               \
	{                                                                                          \
		name, SSHD_VALUE_ANY, false, true, NULL                                            \
	}
	MATCHED("acceptenv"),
	MATCHED("allowagentforwarding"),
	MATCHED("allowstreamlocalforwarding"),
	MATCHED("allowtcpforwarding"),
	MATCHED("authorizedprincipalscommand"),
	MATCHED("authorizedprincipalscommanduser"),
	MATCHED("authorizedprincipalsfile"),
	MATCHED("banner"),
	MATCHED("casignaturealgorithms"),
	MATCHED("channeltimeout"),
	MATCHED("clientalivecountmax"),
	MATCHED("clientaliveinterval"),
	MATCHED("disableforwarding"),
	MATCHED("exposeauthinfo"),
	MATCHED("gatewayports"),
	MATCHED("hostbasedacceptedalgorithms"),
	MATCHED("hostbasedacceptedkeytypes"),
	MATCHED("hostbasedusesnamefrompacketonly"),
	MATCHED("ignorerhosts"),
	MATCHED("include"),
	MATCHED("ipqos"),
	MATCHED("kerberosauthentication"),
	MATCHED("kerberosusekuserok"),
	MATCHED("gssapienablek5users"),
	MATCHED("loglevel"),
	MATCHED("permitlisten"),
	MATCHED("permitopen"),
	MATCHED("permittunnel"),
	MATCHED("permituserrc"),
	MATCHED("pubkeyauthoptions"),
	MATCHED("refuseconnection"),
	MATCHED("rekeylimit"),
	MATCHED("requiredrsasize"),
	MATCHED("rsaminsize"),
	MATCHED("rdomain"),
	MATCHED("rhostsrsaauthentication"),
	MATCHED("rsaauthentication"),
	MATCHED("setenv"),
	MATCHED("streamlocalbindmask"),
	MATCHED("streamlocalbindunlink"),
	MATCHED("subsystem"),
	MATCHED("unusedconnectiontimeout"),
	MATCHED("x11displayoffset"),
	MATCHED("x11forwarding"),
	MATCHED("x11maxdisplays"),
	MATCHED("x11uselocalhost"),
	GLOBAL("afstokenpassing"),
	GLOBAL("ciphers"),
	GLOBAL("compression"),
	GLOBAL("debianbanner"),
	GLOBAL("fingerprinthash"),
	GLOBAL("gssapicleanupcredentials"),
	GLOBAL("gssapikexalgorithms"),
	GLOBAL("gssapikeyexchange"),
	GLOBAL("gssapistorecredentialsonrekey"),
	GLOBAL("gssapistrictacceptorcheck"),
	GLOBAL("hostcertificate"),
	GLOBAL("hostkeyagent"),
	GLOBAL("hostkeyalgorithms"),
	GLOBAL("ignoreuserknownhosts"),
	GLOBAL("keepalive"),
	GLOBAL("kerberosgetafstoken"),
	GLOBAL("kerberosorlocalpasswd"),
	GLOBAL("kerberostgtpassing"),
	GLOBAL("kerberosticketcleanup"),
	GLOBAL("kerberosuniqueccache"),
	GLOBAL("kexalgorithms"),
	GLOBAL("keyregenerationinterval"),
	GLOBAL("logingracetime"),
	GLOBAL("logverbose"),
	GLOBAL("macs"),
	GLOBAL("maxstartups"),
	GLOBAL("modulifile"),
	GLOBAL("pamauthenticationviakbdint"),
	GLOBAL("pamservicename"),
	GLOBAL("permituserenvironment"),
	GLOBAL("persourcemaxstartups"),
	GLOBAL("persourcenetblocksize"),
	GLOBAL("persourcepenalties"),
	GLOBAL("persourcepenaltyexemptlist"),
	GLOBAL("pidfile"),
	GLOBAL("printlastlog"),
	GLOBAL("printmotd"),
	GLOBAL("protocol"),
	GLOBAL("reversemappingcheck"),
	GLOBAL("rhostsauthentication"),
	GLOBAL("securitykeyprovider"),
	GLOBAL("serverkeybits"),
	GLOBAL("showpatchlevel"),
	GLOBAL("sshdauthpath"),
	GLOBAL("sshdsessionpath"),
	GLOBAL("syslogfacility"),
	GLOBAL("tcpkeepalive"),
	GLOBAL("usedns"),
	GLOBAL("uselogin"),
	GLOBAL("useprivilegeseparation"),
	GLOBAL("verifyreversemapping"),
	GLOBAL("versionaddendum"),
	GLOBAL("xauthlocation"),
#undef MATCHED
#undef GLOBAL
};

static const struct sshd_keyword *find_in(const struct sshd_keyword *list, size_t count,
					  const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (text_is_equal_ignoring_case(list[i].name, name))
			return &list[i];
	}
	return NULL;
}

const struct sshd_keyword *sshd_keyword_find(const char *name)
{
	const struct sshd_keyword *keyword;

	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		if (text_is_equal_ignoring_case(aliases[i].name, name))
			name = aliases[i].now;
	}
	keyword = find_in(keywords, ARRAY_SIZE(keywords), name);
	return keyword ? keyword : find_in(others, ARRAY_SIZE(others), name);
}

bool sshd_is_criterion(const char *name)
{
	static const char *const names[] = {
		"all",	   "user",    "group",	 "host",	 "localaddress", "localport",
		"rdomain", "address", "version", "invalid-user", "command",	 "sessiontype",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (text_is_equal_ignoring_case(names[i], name))
			return true;
	}
	return false;
}

/* One word at TEXT to BUFFER; returns what is behind it. */
static const char *take_word(const char *text, bool ends_at_equals, struct text_buffer *word)
{
	char quote = '\0';

	for (; *text && (quote || !strchr(ends_at_equals ? " \t=" : " \t", *text)); text++) {
		if (*text == '\\' && text[1] && strchr("\"'\\ ", text[1]))
			text++;
		else if (quote ? *text == quote : *text == '"' || *text == '\'') {
			quote = quote ? '\0' : *text;
			continue;
		}
		text_buffer_add(word, text, 1);
	}
	return text;
}

void sshd_split_words(const char *text, struct text_list *words)
{
	while (*(text += strspn(text, " \t\f\v\r")) && *text != '#') {
		_cleanup_text_buffer_ struct text_buffer word = {0};
		bool is_first = words->count == 0;

		text = take_word(text, is_first, &word);
		text_list_take(words, text_buffer_take(&word));
		if (is_first) {
			text += strspn(text, " \t");
			text += *text == '=';
		}
	}
}

const char *sshd_keyword_spelling(const char *keyword)
{
	static const char *const spellings[] = {
		"PermitRootLogin",
		"PasswordAuthentication",
		"KbdInteractiveAuthentication",
		"PubkeyAuthentication",
		"PermitEmptyPasswords",
		"UsePAM",
		"StrictModes",
		"AllowUsers",
		"DenyUsers",
		"AllowGroups",
		"DenyGroups",
		"AuthorizedKeysFile",
		"AuthenticationMethods",
		"AuthorizedKeysCommand",
		"TrustedUserCAKeys",
		"HostKey",
		"Port",
		"ListenAddress",
		"ForceCommand",
		"ChrootDirectory",
		"PubkeyAcceptedAlgorithms",
		"RequiredRSASize",
		"PermitTTY",
		"MaxSessions",
		"RevokedKeys",
	};
	const struct sshd_keyword *known = sshd_keyword_find(keyword);
	const char *name = known ? known->name : keyword;

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++) {
		if (text_is_equal_ignoring_case(spellings[i], name))
			return spellings[i];
	}
	return keyword;
}

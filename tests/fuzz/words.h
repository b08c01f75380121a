/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of the formats that decide who gets in, for fuzz_words of their targets. */
#ifndef REFLOAT_TESTS_FUZZ_WORDS_H
#define REFLOAT_TESTS_FUZZ_WORDS_H

/* passwd, shadow, group: lines, fields, and what stands in them */
#define ACCOUNT_WORDS                                                                              \
	"root:x:0:0:root:/root:/bin/bash\n", "anna:x:1000:100::/home/anna:/bin/sh\n",              \
		"anna:!$6$a$b:20000:0:99999:7:1:2:\n", "+anna::::::\n", "+@staff::::::\n",         \
		"+:::\n", "-bob\n", "wheel:x:10:anna,bob\n", ":x:", ":!",                          \
		":*:", ":!!:", "::", ":99999:", ":-1:", ",", "\r\n", "$1$", "$5$rounds=5000$a$b",  \
		"$y$j9T$a$b", "$2b$05$", "_J9..abcd", "##anna", ":/bin/false\n"

#define PAM_WORDS                                                                                  \
	"auth ", "account ", "password ", "session ", "-auth ", "required ", "requisite ",         \
		"sufficient ", "[success=1 default=ignore] ", "[default=die] ", "include login\n", \
		"substack other\n", "@include login\n", "\\\n", "pam_unix.so ", "pam_unix2.so ",   \
		"pam_tcb.so prefix=$2y$ count=8", "sha512 rounds=5000", "blowfish", "yescrypt",    \
		"auth required pam_faillock.so preauth\n",                                         \
		"account required pam_tally2.so deny=3\n", "auth required pam_tally.so\n",         \
		"account required pam_access.so fieldsep=|\n", "account required pam_time.so\n",   \
		"session required pam_limits.so\n", "* - maxlogins 0\n",                           \
		"auth required pam_shells.so\n", "auth required pam_nologin.so file=/x\n",         \
		"auth required pam_securetty.so\n",                                                \
		"auth required pam_listfile.so item=user sense=deny file=/x onerr=succeed "        \
		"apply=@a\n",                                                                      \
		"auth requisite pam_wheel.so group=wheel deny\n",                                  \
		"auth required pam_succeed_if.so user ingroup wheel\n",                            \
		"auth required /lib/security/$ISA/pam_gone.so\n", "even_deny_root",                \
		"unlock_time=never", "root_unlock_time=60", "fail_interval=900\n", "deny = 3\n",   \
		"dir=/run/faillock", "CRYPT_FILES=sha512\n", "BLOWFISH_CRYPT_FILES=8\n",           \
		"CRYPT=md5\n"

#define SSHD_WORDS                                                                                 \
	"Match User ann*,!bob\n", "Match Group wheel\n", "Match all\n", "Match exec x\n",          \
		"Match Address 10.0.0.0/8 LocalPort 22\n", "Match invalid-user\n", "Include x*\n", \
		"Include /etc/ssh/sshd_config\n", "Include /etc/ssh/x\n", "PermitRootLogin ",      \
		"without-password\n", "forced-commands-only\n", "PasswordAuthentication no\n",     \
		"KbdInteractiveAuthentication yes\n", "ChallengeResponseAuthentication no\n",      \
		"PubkeyAuthentication no\n", "UsePAM yes\n", "AllowUsers root anna@10.* !bob\n",   \
		"DenyUsers *\n", "AllowGroups wheel\n", "DenyGroups root ?\n",                     \
		"AuthenticationMethods publickey,password any\n",                                  \
		"AuthorizedKeysFile none %h/a /b/%u\n",                                            \
		"PubkeyAcceptedAlgorithms -ssh-rsa,+ssh-ed*\n", "StrictModes no\n",                \
		"MaxAuthTries 0\n", "ForceCommand /bin/x\n", "ChrootDirectory %h\n",               \
		"Port 2222\n", "ListenAddress ::1\n", "TrustedUserCAKeys /x\n",                    \
		"PermitEmptyPasswords yes\n", "yes", "no", "=", "#", "\""

#define SUDOERS_WORDS                                                                              \
	"User_Alias ADMINS = anna, %wheel : OTHERS = !bob\n", "Runas_Alias R = root, #0\n",        \
		"Cmnd_Alias C = ALL, !/bin/sh\n", "Host_Alias H = web01, 10.0.0.0/8\n", "ADMINS ", \
		"C\n", "anna ALL=(ALL:ALL) NOPASSWD: ALL\n", "%wheel ALL = (root) ALL\n",          \
		"#1000 H = C\n", "+netgroup ALL = ALL\n", "Defaults:anna !authenticate\n",         \
		"@include /etc/sudoers\n", "#includedir /etc/sudoers.d\n", "(:wheel)", "()",       \
		"(R)", "CWD=/ ", "SETENV:", " : H = ", "\\\n", "permit nopass :wheel\n",           \
		"permit keepenv setenv { A B=1 } anna as root\n", "deny anna cmd /bin/sh\n", "!!", \
		"\\,", "\"a b\""

/* login.defs, nsswitch.conf, access.conf, sysusers.d, what libraries of crypt are known by */
#define LOGIN_WORDS                                                                                \
	"ENCRYPT_METHOD SHA512\n", "SHA_CRYPT_MIN_ROUNDS 5000\n",                                  \
		"SHA_CRYPT_MAX_ROUNDS 999999999\n", "YESCRYPT_COST_FACTOR 5\n",                    \
		"BCRYPT_MIN_ROUNDS 4\n", "MD5_CRYPT_ENAB yes\n", "UID_MIN 1000\n",                 \
		"UID_MAX \"60000\"\n", "0x10", "010", "passwd: files sss\n",                       \
		"passwd: compat [NOTFOUND=return] nis\n", "shadow: files tcb systemd\n",           \
		"db altfiles\n", "+ : anna (wheel) : ALL\n",                                       \
		"- : ALL EXCEPT root @staff : LOCAL .example.org\n", "-:bob@host:tty1\n",          \
		"u sshd 74:75 \"Privilege %% separation\" /run/sshd /bin/sh\n",                    \
		"u! sshd /etc/x:sshd - - -\n", "g sshd - -\n", "m sshd wheel\n", "XCRYPT_2.0",     \
		"$y$", "$2b$", "$5$", "$6$", "$gy$", "$7$", "rounds=%u$", "2.17"

/* boot loaders, unit files, jobs of upstart, inittab */
#define BOOT_WORDS                                                                                 \
	"linux /vmlinuz root=/dev/sda1 console=ttyS0,115200n8 console=tty0\n", "default saved\n",  \
		"set a=\"${b} console=hvc0\"\n", "options $kernelopts quiet\n", "blscfg\n",        \
		"title x\n", "kernel /xen.gz\n", "module /vmlinuz console=xvc0\n", "label l\n",    \
		"append console=ttyAMA0\n", "GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS1\"\n",      \
		"systemd.getty_auto=0", "single", "systemd.unit=rescue.target", "init=/bin/sh",    \
		"systemd.mask=ssh.service", "[Unit]\n", "Wants=ssh.service getty.target\n",        \
		"Requires=basic.target\n", "ConditionPathExists=!/x\n",                            \
		"[Service]\nExecStart=\nExecStart=-/sbin/agetty --noclear %I $TERM\n",             \
		"[Install]\n", "WantedBy=multi-user.target\n", "DefaultInstance=tty1\n",           \
		"Alias=sshd.service\n", "NAutoVTs=0\n", "ReserveVT=2\n",                           \
		"start on stopped rc RUNLEVEL=[2345]\n", "manual\n", "stop on runlevel [!2345]\n", \
		"respawn\nexec /sbin/getty -8 38400 tty1\n",                                       \
		"script\n/sbin/mingetty $TTY\nend script\n", "instance $DEV\n",                    \
		"1:2345:respawn:/sbin/agetty tty1 linux\n", "id:3:initdefault:\n",                 \
		"::askfirst:-/bin/sh\n", "ttyS0::respawn:/sbin/getty -L 0 ttyS0 vt100\n", "%I",    \
		"\\\n"

#endif

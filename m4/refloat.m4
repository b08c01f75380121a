dnl SPDX-License-Identifier: GPL-3.0-or-later
dnl Macros of configure.ac.

dnl RF_REQUIRE(VARIABLE, PKG-CONFIG-SPEC, DEBIAN-PACKAGE, FEDORA-PACKAGE)
AC_DEFUN([RF_REQUIRE], [
	PKG_CHECK_MODULES([$1], [$2], [
		rf_name=`AS_ECHO(["$2"]) | $SED 's/ .*//'`
		AC_DEFINE_UNQUOTED([$1_VERSION], ["`$PKG_CONFIG --modversion $rf_name`"],
			[Version of the library that is built against.])
	], [
		AC_MSG_ERROR([$2 is needed and was not found. Debian and Ubuntu: apt install $3; Fedora: dnf install $4])
	])
])

dnl RF_OPTIONAL(VARIABLE, NAME, PKG-CONFIG-SPEC, FEATURE): --with-NAME; on where found.
AC_DEFUN([RF_OPTIONAL], [
	AC_ARG_WITH([$2], [AS_HELP_STRING([--without-$2], [do without $4])], [], [with_$2=check])
	AS_IF([test "x$with_$2" != xno], [
		PKG_CHECK_MODULES([$1], [$3], [
			with_$2=yes
			AC_DEFINE([HAVE_$1], [1], [Define to 1 for $4.])
		], [
			AS_IF([test "x$with_$2" = xyes], [AC_MSG_ERROR([$4: $3 was not found])])
			with_$2=no
		])
	])
])

dnl RF_ADD_CFLAG(FLAG, VARIABLE): adds FLAG where the compiler takes it.
AC_DEFUN([RF_ADD_CFLAG], [
	AC_MSG_CHECKING([whether $CC takes $1])
	rf_saved_cflags=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [
		AC_MSG_RESULT([yes])
		$2="$$2 $1"
	], [AC_MSG_RESULT([no])])
	CFLAGS=$rf_saved_cflags
])

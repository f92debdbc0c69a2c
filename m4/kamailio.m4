# DM_KAMAILIO
# The module for Kamailio, where --with-kamailio-src names the source of the
# very server that is to load it: Kamailio compares a stamp made of version
# and compile flags, which come from its own "make cfg", run on a copy.
AC_DEFUN([DM_KAMAILIO], [
  AC_ARG_WITH([kamailio-src],
    [AS_HELP_STRING([--with-kamailio-src=DIR],
      [build the Kamailio module; DIR: what tools/kamailio-src prints])],
    [], [with_kamailio_src=no])
  AC_ARG_WITH([kamailio],
    [AS_HELP_STRING([--with-kamailio=PROGRAM],
      [the server that is to load it (found by PATH)])],
    [KAMAILIO=$with_kamailio],
    [AC_PATH_PROG([KAMAILIO], [kamailio], [no],
      [$PATH$PATH_SEPARATOR/usr/sbin$PATH_SEPARATOR/usr/local/sbin])])
  AC_ARG_WITH([kamailiomoduledir],
    [AS_HELP_STRING([--with-kamailiomoduledir=DIR],
      [where Kamailio looks for modules (LIBDIR/kamailio/modules)])],
    [], [with_kamailiomoduledir='${libdir}/kamailio/modules'])
  AC_SUBST([kamailiomoduledir], [$with_kamailiomoduledir])
  AM_CONDITIONAL([HAVE_KAMAILIO], [test "$with_kamailio_src" != no])
  AS_IF([test "$with_kamailio_src" != no], [DM_KAMAILIO_SOURCE])
])

AC_DEFUN([DM_KAMAILIO_SOURCE], [
  AS_IF([test ! -f "$with_kamailio_src/src/core/sr_module.h"],
    [AC_MSG_ERROR([--with-kamailio-src=$with_kamailio_src: no Kamailio source is there; tools/kamailio-src fetches it])])
  KAMAILIO_SRC=`cd "$with_kamailio_src" && pwd`
  AC_SUBST([KAMAILIO_SRC])

  AC_MSG_CHECKING([what Kamailio is compiled with])
  rm -rf kamailio-cfg && mkdir -p kamailio-cfg/core kamailio-cfg/modules &&
    cp "$KAMAILIO_SRC"/src/Makefile* kamailio-cfg/ &&
    cp "$KAMAILIO_SRC"/src/core/cc*.sh kamailio-cfg/core/
  cp "$KAMAILIO_SRC"/src/core/autover.h kamailio-cfg/core/ 2>/dev/null
  AS_IF([(cd kamailio-cfg && env -u MAKEFLAGS make cfg FLAVOUR=kamailio prefix=/usr cfg_target=/etc/kamailio/) >kamailio-cfg/log 2>&1], [],
    [AC_MSG_ERROR([make cfg failed, see kamailio-cfg/log])])
  AS_IF([sh "$srcdir/tools/kamailio-defs" kamailio-cfg/config.mak >kam_defs.h], [],
    [AC_MSG_ERROR([kamailio-cfg/config.mak has no C_DEFS])])
  AC_MSG_RESULT([`grep -c define kam_defs.h` defines])

  AC_MSG_CHECKING([that $KAMAILIO is that version])
  dm_save_CPPFLAGS=$CPPFLAGS
  CPPFLAGS="-include ./kam_defs.h -isystem $KAMAILIO_SRC/src"
  rm -f kamailio-stamp
  AC_RUN_IFELSE([AC_LANG_SOURCE([[
#include <stdio.h>
#include "core/ver_defs.h"
int main(void)
{
	FILE *out = fopen("kamailio-stamp", "w");
	return !out || fprintf(out, "version: %s\nflags: %s\n",
		SER_FULL_VERSION, SER_COMPILE_FLAGS) < 0 || fclose(out);
}]])], [], [AC_MSG_ERROR([the stamp cannot be made, see config.log])])
  CPPFLAGS=$dm_save_CPPFLAGS
  "$KAMAILIO" -v 2>/dev/null | sed -n 's/ *$//;1,2p' >kamailio-is
  sed 's/ *$//' kamailio-stamp >kamailio-wanted
  AS_IF([cmp -s kamailio-is kamailio-wanted], [AC_MSG_RESULT([yes])], [
    AC_MSG_RESULT([no])
    AC_MSG_ERROR([the module would not load: the source makes
`cat kamailio-wanted`
and $KAMAILIO is
`cat kamailio-is`
Fetch the source that matches it: tools/kamailio-src])])
])

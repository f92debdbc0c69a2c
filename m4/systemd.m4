# DM_SYSTEMD
# Where the unit goes: below the prefix unless --with-systemdsystemunitdir
# says otherwise, so that an unprivileged install stays where it was sent.
AC_DEFUN([DM_SYSTEMD], [
  AC_ARG_WITH([systemdsystemunitdir],
    [AS_HELP_STRING([--with-systemdsystemunitdir=DIR],
      [directory of systemd units (PREFIX/lib/systemd/system); no: none])],
    [], [with_systemdsystemunitdir='${prefix}/lib/systemd/system'])
  AC_SUBST([systemdsystemunitdir], [$with_systemdsystemunitdir])
  AM_CONDITIONAL([HAVE_SYSTEMD], [test "$with_systemdsystemunitdir" != no])
])

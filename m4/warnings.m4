# DM_WARNINGS
# Adds to WARN_CFLAGS every warning below that this compiler knows.
# --enable-werror makes them errors; CI does, packagers do not have to.
AC_DEFUN([DM_WARNINGS], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat warnings as errors])],
    [], [enable_werror=no])

  WARN_CFLAGS=
  for flag in \
      -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wformat=2 \
      -Wconversion -Wsign-conversion -Wcast-qual -Wcast-align=strict \
      -Wpointer-arith -Wwrite-strings -Wstrict-prototypes \
      -Wmissing-prototypes -Wold-style-definition -Wredundant-decls \
      -Wnested-externs -Wswitch-enum -Wimplicit-fallthrough \
      -Wnull-dereference -Wdouble-promotion -Wduplicated-cond \
      -Wduplicated-branches -Wlogical-op -Walloc-zero -Wstringop-overflow=4 \
      -Wunused-macros -Wcomma -Wassign-enum -Wconditional-uninitialized \
      -Wframe-larger-than=16384 -Werror=implicit-function-declaration \
      -Werror=incompatible-pointer-types -Werror=int-conversion; do
    save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $flag"
    AC_MSG_CHECKING([whether $CC knows $flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
      [AC_MSG_RESULT([yes]); WARN_CFLAGS="$WARN_CFLAGS $flag"],
      [AC_MSG_RESULT([no])])
    CFLAGS=$save_CFLAGS
  done
  AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
])

# DM_SYSTEM_HEADERS(PREFIX)
# Turns the -I of PREFIX_CFLAGS into -isystem: other people's headers are
# theirs to keep warning-free (sofia-sip's give 24 diagnostics, else).
AC_DEFUN([DM_SYSTEM_HEADERS], [
  [$1]_CFLAGS=`AS_ECHO(["$[$1]_CFLAGS"]) | sed 's/-I/-isystem /g'`
])

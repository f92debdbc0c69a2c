# DM_SANITIZERS
# --enable-sanitizers=LIST instruments everything: address,undefined (the
# default of a bare --enable-sanitizers), thread, ...
AC_DEFUN([DM_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
      [instrument with LIST (address,undefined)])],
    [], [enable_sanitizers=no])
  AS_CASE([$enable_sanitizers],
    [no], [SAN_CFLAGS=],
    [yes], [SAN_CFLAGS="-fsanitize=address,undefined"],
    [SAN_CFLAGS="-fsanitize=$enable_sanitizers"])
  AS_IF([test -n "$SAN_CFLAGS"],
    [SAN_CFLAGS="$SAN_CFLAGS -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SAN_CFLAGS])
])

# DM_FUZZING
# --enable-fuzzing builds tests/fuzz_*; needs CC=clang.
AC_DEFUN([DM_FUZZING], [
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [build the fuzz targets (CC=clang)])],
    [], [enable_fuzzing=no])
  FUZZ_CFLAGS=
  AS_IF([test "$enable_fuzzing" = yes],
    [FUZZ_CFLAGS=-fsanitize=fuzzer-no-link])
  AC_SUBST([FUZZ_CFLAGS])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
])

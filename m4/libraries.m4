# DM_LIBRARIES
# What we stand on; each has its page in docs/decisions/.
AC_DEFUN([DM_LIBRARIES], [
  PKG_CHECK_MODULES([XML], [libxml-2.0 >= 2.9])
  DM_SYSTEM_HEADERS([XML])
  PKG_CHECK_MODULES([CURL], [libcurl >= 7.85])
  DM_SYSTEM_HEADERS([CURL])
  PKG_CHECK_MODULES([SSL], [openssl >= 3.0])
  DM_SYSTEM_HEADERS([SSL])
  PKG_CHECK_MODULES([SOFIA], [sofia-sip-ua >= 1.12.11])
  DM_SYSTEM_HEADERS([SOFIA])
  PKG_CHECK_MODULES([JSON], [jansson >= 2.14])
  DM_SYSTEM_HEADERS([JSON])
  PKG_CHECK_MODULES([MHD], [libmicrohttpd >= 0.9.75])
  DM_SYSTEM_HEADERS([MHD])
  PKG_CHECK_MODULES([CHECK], [check >= 0.15], [have_check=yes], [have_check=no])
  DM_SYSTEM_HEADERS([CHECK])
  AM_CONDITIONAL([HAVE_CHECK], [test "$have_check" = yes])
  # For the Exchange simulator of the tests only.
  PKG_CHECK_MODULES([ICAL], [libical >= 3.0], [have_ical=yes], [have_ical=no])
  DM_SYSTEM_HEADERS([ICAL])
  AM_CONDITIONAL([HAVE_ICAL], [test "$have_ical" = yes])
])

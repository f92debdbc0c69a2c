# check_FILE for each source file, by room. Each includes what it adds to
# check_PROGRAMS; see tests/suite.h for the way a check program is written.
CHECK_CFLAGS_ALL = $(AM_CFLAGS) $(CHECK_CFLAGS) -Wno-pedantic

include tests/base.mk
include tests/calendar.mk
include tests/directory.mk
include tests/sip.mk
include tests/module.mk
include tests/exchange/local.mk
include tests/peers/local.mk

# The whole folder, so that no new document is forgotten in the tarball.
EXTRA_DIST += tests/data

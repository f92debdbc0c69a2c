# Tests of module/; each program links only the rooms its subject may know.
if HAVE_CHECK
check_PROGRAMS += \
	tests/check_store_sqlite
endif

tests_check_store_sqlite_SOURCES = tests/check_store_sqlite.c tests/suite.h
tests_check_store_sqlite_CFLAGS = $(CHECK_CFLAGS_ALL) $(SQLITE_CFLAGS)
tests_check_store_sqlite_LDADD = libmodule.la libdirectory.la libbase.la \
	$(SQLITE_LIBS) $(CHECK_LIBS)

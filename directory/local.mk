noinst_LTLIBRARIES += libdirectory.la
libdirectory_la_SOURCES = \
	directory/ber.c directory/ber.h \
	directory/dsa.c directory/dsa.h directory/dsa_codes.def \
	directory/dsa_dial.c directory/dsa_dial.h \
	directory/dsa_query.c directory/dsa_query.h \
	directory/guard.c directory/guard.h \
	directory/licence.c directory/licence.def directory/licence.h \
	directory/directory.def directory/watch.h directory/watch_alarm.def \
	directory/watch_settings.c
libdirectory_la_LIBADD = $(LDAP_LIBS)

noinst_LTLIBRARIES += libdirectory.la
libdirectory_la_SOURCES = \
	directory/ad_place.c directory/ad_place.h \
	directory/ber.c directory/ber.h \
	directory/directory.def \
	directory/dirsync.c directory/dirsync.h \
	directory/dsa.c directory/dsa.h directory/dsa_codes.def \
	directory/dsa_dial.c directory/dsa_dial.h \
	directory/dsa_probe.c directory/dsa_probe.h \
	directory/dsa_query.c directory/dsa_query.h \
	directory/entry_read.c directory/entry_read.h \
	directory/guard.c directory/guard.h \
	directory/happening.c directory/happening.h \
	directory/keeper.c directory/keeper.h directory/keeper_private.h \
	directory/keeper_leave.c directory/keeper_pass.c \
	directory/licence.c directory/licence.def directory/licence.h \
	directory/link.c directory/link.h \
	directory/listing.c directory/listing.h \
	directory/people.c directory/people.h directory/standing.def \
	directory/people_file.c directory/people_file.h \
	directory/people_groups.c directory/people_private.h \
	directory/people_text.c \
	directory/review.c directory/review.h \
	directory/state.c directory/state.h \
	directory/sync_info.c directory/sync_info.h \
	directory/watch.c directory/watch.h directory/watch_alarm.def \
	directory/watch_settings.c \
	directory/way.c directory/way.h \
	directory/way_ad.c \
	directory/way_sync.c
libdirectory_la_LIBADD = $(LDAP_LIBS)

noinst_LTLIBRARIES += libcalendar.la
libcalendar_la_SOURCES = \
	calendar/backend.h \
	calendar/busy.c calendar/busy.def calendar/busy.h \
	calendar/feed.def calendar/feed.h \
	calendar/gateway.def calendar/gateway.h \
	calendar/timeline.h \
	calendar/window.h

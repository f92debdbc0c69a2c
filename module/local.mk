noinst_LTLIBRARIES += libmodule.la
libmodule_la_SOURCES = \
	module/api.h \
	module/directives.def module/settings.c module/settings.h

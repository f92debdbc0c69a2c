noinst_LTLIBRARIES += libdirectory.la
libdirectory_la_SOURCES = \
	directory/guard.c directory/guard.h \
	directory/licence.c directory/licence.def directory/licence.h

noinst_LTLIBRARIES += libcalendar.la
libcalendar_la_SOURCES = \
	calendar/auth.def \
	calendar/autodiscover.def calendar/autodiscover_code.def calendar/autodiscover_place.def \
	calendar/autodiscover_plan.c calendar/autodiscover_plan.h \
	calendar/autodiscover_read.c calendar/autodiscover_read.h \
	calendar/autodiscover_settings.c calendar/autodiscover_settings.h \
	calendar/autodiscover_write.c calendar/autodiscover_write.h \
	calendar/backend.c calendar/backend.def calendar/backend.h \
	calendar/busy.c calendar/busy.def calendar/busy.h \
	calendar/candidate.c calendar/candidate.h \
	calendar/ews.c calendar/ews.h calendar/ews_pool.h \
	calendar/ews_batch.c calendar/ews_call.c calendar/ews_find.c \
	calendar/ews_poll.c calendar/ews_probe.c calendar/ews_pull.c calendar/ews_push.c calendar/ews_ways.c \
	calendar/ews_oof.c calendar/ews_oof.h calendar/ews_read_oof.c \
	calendar/ews_read_events.c calendar/ews_hours.c \
	calendar/callback.c calendar/callback.h \
	calendar/ews_code.c calendar/ews_code.h calendar/ews_codes.def \
	calendar/ews_detour.def calendar/ews_status.def calendar/ews_version.def \
	calendar/ews_group.c calendar/ews_group.h calendar/ews_stream.c calendar/ews_mend.c \
	calendar/ews_read.c calendar/ews_read.h calendar/ews_time.c \
	calendar/ews_write.c calendar/ews_write.h \
	calendar/feed.c calendar/feed_state.c calendar/feed.def calendar/feed.h \
	calendar/feed_duty.c calendar/feed_locate.c \
	calendar/feed_make.c calendar/feed_private.h \
	calendar/gate.c calendar/gate.h \
	calendar/gateway.c calendar/gateway.def calendar/gateway.h \
	calendar/located.c calendar/located.h \
	calendar/locating.c calendar/locator.c calendar/locator.h calendar/locator_private.h \
	calendar/parting.c \
	calendar/trail.c calendar/trail.h \
	calendar/gateway_settings.c \
	calendar/trial.c calendar/trial.def calendar/trial.h \
	calendar/trial_private.h calendar/trial_send.c calendar/trial_way.c \
	calendar/timeline.c calendar/timeline.h \
	calendar/window.c calendar/window.h

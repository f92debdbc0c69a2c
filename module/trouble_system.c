/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>

#include "module/trouble_system.h"

enum {
	DISK_LOW_MIB = 64,
	QUEUE_LONG_S = 60,
	SIP_QUEUE_LONG = 5000,
	SKEW_FAIL_MS = 60 * 1000,
};

const char *const trouble_system_titles[SYSTEM_CHECK_COUNT] = {
#define SYSTEM_CHECK(name, title) title,
#include "module/trouble_system.def"
};

enum outcome {
#define SYSTEM_TROUBLE(name, check, id, status, wording, remedy, did) \
	OUTCOME_##name,
#include "module/trouble_system.def"
};

static const struct {
	enum system_check check;
	struct trouble_row row;
} outcomes[] = {
#define SYSTEM_TROUBLE(name, check, id, status, wording, remedy, did) \
	{ SYSTEM_CHECK_##check,                                       \
	  { TROUBLE_##status, id, wording, remedy, did, "" } },
#include "module/trouble_system.def"
};

#define SAY(rows, outcome, ...)                             \
	trouble_row_say(&(rows)[outcomes[(outcome)].check], \
			&outcomes[(outcome)].row, __VA_ARGS__)

static void judge_directories(const struct trouble_system_facts *facts,
			      struct trouble_row *rows)
{
	SAY(rows,
	    facts->alarmed        ? OUTCOME_ALARMED
	    : facts->held         ? OUTCOME_HELD
	    : facts->unread       ? OUTCOME_UNREAD
	    : !facts->directories ? OUTCOME_NO_DIRECTORY
				  : OUTCOME_DIRECTORIES,
	    "%zu directories, %zu with an alarm, %zu not read yet; %zu "
	    "revocations held",
	    facts->directories, facts->alarmed, facts->unread, facts->held);
}

static void judge_store(const struct trouble_system_facts *facts,
			struct trouble_row *rows)
{
	if (facts->written.err)
		SAY(rows, OUTCOME_NOT_STORED, "%s", facts->written.text);
	else if (facts->in_memory)
		SAY(rows, OUTCOME_MEMORY, "in memory");
	else
		SAY(rows,
		    facts->disk_mib >= 0 && facts->disk_mib < DISK_LOW_MIB
			    ? OUTCOME_DISK_LOW
			    : OUTCOME_STORED,
		    "%.300s, %lld MiB free", facts->ledger,
		    (long long)facts->disk_mib);
}

static void judge_host(const struct trouble_system_facts *facts,
		       struct trouble_row *rows)
{
	bool low = facts->memory_free_mib * 20 < facts->memory_mib;

	SAY(rows,
	    facts->fds * 100 > facts->fds_max * 95   ? OUTCOME_NO_DESCRIPTORS
	    : facts->fds * 100 > facts->fds_max * 80 ? OUTCOME_DESCRIPTORS
	    : low                                    ? OUTCOME_MEMORY_LOW
						     : OUTCOME_ROOMY,
	    "%lld of %lld descriptors; %lld MiB in use, %lld of %lld MiB free",
	    (long long)facts->fds, (long long)facts->fds_max,
	    (long long)facts->resident_mib, (long long)facts->memory_free_mib,
	    (long long)facts->memory_mib);
}

static void judge_queue(const struct trouble_system_facts *facts,
			struct trouble_row *rows)
{
	bool slow =
		facts->publish_per_s &&
		facts->publish_waiting / facts->publish_per_s >= QUEUE_LONG_S;

	SAY(rows,
	    slow || facts->sip_waiting > SIP_QUEUE_LONG ? OUTCOME_QUEUES
							: OUTCOME_FLOWS,
	    "%zu changes wait to be given out, %zu requests to be sent, %zu "
	    "to be answered",
	    facts->publish_waiting, facts->sip_waiting, facts->sip_in_flight);
}

static void judge_time(const struct trouble_system_facts *facts,
		       struct trouble_row *rows)
{
	if (!facts->clocks)
		SAY(rows, OUTCOME_NOT_COMPARED, "no gateway has answered");
	else
		SAY(rows,
		    llabs(facts->skew_ms) > SKEW_FAIL_MS ? OUTCOME_OFF_TIME
							 : OUTCOME_ON_TIME,
		    "%zu gateways, the nearest is %lld ms off", facts->clocks,
		    (long long)facts->skew_ms);
}

void trouble_system_judge(const struct trouble_system_facts *facts,
			  struct trouble_row rows[SYSTEM_CHECK_COUNT])
{
	trouble_rows_begin(rows, SYSTEM_CHECK_COUNT);
	judge_directories(facts, rows);
	judge_store(facts, rows);
	judge_host(facts, rows);
	judge_queue(facts, rows);
	judge_time(facts, rows);
}

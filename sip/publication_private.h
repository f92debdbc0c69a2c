/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of publications share; nobody else includes this. */
#ifndef SIP_PUBLICATION_PRIVATE_H
#define SIP_PUBLICATION_PRIVATE_H

#include "base/crypto.h"
#include "base/index.h"
#include "base/loop.h"
#include "sip/line.h"
#include "sip/publication.h"
#include "sip/sheet.h"
#include "sip/throttle.h"

/*
 *   IDLE --changed, due--> LINED --budget--> FLYING --KEPT--> IDLE
 *                            ^                 |
 *                            +----- AGAIN, LONGER, changed
 *                            +-- WAITING <--- TROUBLE, REFUSED
 */
enum stage { IDLE, LINED, FLYING, WAITING };

struct publication {
	struct line_place place; /* first: the line hands this one over */
	struct publisher *publisher;
	const char *entity;  /* by intern(), as the next */
	struct sheet *sheet; /* NULL: known, but not published since */
	const char *etag;    /* "" the server has nothing */
	enum stage stage;
	bool changed;  /* the server has not got the body */
	bool carried;  /* the request under way has */
	bool removing; /* the request under way does */
	bool leaving;
	bool urgent; /* which line it stands in */
	unsigned failures;
	unsigned expires_s;  /* asked for */
	uint64_t changed_ms; /* since when the server ought to have the body */
	uint64_t sent_ms;    /* the request under way */
	int last_status;     /* 0 no answer yet */
	time_t last_answer;
	struct timer timer; /* renewal, or the end of a wait */
	void *flight;
};

struct publisher {
	struct publisher_settings settings;
	struct publisher_handlers handlers;
	void *arg;
	struct index *index;
	struct line urgent, normal;
	struct throttle throttle;
	struct crypto_numbers dice;
	char *body; /* of the request that is being made */
	size_t body_size;
	struct timer timer;
	uint64_t budget_us; /* up to when the budget is spent */
	uint64_t pause_ms;  /* nothing is sent before */
	unsigned troubles;  /* in a row */
	uint64_t doubt_ms;  /* no doubt before */
	struct publisher_facts facts;
};

/* Sends when there is something to send, room, and budget. */
void publisher_wake(struct publisher *publisher);
/* The same at once: for who is called by the loop, as the last thing. */
void publisher_go(struct publisher *publisher);

/* To be sent: a change, which is urgent, or a renewal. */
void publication_line_up(struct publication *publication, bool urgent);
/* It waits, flies and is due no more. */
void publication_leave_stage(struct publication *publication);
void publication_forget(struct publication *publication);
/* Its timer's handler. */
void publication_due(void *arg);

#endif

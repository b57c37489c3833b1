/*
 * The delivery protocol ("Exactly one issue") as a Promela model: one link (a bug at a place), two deliveries of it, two
 * workers, a store, a tracker. sh check.sh runs it; README.md says what is assumed and what was found.
 *
 * A worker is a table of steps. What stands in one atomic is one transaction of the store, one call of the tracker, or
 * one test; between two steps anything may happen: time passes, the other worker works, this one dies.
 *
 * Time is a clock of ticks that everything counts down. With one tick for 10 seconds these are the defaults for GitHub.
 */
#ifndef LEASE
#define LEASE	6	/* delivery.lease */
#endif
#ifndef TIMEOUT
#define TIMEOUT	2	/* delivery.timeout: from the intent to its deadline */
#endif
#ifndef SETTLE
#define SETTLE	3	/* accounts[].settle */
#endif
#ifndef LATE
#define LATE	0	/* the assumption: ticks by which a create that passed the fence is written after its deadline */
#endif

/*
 * Without LIVE there is no end to faults, and a worker may be paused between any two steps for ever: if no double is
 * found, none is possible. With LIVE each fault has a budget, and time passes beside a worker that could go on only on
 * the budget of pauses: what is left undone then is lost.
 */
#ifdef LIVE
#define may(fault)	(fault > 0)
#define spend(fault)	fault--
byte crashes = 1;		/* a worker dies */
byte losses = 2;		/* an answer is lost, cannot be read or refuses, a look fails, a request never arrives */
byte pauses = LEASE + 1;	/* ticks beside a worker that could go on: enough to lose the lease */
#else
#define may(fault)	true
#define spend(fault)	skip
#endif

mtype = {
	IDLE, DEAD,
	LOOK, FORGET, INTENT, FENCE, SEND, AWAIT, RETRACT, NOTE, RECORD, UPDATE, RELEASE, FINISH, AGAIN,	/* at */
	NONE, SENT, DONE									/* flight */
}

/* The store: the link ... */
byte owner;		/* links.owner: 0, or the worker + 1 */
byte lease;		/* links.lease_until: ticks left */
bool intent;		/* Link.Intent is set */
bool answered;		/* Link.Intent.Created: a 2xx that could not be read */
byte settle;		/* ticks to Link.Intent.Deadline + Target.Settle */
bool ref;		/* Link.Ref is set */
/* ... and the two deliveries. */
bool filed[2];		/* delivered; else the delivery is open and any worker may Begin it (see README: claims) */
bool waiting[2];	/* Delivery.NextAt is to come */

/* The tracker. */
byte created;		/* issues with our marker: the promise is at most one */
byte lag;		/* ticks until every look must show what was created */
mtype flight[2] = NONE;	/* the create of each worker: SENT while it can still take effect, DONE while its answer travels */

/* The workers. */
mtype at[2] = IDLE;	/* the next step */
byte job[2];		/* the delivery at work */
byte left[2];		/* ticks left to the create by the worker's monotonic clock; then for what is in flight */
byte late[2];		/* ticks past the deadline between fence and write */

#define all_filed	(filed[0] && filed[1])
#define open(d)		(!filed[d] && !waiting[d])
#define holds(w)	(owner == w + 1)
#define working(w)	(at[w] != IDLE && at[w] != DEAD && at[w] != AWAIT)

inline go(w, step) { printf("worker %d: %e\n", w, step); at[w] = step }

/* Store.Save: writes and renews while the lease is ours, lapsed or not. */
#define saving(w)	(at[w] == FORGET || at[w] == INTENT || at[w] == RETRACT || at[w] == NOTE || at[w] == RECORD || at[w] == UPDATE)
#define save(w, step)	(at[w] == step && holds(w)) -> lease = LEASE

inline no_intent() { intent = false; answered = false; settle = 0 }

inline give_back(w) {
	if
	:: holds(w) -> owner = 0; lease = 0
	:: else
	fi
}

/* A create takes effect: its answer goes to the worker that waits for it, if one does. */
inline take_effect(w) {
	created++;
	printf("tracker: issue %d, from worker %d\n", created, w);
	lag = SETTLE;
	flight[w] = (at[w] == AWAIT -> DONE : NONE);
	assert(created <= 1)
}

proctype worker(byte w) {
	do
	/* 1 Lease: Attempt, Begin and Links.Lease. A new owner in each attempt: our own old lease is another's, too. */
	:: atomic { at[w] == IDLE && (open(0) || open(1)) ->
		if
		:: open(0) -> job[w] = 0
		:: open(1) -> job[w] = 1
		fi;
		if
		:: owner != 0 && lease > 0 -> waiting[job[w]] = true		/* errBusy */
		:: else ->
			owner = w + 1;
			lease = LEASE;
			if
			:: ref -> go(w, UPDATE)					/* 2 */
			:: !ref && intent -> go(w, LOOK)			/* 3 */
			:: !ref && !intent -> go(w, INTENT)			/* 4 */
			fi
		fi }

	/* 3 Look: work.look. Until the lag is over, a look may show the issue or not; after it, it must. */
	:: atomic { at[w] == LOOK ->
#ifdef NO_LOOK
		go(w, FORGET)
#else
		if
		:: created > 0 -> go(w, RECORD)					/* found */
		:: created == 0 || lag > 0 ->					/* not found */
			if
			:: settle == 0 && !answered -> go(w, FORGET)
			:: else -> go(w, AGAIN)
			fi
		:: may(losses) -> spend(losses); go(w, AGAIN)			/* a look that fails is not "not there" */
		fi
#endif
		}
	:: atomic { save(w, FORGET); no_intent(); go(w, INTENT) }

	/* 4 Intent: work.createOnce. */
	:: atomic { save(w, INTENT);
#ifndef NO_INTENT
		intent = true;
		settle = TIMEOUT + SETTLE;
#endif
		left[w] = TIMEOUT;
		go(w, FENCE) }

	/* 4 Fence: work.fence, and the deadline on the context of the request. */
	:: atomic { at[w] == FENCE ->
#ifdef WALL
		left[w] = (settle > SETTLE -> settle - SETTLE : 0);
#endif
		if
#ifdef NO_FENCE
		:: go(w, SEND)
#else
		:: holds(w) && lease > TIMEOUT && left[w] > 0 -> go(w, SEND)
		:: else -> go(w, RETRACT)
#endif
		fi }

	/* 4 Create: Tracker.Create, once. */
	:: atomic { at[w] == SEND ->
		late[w] = 0;
		if
		:: flight[w] == SENT -> take_effect(w)	/* this worker died, and what it had sent is on its way still */
		:: true
		fi;
		flight[w] = SENT;
		go(w, AWAIT) }

	/* 5 Outcome. */
	:: atomic { at[w] == AWAIT && flight[w] == DONE ->
		flight[w] = NONE;
		if
		:: go(w, RECORD)						/* 2xx */
		:: may(losses) -> spend(losses); go(w, NOTE)			/* 2xx that cannot be read */
		:: may(losses) -> spend(losses); go(w, AGAIN)			/* unknown: a cut after the effect */
		fi }
	:: atomic { at[w] == AWAIT && flight[w] == SENT && may(losses) ->
		spend(losses);
		if
		:: flight[w] = NONE; go(w, RETRACT)				/* certainly nothing */
		:: go(w, AGAIN)							/* unknown: a cut, and the effect may come */
		fi }
	:: atomic { at[w] == AWAIT && flight[w] == NONE -> go(w, AGAIN) }	/* unknown: the deadline */
	:: atomic { save(w, RETRACT); no_intent(); go(w, AGAIN) }
	:: atomic { save(w, NOTE); answered = true; go(w, AGAIN) }
	:: atomic { save(w, RECORD); no_intent(); ref = true; go(w, UPDATE) }

	/* 6, 7 Steps and update: work.converge, and Link.Applied. */
	:: atomic { save(w, UPDATE); go(w, RELEASE) }
	:: atomic { at[w] == RELEASE -> give_back(w); go(w, FINISH) }
	:: atomic { at[w] == FINISH -> assert(ref && created == 1); filed[job[w]] = true; go(w, IDLE) }

	/* ErrLeaseLost: another has the link. */
	:: atomic { saving(w) && !holds(w) -> go(w, AGAIN) }

	/* The attempt ended in an error: release, Finish, and wait for the next one. */
	:: atomic { at[w] == AGAIN -> give_back(w); waiting[job[w]] = true; go(w, IDLE) }

	/* A crash: what is in flight flies on. */
	:: atomic { (working(w) || at[w] == AWAIT) && may(crashes) ->
		spend(crashes);
		late[w] = 0;
		if
		:: flight[w] == DONE -> flight[w] = NONE
		:: else
		fi;
		go(w, DEAD) }
	/* Another takes its place, and the lease has to run out ... */
	:: atomic { at[w] == DEAD -> go(w, IDLE) }
	/* ... or the whole process died, and the next one frees all leases at once: Store.TakeOver. */
	:: atomic { at[w] == DEAD && (at[1 - w] == DEAD || at[1 - w] == IDLE) ->
		owner = 0;
		lease = 0;
		at[1 - w] = IDLE;
		go(w, IDLE) }

	:: all_filed && at[w] == IDLE -> break
	od
}

/* A request that is under way takes effect at any time up to its deadline. */
active proctype tracker() {
end:	do
	:: atomic { flight[0] == SENT -> take_effect(0) }
	:: atomic { flight[1] == SENT -> take_effect(1) }
	od
}

inline tick_worker(w) {
	if
	:: flight[w] == SENT && left[w] == 0 ->		/* now it never will take effect */
		flight[w] = NONE;
#ifdef LIVE
		losses--
#endif
	:: left[w] > 0 -> left[w]--
#ifdef SLEEP
	:: left[w] > 0 && at[w] == FENCE -> skip	/* the machine sleeps, and its monotonic clock stands still */
#endif
	:: at[w] == SEND && left[w] == 0 -> late[w]++
	:: else
	fi
}

#define written_in_time(w)	(at[w] != SEND || left[w] > 0 || late[w] < LATE)
#define expires(w)		(flight[w] == SENT && left[w] == 0)
#define something_runs		(lease || settle || lag || left[0] || left[1] || expires(0) || expires(1) \
				|| waiting[0] || waiting[1] || at[0] == SEND || at[1] == SEND)
#ifdef LIVE
#define time_may_pass	((!working(0) && !working(1) || pauses > 0) && (expires(0) + expires(1) <= losses))
#else
#define time_may_pass	true
#endif

active proctype clock() {
end:	do
	:: atomic { something_runs && written_in_time(0) && written_in_time(1) && time_may_pass ->
#ifdef LIVE
		if
		:: working(0) || working(1) -> pauses--
		:: else
		fi;
#endif
		tick_worker(0);
		tick_worker(1);
		lease = (lease > 0 -> lease - 1 : 0);
		settle = (settle > 0 -> settle - 1 : 0);
		lag = (lag > 0 -> lag - 1 : 0);
		waiting[0] = false;
		waiting[1] = false;
		printf("tick\n") }
	od
}

init { atomic { run worker(0); run worker(1) } }

#ifdef LIVE
ltl no_report_is_lost { <> all_filed }
#endif
